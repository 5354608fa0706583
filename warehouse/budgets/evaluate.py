"""Sums of budgets, kept up with what changes in the warehouse, and what they reach."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import polars as pl

from warehouse.budgets.budget import UNIT, Budget
from warehouse.budgets.carry import available
from warehouse.budgets.periods import days_of, first_of, firsts_between, following
from warehouse.budgets.recipients import People
from warehouse.budgets.store import Stored, budgets
from warehouse.frames import fetch, fetch_one
from warehouse.master import Master
from warehouse.retention import marks
from warehouse.state.state import State
from warehouse.statements import statement

LATE: Final = timedelta(days=7)
"""Nobody is told of a period that ended longer ago: it is history that came in or was mended."""

_Key = tuple[int, str, str]
"""Budget, subject, and first day of the period."""
_Sum = tuple[int, int]
"""Millionths spent, and calls that are not among them."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What an evaluation did."""

    sums: int = 0
    """That changed."""
    crossings: int = 0
    """New ones."""


def evaluate(master: Master, state: State, now: datetime) -> Evaluated:
    """Brings the sums of all budgets up to the master, and notes each percentage newly reached.

    Looks at the periods of days that changed since it last did, and of budgets that are new; where
    nothing did, it asks two numbers. All or nothing, one evaluation at a time. What has been
    forgotten of the past for its age stays as it was summed. `now` is aware.
    """
    (serial,) = fetch_one(master.connection, "select serial from publication")
    (warehouse,) = fetch_one(master.connection, "select id::varchar from identity")
    if _is_done(state.connection, warehouse, serial):
        return Evaluated()
    with state.transaction() as connection:
        if _is_done(connection, warehouse, serial):
            return Evaluated()
        known, before, edits = _progress(connection)
        if known == warehouse and before > serial:
            # Somebody has seen more of it than we do, and their sums are the better ones.
            return Evaluated()
        since = before
        if known != warehouse:
            since = -1
            connection.execute("delete from budget_sums")
        stored = budgets(state)
        changed = _changed(master, connection, stored, since)
        crossings = _cross(master, connection, stored, changed, now)
        connection.execute("update budgets set is_summed = 1 where is_summed = 0")
        connection.execute(
            "update budget_progress set warehouse = ?, serial = ?, edits = ?",
            (warehouse, serial, edits),
        )
    return Evaluated(len(changed), crossings)


def _progress(connection: sqlite3.Connection) -> tuple[str, int, int]:
    """Which warehouse was looked at, how far, and the number of edits until now."""
    warehouse, serial, _ = connection.execute("select * from budget_progress").fetchone()
    (edits,) = connection.execute("select edits from budget_edits").fetchone()
    return warehouse, serial, edits


def _is_done(connection: sqlite3.Connection, warehouse: str, serial: int) -> bool:
    known = connection.execute("select * from budget_progress").fetchone()
    (edits,) = connection.execute("select edits from budget_edits").fetchone()
    return tuple(known) == (warehouse, serial, edits)


def _changed(
    master: Master, connection: sqlite3.Connection, stored: Sequence[Stored], since: int
) -> set[_Key]:
    """Writes the sums that differ from those kept, and says which they are."""
    days = fetch(
        master.connection, "select day from day_changes where serial > $since", {"since": since}
    )["day"].to_list()
    newest = fetch_one(master.connection, "select max(day) from day_sums")[0]
    forgotten = max((mark.before for mark in marks(master)), default=date.min)
    is_all = since < 0
    old = [one for one in stored if one.is_summed and not is_all]
    new = [one for one in stored if not one.is_summed or is_all]
    found: set[_Key] = set()
    for some, spans in (
        (old, _spans({one.budget.period for one in old}, days)),
        (new, _whole_spans(new, newest)),
    ):
        asked = [span for span in spans if span[1] >= forgotten]
        if some and asked:
            found |= _write(connection, some, asked, _summed(master, some, asked))
    return found


_Span = tuple[str, date, date]
"""A period, its first day, and one of its days."""


def _spans(periods: Iterable[Any], days: Sequence[date]) -> list[_Span]:
    """All days of the periods in which some days lie."""
    return [
        span
        for period in periods
        for span in days_of(period, {first_of(period, day) for day in days})
    ]


def _whole_spans(stored: Sequence[Stored], newest: date | None) -> list[_Span]:
    """All days of the periods since budgets begin."""
    begins: dict[Any, date] = {}
    for one in stored:
        period = one.budget.period
        begins[period] = min(begins.get(period, date.max), one.budget.valid_from)
    return [
        span
        for period, begin in begins.items()
        if newest is not None
        for span in days_of(period, firsts_between(period, begin, newest))
    ]


def _summed(master: Master, stored: Sequence[Stored], spans: Sequence[_Span]) -> dict[_Key, _Sum]:
    """What the warehouse says was spent; periods in which nothing was are left out."""
    asked_days = pl.DataFrame(
        list(spans),
        schema={"period": pl.String, "first_day": pl.Date, "day": pl.Date},
        orient="row",
    )
    asked_budgets = pl.DataFrame(
        [
            (
                *(one.id, one.budget.kind, one.budget.subject, one.budget.period),
                *(one.budget.currency, one.budget.valid_from, one.budget.until),
            )
            for one in stored
        ],
        schema={
            "budget": pl.Int64,
            **dict.fromkeys(("kind", "subject", "period", "currency"), pl.String),
            **dict.fromkeys(("since", "until"), pl.Date),
        },
        orient="row",
    )
    connection = master.connection
    connection.register("asked_days", asked_days.to_arrow())
    connection.register("asked_budgets", asked_budgets.to_arrow())
    try:
        found = fetch(
            connection,
            statement("sum_budgets"),
            {"first": asked_days["day"].min(), "last": asked_days["day"].max()},
        )
    finally:
        connection.unregister("asked_days")
        connection.unregister("asked_budgets")
    return {
        (budget, subject, str(first)): (int(spent * UNIT), uncounted)
        for budget, subject, first, spent, uncounted in found.iter_rows()
    }


def _write(
    connection: sqlite3.Connection,
    stored: Sequence[Stored],
    spans: Sequence[_Span],
    found: dict[_Key, _Sum],
) -> set[_Key]:
    """Keeps the sums of some periods, and gives those that were others before."""
    firsts: dict[str, set[str]] = {}
    for period, first, _ in spans:
        firsts.setdefault(period, set()).add(str(first))
    asked = {one.id: firsts.get(one.budget.period, set()) for one in stored}
    known: dict[_Key, _Sum] = {
        (budget, subject, first): (spent, uncounted)
        for budget, subject, first, spent, uncounted in connection.execute(
            "select budget, subject, first_day, spent, uncounted from budget_sums "
            "where first_day in (select value from json_each(?))",
            (json.dumps(sorted(set().union(*firsts.values()))),),
        )
        if first in asked.get(budget, ())
    }
    gone = known.keys() - found.keys()
    changed = {key for key, value in found.items() if known.get(key) != value}
    connection.executemany(
        "delete from budget_sums where budget = ? and subject = ? and first_day = ?", gone
    )
    connection.executemany(
        "insert or replace into budget_sums values (?, ?, ?, ?, ?)",
        [(*key, *found[key]) for key in changed],
    )
    return changed | gone


def _cross(
    master: Master,
    connection: sqlite3.Connection,
    stored: Sequence[Stored],
    changed: set[_Key],
    now: datetime,
) -> int:
    """Notes the percentages that subjects with changed sums have reached; gives how many new."""
    by_id = {one.id: one.budget for one in stored}
    today = now.astimezone(UTC).date()
    people = People.on(master.connection, today) if changed else People()
    at = now.astimezone(UTC).isoformat(timespec="seconds")
    since = _member_since(master, by_id, changed)
    noted = 0
    for budget_id, subject in sorted({key[:2] for key in changed}):
        budget = by_id[budget_id]
        spent = sums_of(connection, budget_id, subject)
        begin = since.get((budget.subject, subject), budget.valid_from)
        last = max(spent, default=date.min)
        may_spend = available(budget, spent, begin, last) if budget.carry_over else {}
        to, not_found = people.told(budget, subject)
        for first, units in spent.items():
            limit = may_spend.get(first, budget.units)
            if following(budget.period, first) + LATE <= today:
                continue
            for percent in budget.warn_at:
                if units * 100 < limit * percent:
                    continue
                noted += connection.execute(
                    "insert or ignore into budget_crossings "
                    "(budget, subject, first_day, percent, available, spent, crossed_at, tell, "
                    "not_found) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        *(budget_id, subject, str(first), percent, limit, units, at),
                        *(json.dumps(to), json.dumps(not_found)),
                    ),
                ).rowcount
    return noted


def sums_of(connection: sqlite3.Connection, budget: int, subject: str) -> dict[date, int]:
    """Millionths that a subject has spent, by the first day of each period."""
    rows = connection.execute(
        "select first_day, spent from budget_sums where budget = ? and subject = ?",
        (budget, subject),
    )
    return {date.fromisoformat(first): spent for first, spent in rows}


def _member_since(
    master: Master, by_id: dict[int, Budget], changed: set[_Key]
) -> dict[tuple[str, str], date]:
    """By department and user: since when somebody is a member, where that has a beginning."""
    departments = sorted(
        {
            budget.subject
            for budget in (by_id[key[0]] for key in changed)
            if budget.kind == "member" and budget.carry_over
        }
    )
    if not departments:
        return {}
    found = fetch(master.connection, statement("members_since"), {"departments": departments})
    return {(department, user): since for department, user, since in found.iter_rows()}
