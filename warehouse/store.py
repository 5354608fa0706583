"""Legs into the tables, and everything that is derived from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import polars as pl

from warehouse.frames import fetch, fetch_one
from warehouse.statements import statement
from warehouse.words import UNRATED

KEY = ["source", "leg_id"]
_NEIGHBOURS = 2
"""Days around a leg in which its call is looked for first: a call may run over midnight."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of legs; counts are of legs, `days` the local days that changed, in order."""

    added: int
    replaced: int
    days: tuple[date, ...]


def store(connection: duckdb.DuckDBPyConnection, legs: pl.DataFrame) -> Stored:
    """Replaces legs by those of the same key, or adds them, with all that follows from them.

    To be called in a transaction. `legs` has the columns of `LEG_SCHEMA` and `file`, one row per
    source and leg_id. A leg whose stored revision is higher stays as it is.
    """
    try:
        connection.register("incoming", legs.to_arrow())
        connection.execute(statement("find_stored"))
        higher = fetch(connection, statement("find_higher"))
        if higher.height:
            legs = legs.join(higher, on=KEY, how="anti")
            connection.register("incoming", legs.to_arrow())
            connection.execute(statement("forget_higher"))
        if legs.is_empty():
            return Stored(0, 0, ())
        replaced = int(fetch_one(connection, "select count(*) from stored")[0])
        connection.execute(statement("delete_stored"))
        _derive(connection)
        connection.execute("insert into legs by name select * from incoming")
        days = fetch(connection, "select day from changed_days order by day")["day"].to_list()
        return Stored(legs.height - replaced, replaced, tuple(days))
    finally:
        connection.unregister("incoming")


def remove(connection: duckdb.DuckDBPyConnection, legs: pl.DataFrame) -> tuple[date, ...]:
    """Takes stored legs away, with all that followed from them; gives the days that changed.

    To be called in a transaction. `legs` are as they are stored.
    """
    leaving = legs.select("source", "leg_id", "call_id", "day", "revision")
    try:
        connection.register("incoming", legs.clear().to_arrow())
        connection.register("leaving", leaving.to_arrow())
        connection.execute("create or replace temp table stored as from leaving")
        connection.execute(statement("delete_stored"))
        _derive(connection)
        days = fetch(connection, "select day from changed_days order by day")["day"].to_list()
        return tuple(days)
    finally:
        for name in ("incoming", "leaving"):
            connection.unregister(name)


def _derive(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes the calls of the incoming and the replaced legs anew, and the rollups of their days."""
    connection.execute(statement("find_touched"))
    days = fetch(connection, "select day from incoming union select day from stored")
    near = {"days": _around(set(days["day"].to_list()))}
    connection.execute(statement("find_known"), near)
    if fetch_one(connection, statement("count_astray"))[0]:
        connection.execute(statement("find_known_anywhere"), near)
    connection.execute(statement("gather_legs"), {"unrated": sorted(UNRATED)})
    connection.execute(statement("derive_calls"))
    connection.execute(statement("derive_shares"))
    for table in ("calls", "call_shares"):
        connection.execute(statement(f"delete_{table}"))
    connection.execute("insert into calls by name select * from derived")
    connection.execute("insert into call_shares by name select * from derived_shares")
    connection.execute(statement("find_changed_days"))
    for rollup in ("day_totals", "day_people"):
        connection.execute(f"delete from {rollup} where day in (select day from changed_days)")
        connection.execute(statement(f"insert_{rollup}"))
    connection.execute("insert or ignore into touched_days select day from changed_days")
    connection.execute("update publication set change = uuid()")


def _around(days: set[date]) -> list[date]:
    reach = range(-_NEIGHBOURS, _NEIGHBOURS + 1)
    return sorted({day + timedelta(days=step) for day in days for step in reach})
