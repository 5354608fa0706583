"""Legs into the tables, and everything that is derived from them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from warehouse.amend import Amendment
from warehouse.compound import PARTS, Compound, calls_of
from warehouse.foretold import Foretold
from warehouse.frames import fetch, fetch_one, unfiltered
from warehouse.keys import KEY, StoredKeys
from warehouse.legs import LEG_SCHEMA
from warehouse.rollups import EVERY_ROLLUP, Told, around, sum_up
from warehouse.statements import statement

_CALL = ["source", "call_id"]
_FOUND_BY = ["source", "leg_id", "call_id", "revision", "day", "alone"]
_DERIVED = ["source", "call_id", "day", "first_day", "last_day", "legs", "head_known"]
_ARRIVING = {**LEG_SCHEMA, "file": pl.String(), "alone": pl.Boolean()}
_NOTED_CALLS = 20_000
"""Of changes of more legs publication is not told whose calls they are of."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of legs; counts are of legs, `days` the local days that changed, in order."""

    added: int
    replaced: int
    days: tuple[date, ...]


def store(
    connection: duckdb.DuckDBPyConnection,
    arriving: pl.DataFrame,
    keys: StoredKeys,
    foretold: Foretold | None = None,
) -> Stored:
    """Replaces legs by those of the same key, or adds them, with all that follows from them.

    To be called in a transaction; `keys` are those of the master that it is of. `arriving` has the
    columns of `LEG_SCHEMA`, `file` and `alone`, one row per source and leg_id. A leg whose stored
    revision is higher stays as it is. What is `foretold` of them need not be found here.
    """
    try:
        connection.register("incoming", arriving.select(_FOUND_BY).to_arrow())
        _find_stored(connection, arriving, keys)
        higher = fetch(connection, statement("find_higher"))
        if higher.height:
            arriving = with_alone(arriving.drop("alone").join(higher, on=KEY, how="anti"))
            foretold = None
            connection.register("incoming", arriving.select(_FOUND_BY).to_arrow())
            connection.execute(statement("forget_higher"))
        if arriving.is_empty():
            return Stored(0, 0, ())
        replaced = int(fetch_one(connection, "select count(*) from stored")[0])
        if replaced:
            connection.execute(statement("delete_stored"))
        joined = _derive(connection, arriving, foretold)
        told = _told(connection, arriving, foretold) if foretold else None
        if not joined.is_empty():
            arriving = arriving.with_columns(pl.col("alone") & ~_of_calls(arriving, joined))
        # A column without a value costs as much as any other, unless it is not there.
        said = [each.name for each in arriving if each.null_count() < arriving.height]
        connection.register("arriving", unfiltered(arriving.select(said)))
        keys.add(arriving)
        connection.execute(statement("widen_key_ranges"))
        connection.execute("insert into legs by name select * from arriving")
        return Stored(arriving.height - replaced, replaced, _sum_up(connection, told=told))
    finally:
        for name in ("incoming", "arriving"):
            connection.unregister(name)


def remove(connection: duckdb.DuckDBPyConnection, legs: pl.DataFrame) -> tuple[date, ...]:
    """Takes stored legs away, with all that followed from them; gives the days that changed.

    To be called in a transaction. `legs` are as they are stored.
    """
    nothing = pl.DataFrame(schema=_ARRIVING)
    try:
        connection.register("incoming", nothing.select(_FOUND_BY).to_arrow())
        connection.register("leaving", legs.select(*KEY, "day").to_arrow())
        connection.execute(statement("find_leaving"))
        connection.execute(statement("delete_stored"))
        connection.execute(statement("forget_key_ranges"))
        _derive(connection, nothing)
        return _sum_up(connection)
    finally:
        for name in ("incoming", "leaving"):
            connection.unregister(name)


def follow(
    connection: duckdb.DuckDBPyConnection,
    legs: pl.DataFrame,
    rollups: Collection[str],
    amendment: Amendment | None = None,
) -> tuple[date, ...]:
    """Lets calls and some rollups follow legs that were changed where they stand.

    With an `amendment` of these legs the rollups are brought up to them, else made anew. To be
    called in a transaction; gives the days that changed. `legs` has `source, call_id, day` and
    `alone`, as they are stored; their keys, times and trunks are what they were.
    """
    calls = ("source", "call_id", "day")
    nothing = pl.DataFrame(schema=_ARRIVING)
    is_alone = legs["alone"]
    try:
        connection.register("incoming", nothing.select(_FOUND_BY).to_arrow())
        # A leg that is alone is its call: nothing is derived of it.
        connection.register("moved", legs.filter(~is_alone).select(calls).to_arrow())
        connection.execute("create or replace temp table stored as from moved")
        _derive(connection, nothing, joins=False)
        connection.register("moved", legs.filter(is_alone).select(calls).to_arrow())
        connection.execute("insert into stored from moved")
        if amendment is not None:
            amendment.apply()
        return _sum_up(connection, () if amendment else rollups)
    finally:
        for name in ("incoming", "moved"):
            connection.unregister(name)


def _find_stored(
    connection: duckdb.DuckDBPyConnection, arriving: pl.DataFrame, keys: StoredKeys
) -> None:
    """Finds what the incoming legs replace, on whatever day it stands."""
    near = {"days": around(set(arriving["day"].to_list()))}
    connection.execute(statement("find_stored"), near)
    if fetch_one(connection, "select count(*) from stored")[0] == arriving.height:
        return
    far = fetch(connection, statement("find_far_days"), near)["day"].to_list()
    if not far:
        return
    sought = keys.may_hold(connection, fetch(connection, statement("find_missing")))
    if sought.is_empty():
        return
    connection.register("sought", sought.to_arrow())
    try:
        connection.execute(statement("find_stored_elsewhere"), {"days": far})
    finally:
        connection.unregister("sought")


def with_alone(legs: pl.DataFrame) -> pl.DataFrame:
    """Adds `alone`: whether a leg is the head, and no other of these legs is of its call."""
    is_head = legs["leg_id"] == legs["call_id"]
    others = legs.select(_CALL).filter(~is_head)
    return legs.with_columns((is_head & ~_of_calls(legs, others)).alias("alone"))


def _of_calls(legs: pl.DataFrame, calls: pl.DataFrame) -> pl.Series:
    """Whether each leg is of one of the calls."""
    keys = legs.select(_CALL).with_row_index("at")
    found = keys.join(calls.select(_CALL), on=_CALL, how="semi")["at"]
    return pl.zeros(legs.height, pl.Boolean, eager=True).scatter(found, values=True)


def _derive(
    connection: duckdb.DuckDBPyConnection,
    arriving: pl.DataFrame,
    foretold: Foretold | None = None,
    *,
    joins: bool = True,
) -> pl.DataFrame:
    """Makes the calls anew that are more than one leg, or were; gives keys of those that are.

    Those that are `foretold` only where something of them is known already. Unless legs of calls
    `joins` or part, it need not be said again of each whether it is alone.
    """
    connection.execute(statement("find_touched"))
    days = fetch(connection, "select distinct day from incoming union select day from stored")
    near = {"days": around(set(days["day"].to_list()))}
    connection.execute(statement("find_known"), near)
    if fetch_one(connection, statement("count_astray"))[0]:
        connection.execute(statement("find_known_anywhere"), near)
    known = fetch(connection, "select source, call_id from known")
    nothing = pl.zeros(arriving.height, pl.Boolean, eager=True)
    is_compound = nothing if foretold else ~arriving["alone"]
    if known.height:
        is_compound |= _of_calls(arriving, known)
    parts = [arriving.filter(is_compound).select(PARTS)]
    if known.height:
        # Of a call that is more than one leg already, none is alone.
        condition = "true" if joins else "not alone"
        gather = statement("gather_legs").format(condition=condition, columns=", ".join(PARTS))
        parts.append(fetch(connection, gather))
    derived = calls_of(pl.concat(parts))
    connection.register("found", derived.calls.select(_DERIVED).to_arrow())
    try:
        connection.execute("create or replace temp table derived as from found")
    finally:
        connection.unregister("found")
    if known.height:
        if joins:
            connection.execute(statement("leave_alone"))
        connection.execute(statement("delete_calls"))
        connection.execute(statement("delete_call_shares"))
    _put(connection, derived.worth_a_row())
    if foretold:
        _put(connection, foretold.compound.without(known))
    return derived.calls.filter(pl.col("legs") > 1).select(_CALL) if known.height else known


def _put(connection: duckdb.DuckDBPyConnection, compound: Compound) -> None:
    for table, rows in (("group_calls", compound.calls), ("call_shares", compound.shares)):
        if rows.is_empty():
            continue
        connection.register("found", rows.to_arrow())
        try:
            connection.execute(f"insert into {table} by name from found")
        finally:
            connection.unregister("found")


def _told(
    connection: duckdb.DuckDBPyConnection, arriving: pl.DataFrame, foretold: Foretold
) -> Told:
    """The foretold sums of days that hang on nothing that was stored before the legs."""
    days = {*arriving["day"].unique()}
    days -= {*fetch(connection, "select distinct day from day_sums")["day"]}
    days -= {*fetch(connection, "select distinct day from derived")["day"]}
    known = fetch(connection, "select source, call_id from known")
    if known.height:
        days -= {*arriving["day"].filter(_of_calls(arriving, known))}
    return Told(sorted(days), foretold.sums)


def _sum_up(
    connection: duckdb.DuckDBPyConnection,
    rollups: Collection[str] = EVERY_ROLLUP,
    told: Told | None = None,
) -> tuple[date, ...]:
    """Makes rollups of the changed days anew, and gives those days."""
    connection.execute(statement("find_changed_days"))
    sum_up(connection, rollups, told)
    connection.execute("update publication set change = uuid(), serial = serial + 1")
    connection.execute(statement("touch_days"))
    connection.execute(statement("note_day_changes"))
    connection.execute(statement("note_changed_calls"), {"most": _NOTED_CALLS})
    days = fetch(connection, "select day from changed_days order by day")
    return tuple(days["day"].to_list())
