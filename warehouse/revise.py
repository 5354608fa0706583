"""Stored legs with other prices or owners, changed where they stand.

What is not said anew is neither read nor written: that is most of a leg.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

import duckdb
import polars as pl

from warehouse.amend import amend
from warehouse.compound import PARTS, Compound
from warehouse.days import around
from warehouse.errors import Damaged
from warehouse.few import few_rows
from warehouse.frames import fetch, fetch_one, shown, unfiltered
from warehouse.master import Master
from warehouse.restate import EVERY_LEG, restate
from warehouse.revision import (
    EVERY_COLUMN,
    FOUND_BY,
    OWNER,
    PRICE,
    Change,
    Consequences,
    Revision,
    consequences,
    differing,
    every_row,
    revision,
)
from warehouse.scope import Where
from warehouse.snapshot import Snapshot
from warehouse.statements import statement
from warehouse.store import note_revised
from warehouse.sums import together

_OF_MASTER: Final = ("row_id", "alone")


def legs_to_revise(
    origin: Master | Snapshot,
    days: list[date],
    columns: Sequence[str],
    among: Where = EVERY_LEG,
) -> pl.DataFrame:
    """Some columns of the legs of some days, one of which is the day, in no order.

    Those of a master also have `row_id` and `alone`, good for `revise` until something is written,
    or, while it is `unmoved`, until these legs are. It may be asked by another thread than that
    which writes.
    """
    parts = [f'"{name}"' for name in dict.fromkeys(columns)]
    if isinstance(origin, Master):
        parts += ["rowid as row_id", "alone"]
    asked = ", ".join(parts)
    if isinstance(origin, Snapshot):
        sql = statement("rows_of_days").format(table="legs", columns=asked, condition=among.sql)
        return pl.concat(origin.batches(sql, {"days": days, **among.parameters}), rechunk=True)
    connection = origin.cursor()
    if among == EVERY_LEG:
        return every_row(connection, "legs", days, asked)
    return few_rows(connection, "legs", days, asked, among)


def revise(
    master: Master, before: pl.DataFrame, after: pl.DataFrame, said: Sequence[str] = PRICE
) -> None:
    """Makes legs of `legs_to_revise` what `after` has in the columns `said`; calls, rollups follow.

    Both are the same legs in the same order. One transaction, of what differs alone. To say more
    than `PRICE` and `OWNER`, such as the day, they have to have all columns of stored legs.
    """
    is_moved, changed = differing(before, after, said)
    if {*PRICE, *OWNER}.issuperset(changed):
        put(master, revision(master, before, after, said))
    else:
        restate(master, after.filter(is_moved).drop(_OF_MASTER))


def put(master: Master, revised: Revision) -> None:
    """Writes what a revision is, in one transaction."""
    if revised.legs.rows.is_empty():
        return
    with master.transaction() as connection:
        told = [revised.told]
        if not revised.apart.is_empty():
            told.append(_of_apart_calls(connection, revised))
        _update(connection, "legs", revised.legs)
        for part in told:
            _update(connection, "group_calls", part.calls)
            with shown(connection, split=part.split, shares=part.shares):
                connection.execute(statement("delete_call_shares").format(calls="split"))
                connection.execute("insert into call_shares by name from shares")
        lacking = [part.lacking for part in told]
        amend(connection, together(lacking, lacking[0]))
        changed = [revised.legs.rows, *(part.days for part in told)]
        found_by = FOUND_BY if "call_id" in revised.legs.rows.columns else ("day",)
        note_revised(connection, pl.concat(rows.select(found_by) for rows in changed))


def _of_apart_calls(connection: duckdb.DuckDBPyConnection, revised: Revision) -> Consequences:
    """What follows of legs whose calls have others, that were not read with them."""
    apart = revised.apart
    keys = apart.select("source", "call_id").unique()

    def of_them(table: str, days: Iterable[date], columns: str = EVERY_COLUMN) -> pl.DataFrame:
        same = f"apart.source = {table}.source and apart.call_id = {table}.call_id"
        return few_rows(
            connection, table, days, columns, Where(f"exists (from apart where {same})")
        )

    with shown(connection, apart=keys):
        calls = of_them("group_calls", around(apart["day"].unique()))
        if calls.height < keys.height:
            every = fetch(connection, "select distinct day from group_calls")["day"]
            calls = of_them("group_calls", every)
        days = calls.select(pl.date_ranges("first_day", "last_day").explode().unique()).to_series()
        several = of_them("legs", days, ", ".join((*PARTS, "rowid as row_id", "alone")))
        shares = of_them("call_shares", calls["day"].unique())
    said = [name for name in revised.legs.columns if name in PARTS]
    several = several.update(apart.select("row_id", *said), on="row_id", include_nulls=True)
    nothing = several.clear()
    stored = Compound(calls, shares)
    return consequences(nothing, nothing, several, stored, [*revised.told.lacking])


def _update(connection: duckdb.DuckDBPyConnection, table: str, change: Change) -> None:
    if change.rows.is_empty():
        return
    changes = ", ".join(f'"{name}" = revised."{name}"' for name in change.columns)
    said = change.rows.select("row_id", "day", *change.columns)
    with shown(connection, said=unfiltered(said)):
        connection.execute("create or replace temp table revised as from said")
    text = statement("revise").format(table=table, changes=changes)
    (count,) = fetch_one(connection, text)
    connection.execute("drop table revised")
    if count != change.rows.height:
        astray = change.rows.height - count
        raise Damaged(f"{astray} rows of {table} are no longer where they were read")
