"""Legs into the tables, and everything that is derived from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from warehouse.compound import PARTS, Compound, calls_of
from warehouse.foretold import Foretold
from warehouse.frames import fetch, fetch_one, shown, unfiltered
from warehouse.keys import KEY, StoredKeys
from warehouse.legs import LEG_SCHEMA
from warehouse.rollups import Told, around, mark, sum_up, widened
from warehouse.statements import statement

_CALL = ["source", "call_id"]
_FOUND_BY = ["source", "leg_id", "call_id", "revision", "day", "alone"]
_DERIVED = ["source", "call_id", "day", "first_day", "last_day", "legs", "head_known"]
_ARRIVING = {**LEG_SCHEMA, "file": pl.String(), "alone": pl.Boolean()}
_CHANGED = "(select source, call_id from incoming union all select source, call_id from stored)"
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
        return Stored(
            arriving.height - replaced,
            replaced,
            _sum_up(connection, told),
        )
    finally:
        for name in ("incoming", "arriving"):
            connection.unregister(name)


def remove(connection: duckdb.DuckDBPyConnection, legs: pl.DataFrame) -> tuple[date, ...]:
    """Takes stored legs away, with all that followed from them; gives the days that changed.

    To be called in a transaction. `legs` are as they are stored.
    """
    nothing = pl.DataFrame(schema=_ARRIVING)
    with shown(connection, incoming=nothing.select(_FOUND_BY), leaving=legs.select(*KEY, "day")):
        connection.execute(statement("find_leaving"))
        connection.execute(statement("delete_stored"))
        connection.execute(statement("forget_key_ranges"))
        _derive(connection, nothing)
        return _sum_up(connection)


def note_revised(connection: duckdb.DuckDBPyConnection, changed: pl.DataFrame) -> None:
    """Notes that legs were changed where they stand, and calls and rollups with them.

    To be called in a transaction. `changed` has `source, call_id, day` of the legs, and of their
    calls where these stand on another day. Keys and times of legs are what they were.
    """
    with shown(connection, revised=changed.select("source", "call_id", "day")):
        connection.execute(
            "create or replace temp table changed_days as select distinct day from revised"
        )
        mark(connection)
        _note_change(connection, "revised")


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
    with shown(connection, sought=sought):
        connection.execute(statement("find_stored_elsewhere"), {"days": far})


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
) -> pl.DataFrame:
    """Makes the calls anew that are more than one leg, or were; gives keys of those that are.

    Those that are `foretold` only where something of them is known already.
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
        gather = statement("gather_legs").format(columns=", ".join(PARTS))
        parts.append(fetch(connection, gather))
    derived = calls_of(pl.concat(parts))
    with shown(connection, found=derived.calls.select(_DERIVED)):
        connection.execute("create or replace temp table derived as from found")
    if known.height:
        connection.execute(statement("leave_alone"))
        connection.execute(statement("delete_calls"))
        connection.execute(statement("delete_call_shares").format(calls="known"))
    _put(connection, derived.worth_a_row())
    if foretold:
        _put(connection, foretold.compound.without(known))
    return derived.calls.filter(pl.col("legs") > 1).select(_CALL) if known.height else known


def _put(connection: duckdb.DuckDBPyConnection, compound: Compound) -> None:
    for table, rows in (("group_calls", compound.calls), ("call_shares", compound.shares)):
        if rows.is_empty():
            continue
        with shown(connection, found=rows):
            connection.execute(f"insert into {table} by name from found")


def _told(
    connection: duckdb.DuckDBPyConnection, arriving: pl.DataFrame, foretold: Foretold
) -> Told:
    """The foretold sums of days that hang on nothing that was stored before the legs."""
    stored = {*fetch(connection, "select distinct day from day_sums")["day"]}
    days = {*arriving["day"].unique()} - stored
    of_trunks = [day for day in widened(days) if stored.isdisjoint(widened([day]))]
    days -= {*fetch(connection, "select distinct day from derived")["day"]}
    known = fetch(connection, "select source, call_id from known")
    if known.height:
        days -= {*arriving["day"].filter(_of_calls(arriving, known))}
    return Told(sorted(days), foretold.sums, of_trunks, foretold.gateway_hours)


def _note_change(connection: duckdb.DuckDBPyConnection, changed: str) -> tuple[date, ...]:
    """Notes of `changed_days` that they changed, and gives them; `changed` names the legs."""
    connection.execute("update publication set change = uuid(), serial = serial + 1")
    connection.execute(statement("touch_days"))
    connection.execute(statement("note_day_changes"))
    note = statement("note_changed_calls").format(changed=changed)
    connection.execute(note, {"most": _NOTED_CALLS})
    days = fetch(connection, "select day from changed_days order by day")
    return tuple(days["day"].to_list())


def _sum_up(connection: duckdb.DuckDBPyConnection, told: Told | None = None) -> tuple[date, ...]:
    """Makes the rollups of the changed days anew, and gives those days."""
    connection.execute(statement("find_changed_days"))
    sum_up(connection, told)
    return _note_change(connection, _CHANGED)
