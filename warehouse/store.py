"""Legs into the tables, and everything that is derived from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from warehouse.amend import amend, difference
from warehouse.before import entries_before, legs_replaced
from warehouse.compound import PARTS, Compound, calls_of
from warehouse.days import around, widened
from warehouse.entries import entries_of
from warehouse.foretold import Foretold
from warehouse.frames import fetch, fetch_one, shown, unfiltered
from warehouse.keys import KEY, StoredKeys
from warehouse.legs import LEG_SCHEMA
from warehouse.occupancy import HELD_BY
from warehouse.rollups import Told, mark, sum_up
from warehouse.statements import statement
from warehouse.sums import Sums, sums_of
from warehouse.trunks import renew_trunks

_CALL = ["source", "call_id"]
_FOUND_BY = ["source", "leg_id", "call_id", "revision", "day", "alone"]
_DERIVED = ["source", "call_id", "day", "first_day", "last_day", "legs", "head_known"]
_ARRIVING = {**LEG_SCHEMA, "file": pl.String(), "alone": pl.Boolean()}
_CHANGED = "(select source, call_id from incoming union all select source, call_id from stored)"
_MANY = 20_000
"""Legs on days that are not summed up anew where few legs come."""
_FEW = 8
"""Of so many legs of its days at most one may be new to be one of few."""
_NOTED_CALLS = 20_000
"""Of changes of more legs publication is not told whose calls they are of."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of legs; counts are of legs, `days` the local days that changed, in order."""

    added: int
    replaced: int
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Derived:
    """Calls as they are made anew."""

    compound: Compound
    """Those that have or had a row of their own."""
    lone: pl.DataFrame
    """Legs that are a call each."""


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
    with shown(connection, incoming=arriving.select(_FOUND_BY)):
        _find_stored(connection, arriving, keys)
        higher = fetch(connection, statement("find_higher"))
    if higher.height:
        arriving = with_alone(arriving.drop("alone").join(higher, on=KEY, how="anti"))
        foretold = None
    if arriving.is_empty():
        return Stored(0, 0, ())
    with shown(connection, incoming=arriving.select(_FOUND_BY)):
        if higher.height:
            connection.execute(statement("forget_higher"))
        return _store(connection, arriving, keys, foretold)


def _store(
    connection: duckdb.DuckDBPyConnection,
    arriving: pl.DataFrame,
    keys: StoredKeys,
    foretold: Foretold | None,
) -> Stored:
    """Puts legs in place of those in `stored`."""
    (replaced,) = fetch_one(connection, "select count(*) from stored")
    are_few = foretold is None and _are_few(connection, arriving)
    gone = legs_replaced(connection) if are_few else None
    if replaced:
        connection.execute(statement("delete_stored"))
    known = _find_known(connection)
    were = None if gone is None else entries_before(connection, gone)
    derived = _derive(connection, arriving, known, foretold)
    told = _told(connection, arriving, foretold, known, derived) if foretold else None
    if known.height:
        joined = derived.compound.calls.filter(pl.col("legs") > 1)
        arriving = arriving.with_columns(pl.col("alone") & ~_of_calls(arriving, joined))
    _insert(connection, arriving, keys)
    if gone is None or were is None:
        days = _sum_up(connection, told)
    else:
        are = entries_of(derived.lone, derived.compound)
        held = pl.concat(legs.select(HELD_BY) for legs in (gone, arriving))
        days = _amend(connection, difference(sums_of(were), sums_of(are)), held)
    return Stored(arriving.height - replaced, replaced, days)


def _insert(connection: duckdb.DuckDBPyConnection, legs: pl.DataFrame, keys: StoredKeys) -> None:
    # A column without a value costs as much as any other, unless it is not there.
    said = [each.name for each in legs if each.null_count() < legs.height]
    keys.add(legs)
    connection.execute(statement("widen_key_ranges"))
    with shown(connection, arriving=unfiltered(legs.select(said))):
        connection.execute("insert into legs by name select * from arriving")


def remove(connection: duckdb.DuckDBPyConnection, legs: pl.DataFrame) -> tuple[date, ...]:
    """Takes stored legs away, with all that followed from them; gives the days that changed.

    To be called in a transaction. `legs` are as they are stored.
    """
    nothing = pl.DataFrame(schema=_ARRIVING)
    with shown(connection, incoming=nothing.select(_FOUND_BY), leaving=legs.select(*KEY, "day")):
        connection.execute(statement("find_leaving"))
        connection.execute(statement("delete_stored"))
        connection.execute(statement("forget_key_ranges"))
        _derive(connection, nothing, _find_known(connection))
        return _sum_up(connection)


def note_revised(connection: duckdb.DuckDBPyConnection, changed: pl.DataFrame) -> None:
    """Notes that legs were changed where they stand, and calls and rollups with them.

    To be called in a transaction. `changed` has the `day` of the legs, and of their calls where
    these stand on another, and if known `source` and `call_id`. Keys and times of legs are what
    they were.
    """
    with shown(connection, revised=changed):
        connection.execute(
            "create or replace temp table changed_days as select distinct day from revised"
        )
        mark(connection)
        _note_change(connection, "revised" if "call_id" in changed.columns else None)


def _find_stored(
    connection: duckdb.DuckDBPyConnection, arriving: pl.DataFrame, keys: StoredKeys
) -> None:
    """Finds what the incoming legs replace, on whatever day it stands."""
    near = {"days": around(arriving["day"].unique())}
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


def _find_known(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Finds stored calls of which something changes, and that have or get a row of their own."""
    connection.execute(statement("find_touched"))
    days = fetch(connection, "select distinct day from incoming union select day from stored")
    near = {"days": around(days["day"])}
    connection.execute(statement("find_known"), near)
    if fetch_one(connection, statement("count_astray"))[0]:
        connection.execute(statement("find_known_anywhere"), near)
    return fetch(connection, "select source, call_id from known")


def _derive(
    connection: duckdb.DuckDBPyConnection,
    arriving: pl.DataFrame,
    known: pl.DataFrame,
    foretold: Foretold | None = None,
) -> Derived:
    """Makes the calls anew that are more than one leg, or were.

    Those that are `foretold` only where something of them is `known` already.
    """
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
    return Derived(derived, arriving.filter(~is_compound))


def _put(connection: duckdb.DuckDBPyConnection, compound: Compound) -> None:
    for table, rows in (("group_calls", compound.calls), ("call_shares", compound.shares)):
        if rows.is_empty():
            continue
        with shown(connection, found=rows):
            connection.execute(f"insert into {table} by name from found")


def _told(
    connection: duckdb.DuckDBPyConnection,
    arriving: pl.DataFrame,
    foretold: Foretold,
    known: pl.DataFrame,
    derived: Derived,
) -> Told:
    """The foretold sums of days that hang on nothing that was stored before the legs."""
    stored = {*fetch(connection, "select distinct day from day_sums")["day"]}
    days = {*arriving["day"].unique()} - stored
    of_trunks = [day for day in widened(days) if stored.isdisjoint(widened([day]))]
    days -= {*derived.compound.calls["day"].unique()}
    if known.height:
        days -= {*arriving["day"].filter(_of_calls(arriving, known))}
    return Told(sorted(days), foretold.sums, of_trunks, foretold.gateway_hours)


def _note_change(connection: duckdb.DuckDBPyConnection, changed: str | None) -> tuple[date, ...]:
    """Notes of `changed_days` that they changed, and gives them.

    `changed` names a table of the calls, if there is one: else, as after very many calls, the next
    publication takes nothing over from the one before.
    """
    connection.execute("update publication set change = uuid(), serial = serial + 1")
    connection.execute(statement("touch_days"))
    connection.execute(statement("note_day_changes"))
    if changed is not None:
        note = statement("note_changed_calls").format(changed=changed)
        connection.execute(note, {"most": _NOTED_CALLS})
    days = fetch(connection, "select day from changed_days order by day")
    return tuple(days["day"].to_list())


def _are_few(connection: duckdb.DuckDBPyConnection, legs: pl.DataFrame) -> bool:
    """Whether it is less to say what some legs add to their days than to sum these up."""
    stored = fetch_one(
        connection,
        "select coalesce(sum(legs), 0) from day_sums where day in (select unnest($days))",
        {"days": legs["day"].unique().to_list()},
    )
    return max(_MANY, _FEW * legs.height) <= int(stored[0])


def _amend(
    connection: duckdb.DuckDBPyConnection, lacking: Sums, held: pl.DataFrame
) -> tuple[date, ...]:
    """Brings rollups up to what they lack, and to what legs `held`; gives the days that changed."""
    connection.execute(statement("find_changed_days"))
    amend(connection, lacking)
    renew_trunks(connection, held)
    mark(connection)
    return _note_change(connection, _CHANGED)


def _sum_up(connection: duckdb.DuckDBPyConnection, told: Told | None = None) -> tuple[date, ...]:
    """Makes the rollups of the changed days anew, and gives those days."""
    connection.execute(statement("find_changed_days"))
    sum_up(connection, told)
    return _note_change(connection, _CHANGED)
