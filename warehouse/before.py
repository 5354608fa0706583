"""Calls as they are stored, taken down before legs change them."""

from __future__ import annotations

from typing import Final

import duckdb
import polars as pl

from warehouse.compound import Compound
from warehouse.entries import ASKED_OF_LEGS, entries_of
from warehouse.few import few_rows
from warehouse.frames import fetch
from warehouse.occupancy import HELD_BY
from warehouse.scope import Where

_COLUMNS: Final = ", ".join(dict.fromkeys((*ASKED_OF_LEGS, *HELD_BY, "alone")))


def legs_replaced(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The legs in `stored`: what is summed up of them, and when they held which trunks."""
    days = fetch(connection, "select distinct day from stored")["day"]
    meant = Where("rowid in (select place from stored)")
    return few_rows(connection, "legs", days, _COLUMNS, meant)


def entries_before(connection: duckdb.DuckDBPyConnection, replaced: pl.DataFrame) -> pl.DataFrame:
    """`ENTRIES` of the calls that `legs_replaced` were, and of those in `known`."""
    days = fetch(connection, "select distinct day from known")["day"]

    def of_known(table: str, columns: str, condition: str) -> pl.DataFrame:
        same = f"known.source = {table}.source and known.call_id = {table}.call_id"
        meant = Where(f"exists (from known where {same} and {condition})")
        return few_rows(connection, table, days, columns, meant)

    lone = of_known("legs", _COLUMNS, "known.alone and legs.alone")
    calls = of_known("group_calls", "*", "not known.alone")
    shares = of_known("call_shares", "*", "not known.alone")
    return entries_of(pl.concat([replaced.filter("alone"), lone]), Compound(calls, shares))
