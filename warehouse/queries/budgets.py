"""How far budgets are spent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

import polars as pl

from warehouse.budgets.budget import UNIT
from warehouse.budgets.carry import available
from warehouse.budgets.periods import first_of, following
from warehouse.budgets.store import Stored, budgets
from warehouse.legs import MONEY
from warehouse.queries import directory
from warehouse.scope import Scope
from warehouse.snapshot import Snapshot
from warehouse.state.state import State

SCHEMA: Final = pl.Schema(
    {
        "budget": pl.String(),
        "kind": pl.String(),
        "department": pl.String(),
        "user": pl.String(),
        "name": pl.String(),
        "period": pl.String(),
        "first": pl.Date(),
        "last": pl.Date(),
        "currency": pl.String(),
        "amount": MONEY,
        "carried": MONEY,
        "spent": MONEY,
        "left": MONEY,
        "forecast": MONEY,
        "uncounted": pl.Int64(),
        "reached": pl.Int64(),
    }
)


def budget_status(snapshot: Snapshot, state: State, scope: Scope, on: date) -> pl.DataFrame:
    """One row per budget and who it is of, of the period in which a day lies: `SCHEMA`.

    `amount` and what was `carried` over from before may be spent; `left` is below 0 once more is.
    `forecast` is what the period comes to if it goes on as until the day, which counts as over.
    `uncounted` calls have a price in another currency, or none; `reached` is the highest percentage
    that was noted. Sums are those of the last evaluation.

    A scope sees budgets of its people, and sums of its departments; `user` and `name` are empty
    of a sum.
    """
    known = directory.people(snapshot, Scope(everything=True), on)
    people = {row["user"]: row for row in known.iter_rows(named=True)}
    seen = set(directory.people(snapshot, scope, on)["user"])
    rows = [
        row
        for stored in budgets(state)
        if stored.budget.valid_from <= _last(stored, on)
        and first_of(stored.budget.period, on) < stored.budget.until
        for row in _rows(snapshot, state, scope, stored, on, people, seen)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort(
        "budget", "department", "user", nulls_last=True
    )


def _last(stored: Stored, on: date) -> date:
    period = stored.budget.period
    return following(period, first_of(period, on)) - timedelta(days=1)


def _rows(
    snapshot: Snapshot,
    state: State,
    scope: Scope,
    stored: Stored,
    on: date,
    people: dict[str, dict[str, Any]],
    seen: set[str],
) -> Iterator[tuple[Any, ...]]:
    budget = stored.budget
    first, last = first_of(budget.period, on), _last(stored, on)
    sums = _sums(state, stored.id)
    subjects = {budget.subject}
    since: dict[str, date] = {}
    if budget.kind == "member":
        members = _members(snapshot, budget.subject, first, last)
        since = {user: begin for user, begin in members.items() if begin is not None}
        subjects = {*members, *(user for user, spent in sums.items() if first in spent)}
    reached = _reached(state, stored.id, first)
    for subject in subjects:
        user = None if budget.kind == "department" else subject
        department = (
            people.get(subject, {}).get("department") if budget.kind == "person" else budget.subject
        )
        is_own = subject in scope.users or subject in seen
        if not (
            scope.everything
            or (department is not None and department in scope.departments)
            or (user is not None and is_own)
        ):
            continue
        spent, uncounted = sums.get(subject, {}).get(first, (0, 0))
        by_period = {day: each[0] for day, each in sums.get(subject, {}).items()}
        begin = since.get(subject, budget.valid_from)
        may_spend = available(budget, by_period, begin, first).get(first, budget.units)
        yield (
            *(budget.name, budget.kind, department, user),
            people.get(subject, {}).get("name") if user else None,
            *(budget.period, first, last, budget.currency),
            *(_money(each) for each in (budget.units, may_spend - budget.units)),
            *(_money(each) for each in (spent, may_spend - spent)),
            _forecast(spent, max(first, budget.valid_from), min(last, on), last),
            *(uncounted, reached.get(subject)),
        )


def _forecast(spent: int, first: date, today: date, last: date) -> Decimal:
    """The sum of the period at the pace of its days so far, rounded half up to six decimals."""
    gone, many = (today - first).days + 1, (last - first).days + 1
    if gone <= 0:
        return _money(spent)
    exact = Decimal(spent * many) / gone
    return _money(int(exact.quantize(Decimal(1), ROUND_HALF_UP)))


def _money(units: int) -> Decimal:
    return Decimal(units) / UNIT


def _sums(state: State, budget: int) -> dict[str, dict[date, tuple[int, int]]]:
    found: dict[str, dict[date, tuple[int, int]]] = {}
    for subject, first, spent, uncounted in state.connection.execute(
        "select subject, first_day, spent, uncounted from budget_sums where budget = ?", (budget,)
    ):
        found.setdefault(subject, {})[date.fromisoformat(first)] = (spent, uncounted)
    return found


def _reached(state: State, budget: int, first: date) -> dict[str, int]:
    return dict(
        state.connection.execute(
            "select subject, max(percent) from budget_crossings "
            "where budget = ? and first_day = ? group by subject",
            (budget, str(first)),
        ).fetchall()
    )


def _members(
    snapshot: Snapshot, department: str, first: date, last: date
) -> dict[str, date | None]:
    """Whoever is in a department on a day of a period, and since when for the first time."""
    found = snapshot.query(
        "select \"user\", min(coalesce(valid_from, date '0001-01-01')) as since from people "
        'where department = $department group by "user" '
        "having bool_or(coalesce(valid_from, $first) <= $last "
        "and coalesce(valid_to, $last + 1) > $first)",
        {"department": department, "first": first, "last": last},
    )
    return {user: None if since == date(1, 1, 1) else since for user, since in found.iter_rows()}
