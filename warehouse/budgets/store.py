"""Budgets in `state.db`: added, changed and removed by people, one change at a time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from warehouse.budgets.budget import UNIT, Budget
from warehouse.state.state import State

_COLUMNS: Final = (
    *("name", "kind", "subject", "period", "amount", "currency", "carry_over", "warn_at", "tell"),
    *("valid_from", "valid_to", "changed_at", "changed_by"),
)
_SUMMED_BY: Final = ("kind", "subject", "period", "currency", "valid_from", "valid_to")
"""What the sums that are kept depend on."""


class NoSuchBudgetError(LookupError):
    """No budget has that name."""


class SameNameError(ValueError):
    """Another budget has that name."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A budget with the number that it keeps, whatever of it is changed."""

    id: int
    budget: Budget
    is_summed: bool
    changed_at: str
    changed_by: str


def budgets(state: State) -> list[Stored]:
    """All budgets, by name."""
    return [_read(row) for row in state.connection.execute("select * from budgets order by name")]


def budgets_of(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Budget]:
    """Some budgets by their numbers."""
    rows = connection.execute(
        "select * from budgets where id in (select value from json_each(?))", (json.dumps(ids),)
    )
    return {row["id"]: _read(row).budget for row in rows}


def named(state: State, name: str) -> Stored:
    """The budget of a name; raises `NoSuchBudgetError`."""
    row = state.connection.execute("select * from budgets where name = ?", (name,)).fetchone()
    if row is None:
        raise NoSuchBudgetError(name)
    return _read(row)


def add(state: State, budget: Budget, at: datetime, by: str) -> None:
    """Adds a budget without faults; raises `SameNameError`."""
    with state.transaction() as connection:
        _add(connection, budget, at, by)


def change(state: State, name: str, budget: Budget, at: datetime, by: str) -> None:
    """Puts a budget in the place of the one of a name; raises `NoSuchBudgetError`."""
    with state.transaction() as connection:
        _change(connection, name, budget, at, by)


def remove(state: State, name: str) -> None:
    """Removes a budget with its sums and crossings; raises `NoSuchBudgetError`."""
    with state.transaction() as connection:
        if not connection.execute("delete from budgets where name = ?", (name,)).rowcount:
            raise NoSuchBudgetError(name)
        _note_edit(connection)


def put(state: State, found: Sequence[Budget], at: datetime, by: str) -> tuple[int, int]:
    """Adds budgets of new names and changes those of known ones, all or none; gives how many."""
    added = changed = 0
    with state.transaction() as connection:
        for budget in found:
            row = connection.execute(
                "select * from budgets where name = ?", (budget.name,)
            ).fetchone()
            if row is None:
                _add(connection, budget, at, by)
                added += 1
            elif _read(row).budget != budget:
                _change(connection, budget.name, budget, at, by)
                changed += 1
    return added, changed


def _add(connection: sqlite3.Connection, budget: Budget, at: datetime, by: str) -> None:
    marks = ", ".join("?" for _ in _COLUMNS)
    try:
        connection.execute(
            f"insert into budgets ({', '.join(_COLUMNS)}) values ({marks})", _row(budget, at, by)
        )
    except sqlite3.IntegrityError as error:
        raise SameNameError(budget.name) from error
    _note_edit(connection)


def _change(
    connection: sqlite3.Connection, name: str, budget: Budget, at: datetime, by: str
) -> None:
    row = connection.execute("select * from budgets where name = ?", (name,)).fetchone()
    if row is None:
        raise NoSuchBudgetError(name)
    known = _read(row)
    is_same = all(getattr(known.budget, one) == getattr(budget, one) for one in _SUMMED_BY)
    values = ", ".join(f"{column} = ?" for column in _COLUMNS)
    try:
        connection.execute(
            f"update budgets set {values}, is_summed = ? where id = ?",
            (*_row(budget, at, by), known.is_summed and is_same, known.id),
        )
    except sqlite3.IntegrityError as error:
        raise SameNameError(budget.name) from error
    if not is_same:
        connection.execute("delete from budget_sums where budget = ?", (known.id,))
    _note_edit(connection)


def _note_edit(connection: sqlite3.Connection) -> None:
    connection.execute("update budget_edits set edits = edits + 1")


def _row(budget: Budget, at: datetime, by: str) -> tuple[object, ...]:
    return (
        *(budget.name, budget.kind, budget.subject, budget.period, budget.units, budget.currency),
        *(budget.carry_over, json.dumps(budget.warn_at), json.dumps(budget.tell)),
        str(budget.valid_from),
        None if budget.valid_to is None else str(budget.valid_to),
        at.astimezone(UTC).isoformat(timespec="seconds"),
        by,
    )


def _read(row: sqlite3.Row) -> Stored:
    until = row["valid_to"]
    budget = Budget(
        name=row["name"],
        kind=row["kind"],
        subject=row["subject"],
        period=row["period"],
        amount=Decimal(row["amount"]) / UNIT,
        currency=row["currency"],
        carry_over=bool(row["carry_over"]),
        warn_at=tuple(json.loads(row["warn_at"])),
        tell=tuple(json.loads(row["tell"])),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=None if until is None else date.fromisoformat(until),
    )
    edited = (row["changed_at"], row["changed_by"])
    return Stored(row["id"], budget, bool(row["is_summed"]), *edited)
