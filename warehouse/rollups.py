"""What dashboards ask, summed up by day as calls are stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import duckdb
import polars as pl

from warehouse.frames import fetch, fetch_one
from warehouse.occupancy import HOURS, occupied
from warehouse.statements import statement

ROLLUPS: Final = ("day_totals", "day_people", "day_outcomes", "day_hours", "day_destinations")
"""Rollups in SQL, each of which depends on the calls of its day alone."""
GATEWAY_HOURS: Final = "gateway_hours"
"""Depends on the neighbours of its day too: a leg may run over midnight."""

EVERY_ROLLUP: Final = (*ROLLUPS, GATEWAY_HOURS)
OF_MONEY: Final = ("day_totals", "day_people", "day_destinations")
"""Rollups with money; who ended a call how, and what a trunk carried, hangs on no price."""

_NEIGHBOURS: Final = 2
"""Days around a leg in which its call is looked for first."""
_IN_ONE_PASS: Final = {"money": OF_MONEY, "outcome": ("day_outcomes", "day_hours")}
"""Rollups that are summed up together, by what they sum up."""
_OF_DAYS: Final = (
    "(from {view} where day between $first and $last and day in (select day from days_to_sum))"
)
_BATCH_DAYS: Final = 28


@dataclass(frozen=True, slots=True)
class Told:
    """What whole days are summed up to, where that is known already."""

    days: list[date] = field(default_factory=list)
    sums: Mapping[str, Any] = field(default_factory=dict)
    """Arrow tables of each of `ROLLUPS`, with rows of these days and of others."""


def sum_up(
    connection: duckdb.DuckDBPyConnection,
    rollups: Collection[str] = EVERY_ROLLUP,
    told: Told | None = None,
) -> None:
    """Makes `rollups` of `changed_days` anew, and adds days to it that changed with them.

    Each of these days gets another mark. Days that are `told` have no rows yet.
    """
    told = told or Told()
    connection.execute(statement("find_days_to_sum"), {"days": told.days})
    wanted = [rollup for rollup in ROLLUPS if rollup in rollups]
    for rollup in wanted:
        connection.execute(f"delete from {rollup} where day in (select day from days_to_sum)")
    first, last = fetch_one(connection, "select min(day), max(day) from days_to_sum")
    if first is not None:
        sources = {view: _OF_DAYS.format(view=view) for view in ("calls", "entries")}
        period = {"first": first, "last": last}
        sum_into(connection, {rollup: rollup for rollup in wanted}, sources, period)
    elif not told.days:
        return
    for rollup in wanted if told.days else ():
        _put(connection, rollup, told)
    connection.execute("delete from day_sums where day in (select day from changed_days)")
    connection.execute(statement("insert_day_sums"))
    if GATEWAY_HOURS in rollups:
        _sum_up_gateways(connection)
    connection.execute(statement("delete_day_marks"))
    connection.execute(statement("insert_day_marks"))


def sum_into(
    connection: duckdb.DuckDBPyConnection,
    targets: Mapping[str, str],
    sources: Mapping[str, str],
    parameters: Mapping[str, Any] | None = None,
) -> None:
    """Adds to tables, by the rollup that each is like, what some calls are summed up to.

    `sources` are what to read as `calls` and `entries`: SQL with the `parameters`.
    """
    for rollup, query in sums(connection, targets, sources, parameters):
        connection.execute(f"insert into {targets[rollup]} by name {query}")


def sums(
    connection: duckdb.DuckDBPyConnection,
    rollups: Collection[str],
    sources: Mapping[str, str],
    parameters: Mapping[str, Any] | None = None,
) -> Iterator[tuple[str, str]]:
    """Each rollup with the query of its rows, to be asked before the next.

    `sources` are what to read as `calls` and `entries`: SQL with the `parameters`.
    """
    for several, together in _IN_ONE_PASS.items():
        wanted = [rollup for rollup in rollups if rollup in together]
        if not wanted:
            continue
        connection.execute(statement(f"sum_{several}").format(**sources), parameters)
        for rollup in wanted:
            yield rollup, statement(f"sum_{rollup}")
        connection.execute(f"drop table {several}_sums")


def _put(connection: duckdb.DuckDBPyConnection, rollup: str, told: Told) -> None:
    connection.register("told", told.sums[rollup])
    try:
        connection.execute(
            f"insert into {rollup} by name from told where day in (select unnest($days))",
            {"days": told.days},
        )
    finally:
        connection.unregister("told")


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
            connection.register("older_days", days.to_arrow())
            connection.execute("create or replace temp table changed_days as from older_days")
            connection.execute("delete from unsummed_days where day in (from older_days)")
            sum_up(connection)
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        finally:
            connection.unregister("older_days")


def _sum_up_gateways(connection: duckdb.DuckDBPyConnection) -> None:
    changed = fetch(connection, "select day from changed_days")["day"].to_list()
    days = {"days": _widened(changed)}
    sql = statement("trunk_legs").format(
        taken_at="started_at",
        relation="legs",
        condition="day between $first and $last and day in (select unnest($days))",
    )
    near = _widened(days["days"])
    legs = fetch(connection, sql, {"days": near, "first": near[0], "last": near[-1]})
    made = occupied(legs).filter(pl.col("day").is_in(days["days"]))
    before = fetch(connection, statement("gateway_hours_of_days"), days).cast(HOURS)
    # What is in one of them only has changed.
    differing = pl.concat([made, before]).filter(pl.struct(pl.all()).is_unique())["day"]
    if differing.is_empty():
        return
    touched = {"days": differing.unique().sort().to_list()}
    connection.execute("delete from gateway_hours where day in (select unnest($days))", touched)
    connection.register("occupied", made.filter(pl.col("day").is_in(touched["days"])).to_arrow())
    try:
        connection.execute("insert into gateway_hours by name from occupied")
    finally:
        connection.unregister("occupied")
    connection.execute(statement("add_changed_days"), touched)


def _widened(days: Iterable[date]) -> list[date]:
    """The days and their neighbours, in order."""
    return sorted({day + timedelta(days=step) for day in days for step in (-1, 0, 1)})


def around(days: set[date]) -> list[date]:
    """The days and those near them, in order: a call may run over midnight."""
    reach = range(-_NEIGHBOURS, _NEIGHBOURS + 1)
    return sorted({day + timedelta(days=step) for day in days for step in reach})
