"""Rollups brought up to what some calls were and what they are.

A rollup is a sum over calls: what goes out of it and what comes in is all that there is to look at.
"""

from __future__ import annotations

from typing import Final

import duckdb
import polars as pl

from warehouse.frames import fetch_one, shown
from warehouse.statements import statement
from warehouse.sums import Sums, measures_of, negative, together

_PRESENT: Final = ("calls", "cost", "charge", "tax")
"""Of what is summed up at least one of these is above zero, and none is below."""


def difference(were: Sums, are: Sums) -> Sums:
    """What rollups lack that hold the one, to hold the other."""
    gone = {rollup: negative(rows) for rollup, rows in were.items()}
    both = together((gone, are), [*were])
    return {rollup: _not_zero(rows) for rollup, rows in both.items()}


def amend(connection: duckdb.DuckDBPyConnection, lacking: Sums) -> None:
    """Adds to stored rollups what they lack. To be called in a transaction."""
    for rollup, rows in lacking.items():
        # What two parts lack may be nothing together.
        if not (real := _not_zero(rows)).is_empty():
            _merge(connection, rollup, real)


def _not_zero(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.any_horizontal(pl.col(measures_of(rows)) != 0))


def _merge(connection: duckdb.DuckDBPyConnection, rollup: str, lacking: pl.DataFrame) -> None:
    measures = measures_of(lacking)
    changing = [name for name in measures if (lacking[name] != 0).any()]
    parts = {
        "rollup": rollup,
        "same": " and ".join(
            f"{rollup}.{name} is not distinct from difference.{name}"
            for name in lacking.columns
            if name not in ("day", *measures)
        ),
        "changes": ", ".join(f"{name} = {rollup}.{name} + difference.{name}" for name in changing),
        "nothing": " and ".join(f"{name} = 0" for name in _PRESENT if name in measures),
    }
    with shown(connection, difference=lacking):
        (changed,) = fetch_one(connection, statement("amend_known").format(**parts))
        if changed < lacking.height:
            connection.execute(statement("amend_new").format(**parts))
        connection.execute(statement("amend_gone").format(**parts))
