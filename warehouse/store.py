"""Legs into the tables, and everything that is derived from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import polars as pl

from warehouse.frames import fetch, fetch_one, unfiltered
from warehouse.statements import statement
from warehouse.words import UNRATED

KEY = ["source", "leg_id"]
_CALL = ["source", "call_id"]
_FOUND_BY = ["source", "leg_id", "call_id", "revision", "day", "alone"]
_NEIGHBOURS = 2
"""Days around a leg in which its call is looked for first: a call may run over midnight."""
_NOTED_CALLS = 20_000
"""Of changes of more calls publication is not told which ones they were."""


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
    arriving = with_alone(legs)
    try:
        connection.register("incoming", arriving.select(_FOUND_BY).to_arrow())
        connection.execute(statement("find_stored"))
        higher = fetch(connection, statement("find_higher"))
        if higher.height:
            arriving = with_alone(legs.join(higher, on=KEY, how="anti"))
            connection.register("incoming", arriving.select(_FOUND_BY).to_arrow())
            connection.execute(statement("forget_higher"))
        if arriving.is_empty():
            return Stored(0, 0, ())
        replaced = int(fetch_one(connection, "select count(*) from stored")[0])
        if replaced:
            connection.execute(statement("delete_stored"))
        joined = _derive(connection, arriving)
        connection.register("arriving", unfiltered(_without_joined(arriving, joined)))
        connection.execute("insert into legs by name select * from arriving")
        return Stored(arriving.height - replaced, replaced, _sum_up(connection))
    finally:
        for name in ("incoming", "compound_legs", "arriving"):
            connection.unregister(name)


def remove(connection: duckdb.DuckDBPyConnection, legs: pl.DataFrame) -> tuple[date, ...]:
    """Takes stored legs away, with all that followed from them; gives the days that changed.

    To be called in a transaction. `legs` are as they are stored.
    """
    nothing = with_alone(legs.clear())
    try:
        connection.register("incoming", nothing.select(_FOUND_BY).to_arrow())
        connection.register("leaving", legs.select(*KEY, "day").to_arrow())
        connection.execute(statement("find_leaving"))
        connection.execute(statement("delete_stored"))
        _derive(connection, nothing)
        return _sum_up(connection)
    finally:
        for name in ("incoming", "compound_legs", "leaving"):
            connection.unregister(name)


def with_alone(legs: pl.DataFrame) -> pl.DataFrame:
    """Adds `alone`: whether a leg is the head, and no other of these legs is of its call."""
    is_head = pl.col("leg_id") == pl.col("call_id")
    others = legs.filter(~is_head).select(_CALL).unique().with_columns(pl.lit(True).alias("joined"))
    return (
        legs.join(others, on=_CALL, how="left", maintain_order="left")
        .with_columns((is_head & pl.col("joined").is_null()).alias("alone"))
        .drop("joined")
    )


def _without_joined(legs: pl.DataFrame, joined: pl.DataFrame) -> pl.DataFrame:
    if joined.is_empty():
        return legs
    marked = legs.join(
        joined.with_columns(pl.lit(True).alias("joined")),
        on=_CALL,
        how="left",
        maintain_order="left",
    )
    return marked.with_columns(pl.col("alone") & pl.col("joined").is_null()).drop("joined")


def _derive(connection: duckdb.DuckDBPyConnection, arriving: pl.DataFrame) -> pl.DataFrame:
    """Makes the calls anew that are more than one leg, or were; gives keys of those that are."""
    connection.execute(statement("find_touched"))
    days = fetch(connection, "select distinct day from incoming union select day from stored")
    near = {"days": around(set(days["day"].to_list()))}
    connection.execute(statement("find_known"), near)
    if fetch_one(connection, statement("count_astray"))[0]:
        connection.execute(statement("find_known_anywhere"), near)
    known = fetch(connection, "select source, call_id from known")
    is_compound = ~pl.col("alone")
    if known.height:
        is_compound |= pl.struct(_CALL).is_in(known.select(pl.struct(_CALL)).to_series().implode())
    connection.register("compound_legs", arriving.filter(is_compound).to_arrow())
    connection.execute(statement("find_compound"))
    connection.execute(statement("gather_legs"), {"unrated": sorted(UNRATED)})
    connection.execute(statement("derive_calls"))
    connection.execute(statement("derive_shares"))
    if known.height:
        connection.execute(statement("leave_alone"))
        connection.execute(statement("delete_calls"))
        connection.execute(statement("delete_call_shares"))
    connection.execute(statement("insert_group_calls"))
    connection.execute("insert into call_shares by name select * from derived_shares")
    if not known.height:
        return known
    return fetch(connection, "select source, call_id from derived where legs > 1")


def _sum_up(connection: duckdb.DuckDBPyConnection) -> tuple[date, ...]:
    """Makes the rollups of the changed days anew, and gives those days."""
    connection.execute(statement("find_changed_days"))
    first, last = fetch_one(connection, "select min(day), max(day) from changed_days")
    for rollup in ("day_totals", "day_people"):
        connection.execute(f"delete from {rollup} where day in (select day from changed_days)")
        connection.execute(statement(f"insert_{rollup}"), {"first": first, "last": last})
    connection.execute("delete from day_sums where day in (select day from changed_days)")
    connection.execute(statement("insert_day_sums"))
    connection.execute("update publication set change = uuid(), serial = serial + 1")
    connection.execute(statement("touch_days"))
    connection.execute(statement("note_changed_calls"), {"most": _NOTED_CALLS})
    days = fetch(connection, "select day from changed_days order by day")
    return tuple(days["day"].to_list())


def around(days: set[date]) -> list[date]:
    """The days and their neighbours, in order."""
    reach = range(-_NEIGHBOURS, _NEIGHBOURS + 1)
    return sorted({day + timedelta(days=step) for day in days for step in reach})
