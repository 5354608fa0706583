"""A session that several sources recorded is counted once: with the first of them by name.

The names decide, and nothing else: whatever comes first, comes again or is corrected, the same legs
are stored in the end.
"""

from __future__ import annotations

from datetime import timedelta

import duckdb
import polars as pl

from warehouse.days import around
from warehouse.frames import fetch, fetch_one, shown
from warehouse.legs import LEG_SCHEMA
from warehouse.statements import statement
from warehouse.store import remove

WITHIN = timedelta(days=1)
"""Sessions of the same name that start further apart are different ones."""

DOUBLED = pl.Schema(
    {"source": pl.String(), "leg_id": pl.String(), "day": pl.Date(), "counted_in": pl.String()}
)
"""Legs that are not kept, and the source whose leg is."""


def leave_out_doubled(connection: duckdb.DuckDBPyConnection, legs: pl.DataFrame) -> pl.DataFrame:
    """Takes away what is stored twice since `legs` were; gives the legs that left, as `DOUBLED`.

    To be called in the transaction that stored them; calls and rollups follow. They may have been
    among `legs`, or stored before.
    """
    if legs["dialog_id"].null_count() == legs.height:
        return DOUBLED.to_frame()
    telling = legs.select("source", "day", "dialog_id").drop_nulls("dialog_id")
    if not _has_another_source(connection, telling):
        return DOUBLED.to_frame()
    with shown(connection, telling=telling.select("dialog_id").unique()):
        found = fetch(
            connection, statement("find_doubled"), {"days": around(telling["day"].unique())}
        )
    if not found.is_empty():
        leaving = found.select("source", "leg_id", "day")
        remove(connection, pl.concat([LEG_SCHEMA.to_frame(), leaving], how="diagonal"))
    return found


def _has_another_source(connection: duckdb.DuckDBPyConnection, legs: pl.DataFrame) -> bool:
    told = legs["source"].unique().to_list()
    if len(told) > 1:
        return True
    others = "select exists (from sources where source <> $source)"
    return bool(fetch_one(connection, others, {"source": told[0]})[0])
