"""What dashboards ask, summed up by day as calls are stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import duckdb
import polars as pl

from warehouse.frames import fetch, fetch_one, shown
from warehouse.occupancy import HOURS
from warehouse.statements import statement
from warehouse.sums import ENTRIES, ROLLUPS, Sums, sums_of, together
from warehouse.trunks import GATEWAY_HOURS, sum_up_trunks

EVERY_ROLLUP: Final = (*ROLLUPS, GATEWAY_HOURS)

_NEIGHBOURS: Final = 2
"""Days around a leg in which its call is looked for first."""
_OF_DAYS: Final = "day between $first and $last and day in (select day from days_to_sum)"
_BATCH_DAYS: Final = 28
_ROWS: Final = 250_000
"""Calls that are summed up at a time: bounds memory, however many stand on the days."""


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
    first, last = fetch_one(connection, "select min(day), max(day) from days_to_sum")
    if first is not None:
        period = {"first": first, "last": last}
        _put(connection, sums_stored(connection, ROLLUPS, "entries", _OF_DAYS, period))
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


def sums_stored(
    connection: duckdb.DuckDBPyConnection,
    rollups: Collection[str],
    relation: str,
    condition: str = "true",
    parameters: Mapping[str, Any] | None = None,
) -> Sums:
    """What stored calls are summed up to: those of a relation like `entries` under a condition."""
    columns = ", ".join(f'"{name}"' for name in ENTRIES)
    found = connection.execute(
        f"select {columns} from {relation} where {condition}", parameters
    ).to_arrow_reader(_ROWS)
    nothing = pl.DataFrame(found.schema.empty_table())
    parts = (sums_of(pl.DataFrame(batch), rollups) for batch in found)
    return together((sums_of(nothing, rollups), *parts), rollups)


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


def around(days: set[date]) -> list[date]:
    """The days and those near them, in order: a call may run over midnight."""
    reach = range(-_NEIGHBOURS, _NEIGHBOURS + 1)
    return sorted({day + timedelta(days=step) for day in days for step in reach})
