"""Stored legs with other prices or owners, changed where they stand.

What is not said anew is neither read nor written: that is most of a leg.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import duckdb
import polars as pl

from warehouse.errors import Damaged
from warehouse.frames import fetch, fetch_one, unfiltered
from warehouse.master import Master
from warehouse.restate import EVERY_LEG, restate
from warehouse.rollups import OF_MONEY, ROLLUPS
from warehouse.scope import Where
from warehouse.snapshot import Snapshot
from warehouse.statements import statement
from warehouse.store import follow

PRICE: Final = (
    *("tariff", "tariff_version", "prefix", "destination", "call_type", "billed_seconds"),
    *("connect_fee", "cost", "charge", "tax", "currency", "status", "explanation"),
    *("reporting_currency", "reporting_cost", "reporting_charge", "reporting_tax", "conversion"),
)
"""Columns of legs that say what they cost."""
OWNER: Final = (
    *("from_number", "to_number", "dialled", "charged_user", "named_payer", "person", "kind"),
    *("department", "cost_centre", "site", "purpose"),
)
"""Columns of legs that say whose they are, by what numbers."""
FOUND_BY: Final = ("source", "call_id", "day")
"""Columns without which legs cannot be revised."""
_OF_MASTER: Final = ("row_id", "alone")


def legs_to_revise(
    origin: Master | Snapshot,
    days: list[date],
    columns: Sequence[str],
    among: Where = EVERY_LEG,
) -> pl.DataFrame:
    """Some columns of the legs of some days, in no order.

    Those of a master also have `row_id` and `alone`, good for `revise` until something is written.
    """
    parts = [f'"{name}"' for name in columns]
    if isinstance(origin, Master):
        parts += ["rowid as row_id", "alone"]
    sql = statement("legs_to_revise").format(columns=", ".join(parts), condition=among.sql)
    parameters = {"days": days, **among.parameters}
    if isinstance(origin, Snapshot):
        return pl.concat(origin.batches(sql, parameters), rechunk=True)
    return fetch(origin.connection, sql, parameters)


def revise(
    master: Master, before: pl.DataFrame, after: pl.DataFrame, said: Sequence[str] = PRICE
) -> None:
    """Makes legs of `legs_to_revise` what `after` has in the columns `said`; calls, rollups follow.

    Both are the same legs in the same order. One transaction, of what differs alone. To say more
    than `PRICE` and `OWNER`, such as the day, they have to have all columns of stored legs.
    """
    differs = {name: after[name].ne_missing(before[name]) for name in said}
    changed = [name for name, differ in differs.items() if differ.any()]
    if not changed:
        return
    moved = after.filter(pl.DataFrame(differs).select(pl.any_horizontal(changed)).to_series())
    if not {*PRICE, *OWNER}.issuperset(changed):
        restate(master, moved.drop(_OF_MASTER))
        return
    with master.transaction() as connection:
        _update(connection, moved, changed)
        follow(connection, moved, OF_MONEY if {*PRICE}.issuperset(changed) else ROLLUPS)


def _update(
    connection: duckdb.DuckDBPyConnection, legs: pl.DataFrame, columns: Sequence[str]
) -> None:
    changes = ", ".join(f'"{name}" = revised."{name}"' for name in columns)
    connection.register("said", unfiltered(legs.select("row_id", "day", *columns)))
    try:
        connection.execute("create or replace temp table revised as from said")
        (count,) = fetch_one(connection, statement("revise_legs").format(changes=changes))
        connection.execute("drop table revised")
    finally:
        connection.unregister("said")
    if count != legs.height:
        raise Damaged(f"{legs.height - count} legs are no longer where they were read")
