"""Stored legs with other prices or owners, changed where they stand.

What is not said anew is neither read nor written: that is most of a leg.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import duckdb
import polars as pl

from warehouse.amend import Amendment
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
_SOUGHT: Final = 50
"""Rows that DuckDB looks for where they stand; for more at once it reads all."""
_MOST_QUESTIONS: Final = 20
_FEW: Final = 8
"""Of so many legs of a day one may change: beyond, its rollups are as soon made anew."""
_OF_MASTER: Final = ("row_id", "alone")


def legs_to_revise(
    origin: Master | Snapshot,
    days: list[date],
    columns: Sequence[str],
    among: Where = EVERY_LEG,
) -> pl.DataFrame:
    """Some columns of the legs of some days, in no order.

    Those of a master also have `row_id` and `alone`, good for `revise` until something is written,
    or, while it is `unmoved`, until these legs are. It may be asked by another thread than that
    which writes.
    """
    parts = [f'"{name}"' for name in columns]
    if isinstance(origin, Master):
        parts += ["rowid as row_id", "alone"]
    text = statement("legs_to_revise")
    sql = text.format(columns=", ".join(parts), condition=among.sql)
    parameters = {"days": days, **among.parameters}
    if isinstance(origin, Snapshot):
        return pl.concat(origin.batches(sql, parameters), rechunk=True)
    connection = origin.connection.cursor()
    if among == EVERY_LEG:
        return fetch(connection, sql, parameters)
    # Where few are meant, only the columns by which they are found are read of all.
    found = fetch(connection, text.format(columns="rowid", condition=among.sql), parameters)[
        "rowid"
    ]
    if len(found) > _SOUGHT * _MOST_QUESTIONS:
        return fetch(connection, sql, parameters)
    by_place = text.format(columns=", ".join(parts), condition="rowid in (select unnest($places))")
    return pl.concat(
        fetch(
            connection,
            by_place,
            {"days": days, "places": found[begin : begin + _SOUGHT].to_list()},
        )
        for begin in range(0, max(1, len(found)), _SOUGHT)
    )


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
    rollups = OF_MONEY if {*PRICE}.issuperset(changed) else ROLLUPS
    with master.transaction() as connection:
        amendment = Amendment(connection, moved, rollups) if _are_few(connection, moved) else None
        _update(connection, moved, changed)
        follow(connection, moved, rollups, amendment)


def _are_few(connection: duckdb.DuckDBPyConnection, legs: pl.DataFrame) -> bool:
    """Whether these are few of the legs of their days."""
    (stored,) = fetch_one(
        connection,
        "select sum(legs) from day_sums where day in (select unnest($days))",
        {"days": legs["day"].unique().to_list()},
    )
    return legs.height * _FEW <= int(stored)


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
