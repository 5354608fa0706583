"""What is to be written where stored legs change: found of these legs, for whoever writes it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import duckdb
import polars as pl

from warehouse.amend import difference
from warehouse.compound import PARTS, Compound, calls_of
from warehouse.entries import ASKED_OF_LEGS, entries_of
from warehouse.frames import fetch_many
from warehouse.master import Master
from warehouse.statements import statement
from warehouse.sums import OF_MONEY, ROLLUPS, Sums, sums_of

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
"""Columns of legs that say which calls change. Of these the day has to be read; without `call_id`
the next publication takes nothing over from the one before."""
_CALL: Final = ("source", "call_id")
EVERY_COLUMN: Final = "*, rowid as row_id"
_PLACED: Final = pl.col(*_CALL, "day")


@dataclass(frozen=True, slots=True)
class Change:
    """Rows of a table that change where they stand."""

    rows: pl.DataFrame
    """`row_id`, `day` and the columns, maybe with others."""
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consequences:
    """What follows where legs of calls change of which all legs are known."""

    calls: Change
    """Of calls of several legs."""
    shares: pl.DataFrame
    """What is in place of the rows of `call_shares` of the calls `split`."""
    split: pl.DataFrame
    lacking: Sums
    """What the rollups lack to hold all of that."""
    days: pl.DataFrame
    """`source, call_id, day` of those calls that are several legs."""


@dataclass(frozen=True, slots=True)
class Revision:
    """What is to be written where legs change."""

    legs: Change
    """With `FOUND_BY`, as far as it was read."""
    told: Consequences
    apart: pl.DataFrame
    """Those of the legs of whose calls some are elsewhere: what follows of them is not `told`."""


def differing(
    before: pl.DataFrame, after: pl.DataFrame, columns: Sequence[str]
) -> tuple[pl.Series, tuple[str, ...]]:
    """Which rows of two frames of the same things in the same order differ, and in what."""
    differs = {name: after[name].ne_missing(before[name]) for name in columns}
    changed = tuple(name for name, differ in differs.items() if differ.any())
    nowhere = pl.zeros(before.height, pl.Boolean, eager=True)
    rows = pl.DataFrame([nowhere, *(differs[name] for name in changed)])
    return rows.select(pl.any_horizontal(pl.all())).to_series(), changed


def revision(
    master: Master, before: pl.DataFrame, after: pl.DataFrame, said: Sequence[str] = PRICE
) -> Revision:
    """What is to be written so that legs of `legs_to_revise` become what `after` says.

    Both are the same legs in the same order; `said` are columns of `PRICE` and `OWNER`. For any
    thread, while the master is `unmoved` and none of these legs is written.
    """
    is_moved, changed = differing(before, after, said)
    found_by = [name for name in FOUND_BY if name in after.columns]
    moved = after.select("row_id", *found_by, *changed).filter(is_moved)
    connection = master.cursor()
    several = _several(connection, after.with_columns(is_moved.alias("moved")))
    stored = _whole(connection, several)
    apart = several.join(stored.calls, on=_CALL, how="anti").filter("moved")
    several = several.join(stored.calls, on=_CALL, how="semi")
    is_lone = is_moved & after["alone"]
    was, now = (legs.select(ASKED_OF_LEGS).filter(is_lone) for legs in (before, after))
    rollups = OF_MONEY if {*PRICE}.issuperset(changed) else ROLLUPS
    told = consequences(was, now, several, stored, rollups)
    return Revision(Change(moved, changed), told, apart)


def consequences(
    before: pl.DataFrame,
    after: pl.DataFrame,
    several: pl.DataFrame,
    stored: Compound,
    rollups: Collection[str],
) -> Consequences:
    """What follows where some legs that are alone change, and some of calls of several legs.

    Of those that are alone there is what was `before` and is `after`, in the same order; of the
    calls what is `stored`, with their `row_id`, and all their legs as they are after, with `PARTS`.
    """
    are = calls_of(several.select(PARTS))
    were = are.calls.select(_CALL).join(stored.calls, on=_CALL, how="left", maintain_order="left")
    columns = [name for name in are.calls.columns if name not in (*_CALL, "day")]
    is_other, changed = differing(were, are.calls, columns)
    sums = (
        sums_of(entries_of(lone, compound), rollups)
        for lone, compound in ((before, stored), (after, are))
    )
    revised = are.calls.select("day", *changed).with_columns(were["row_id"]).filter(is_other)
    return Consequences(
        Change(revised, changed),
        are.shares,
        pl.concat([stored.shares.select(_PLACED), are.shares.select(_PLACED)]).unique(),
        difference(*sums),
        are.calls.select(_PLACED),
    )


def every_row(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    days: list[date],
    columns: str,
    condition: str = "true",
) -> pl.DataFrame:
    """Columns of the rows on some days for which a condition holds, of most of which it does."""
    text = statement("every_row_of_days")
    sql = text.format(table=table, columns=columns, condition=condition)
    return fetch_many(connection, sql, {"days": days})


def _whole(connection: duckdb.DuckDBPyConnection, legs: pl.DataFrame) -> Compound:
    """Stored calls of several legs, all of which are among these."""
    days = legs["day"].unique().to_list()
    counted = legs.group_by(_CALL).agg(pl.len().alias("here"))
    calls, shares = (
        every_row(connection, table, days, EVERY_COLUMN) for table in ("group_calls", "call_shares")
    )
    counted_calls = calls.join(counted, on=_CALL)
    whole = counted_calls.filter(pl.col("legs") == pl.col("here")).drop("here")
    return Compound(whole, shares.join(whole, on=_CALL, how="semi"))


def _several(connection: duckdb.DuckDBPyConnection, legs: pl.DataFrame) -> pl.DataFrame:
    """Those of the legs that are of calls of several of which one is `moved`, with `PARTS`."""
    known = [name for name in (*PARTS, "row_id", "moved") if name in legs.columns]
    lacking = [name for name in PARTS if name not in legs.columns]
    several = legs.filter(~pl.col("alone")).select(known)
    if lacking:
        columns = ", ".join(["rowid as row_id", *(f'"{name}"' for name in lacking)])
        days = several["day"].unique().to_list()
        found = every_row(connection, "legs", days, columns, "not alone")
        several = several.join(found, on="row_id")
    return several.join(several.filter("moved"), on=_CALL, how="semi")
