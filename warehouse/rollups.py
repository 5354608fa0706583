"""What dashboards ask, summed up by day as calls are stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import duckdb
import polars as pl

from warehouse.days import period
from warehouse.frames import fetch, shown
from warehouse.occupancy import HOURS
from warehouse.statements import statement
from warehouse.sums import ENTRIES, ROLLUPS, Sums, sums_of
from warehouse.trunks import GATEWAY_HOURS, sum_up_trunks

EVERY_ROLLUP: Final = (*ROLLUPS, GATEWAY_HOURS)

_COLUMNS: Final = ", ".join(f'"{name}"' for name in ENTRIES)
_ENTRIES: Final = (
    f"select {_COLUMNS} from entries "
    "where day between $first and $last and day in (select unnest($days))"
)
_BATCH_DAYS: Final = 28
_AT_ONCE: Final = 250_000
"""Legs whose calls are summed up at a time."""


@dataclass(frozen=True, slots=True)
class Told:
    """What whole days are summed up to, where that is known already."""

    days: list[date] = field(default_factory=list)
    sums: Sums = field(default_factory=dict)
    """Rows of these days and of others, of all that is to be summed up."""
    gateway_days: list[date] = field(default_factory=list)
    """Days of which that is known of trunks."""
    gateway_hours: pl.DataFrame = field(default_factory=HOURS.to_frame)
    """Rows of these days and of others."""


def sum_up(connection: duckdb.DuckDBPyConnection, told: Told | None = None) -> None:
    """Makes the rollups of `changed_days` anew, and adds days to it that changed with them.

    What is `told` need not be asked for.
    """
    told = told or Told()
    connection.execute(statement("find_days_to_sum"), {"days": told.days})
    for rollup in ROLLUPS:
        connection.execute(f"delete from {rollup} where day in (select day from changed_days)")
    for days in _some_days_at_a_time(connection):
        _put(connection, sums_of(fetch(connection, _ENTRIES, period(days))))
    if told.days:
        of_days = pl.col("day").is_in(told.days)
        _put(connection, {rollup: rows.filter(of_days) for rollup, rows in told.sums.items()})
    sum_up_trunks(connection, told.gateway_days, told.gateway_hours)
    mark(connection)


def mark(connection: duckdb.DuckDBPyConnection) -> None:
    """Notes of `changed_days`, whose rollups are as they should be, how much is on each.

    Each of these days gets another mark.
    """
    connection.execute("delete from day_sums where day in (select day from changed_days)")
    connection.execute(statement("insert_day_sums"))
    connection.execute(statement("delete_day_marks"))
    connection.execute(statement("insert_day_marks"))


def _some_days_at_a_time(connection: duckdb.DuckDBPyConnection) -> Iterator[list[date]]:
    """The days to sum up, together where they have few legs: bounds memory."""
    waiting = fetch(connection, "select day from days_to_sum order by day")["day"].to_list()
    if not waiting:
        return
    counted = fetch(connection, statement("count_legs_to_sum"), period(waiting))
    legs = dict(counted.iter_rows())
    days: list[date] = []
    room = _AT_ONCE
    for day in waiting:
        many = legs.get(day, 0)
        if many > room and days:
            yield days
            days, room = [], _AT_ONCE
        days.append(day)
        room -= many
    yield days


def _put(connection: duckdb.DuckDBPyConnection, sums: Sums) -> None:
    for rollup, rows in sums.items():
        with shown(connection, summed=rows):
            connection.execute(f"insert into {rollup} by name from summed")


def sum_up_older(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes the rollups that stored calls lack, because an earlier program stored them.

    Some days to a transaction: killed, it goes on from there.
    """
    while True:
        days = fetch(connection, "from unsummed_days order by day limit $n", {"n": _BATCH_DAYS})
        if days.is_empty():
            return
        connection.begin()
        try:
            with shown(connection, older_days=days):
                connection.execute("create or replace temp table changed_days as from older_days")
                connection.execute("delete from unsummed_days where day in (from older_days)")
            sum_up(connection)
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
