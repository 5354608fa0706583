"""Sums of budgets, kept up with what changes in the warehouse, and what they reach."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from warehouse.budgets.reach import note_reached
from warehouse.budgets.sums import update_sums
from warehouse.frames import fetch_one
from warehouse.master import Master
from warehouse.state.state import State


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
    nothing did, it asks two numbers. All or nothing, one evaluation at a time. `now` is aware.
    """
    (serial,) = fetch_one(master.connection, "select serial from publication")
    (warehouse,) = fetch_one(master.connection, "select id::varchar from identity")
    if _is_done(state.connection, warehouse, serial):
        return Evaluated()
    with state.transaction() as connection:
        known, before, _ = _progress(connection)
        (edits,) = connection.execute("select edits from budget_edits").fetchone()
        is_outrun = known == warehouse and before > serial
        if is_outrun or _is_done(connection, warehouse, serial):
            # Who has seen more of the warehouse than we do has the better sums.
            return Evaluated()
        if known != warehouse:
            before = -1
            connection.execute("delete from budget_sums")
        changed = update_sums(master, connection, before)
        crossings = note_reached(master, connection, changed, now) if changed.height else 0
        connection.execute("update budgets set is_summed = 1 where is_summed = 0")
        connection.execute(
            "update budget_progress set warehouse = ?, serial = ?, edits = ?",
            (warehouse, serial, edits),
        )
    return Evaluated(changed.height, crossings)


def _progress(connection: sqlite3.Connection) -> tuple[str, int, int]:
    """Which warehouse was looked at, up to which serial, and after how many edits."""
    found = connection.execute("select warehouse, serial, edits from budget_progress").fetchone()
    return found[0], found[1], found[2]


def _is_done(connection: sqlite3.Connection, warehouse: str, serial: int) -> bool:
    (edits,) = connection.execute("select edits from budget_edits").fetchone()
    return _progress(connection) == (warehouse, serial, edits)
