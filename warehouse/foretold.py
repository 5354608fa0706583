"""What follows from legs by themselves: found while those before them are stored.

Storing keeps one processor busy, and most of what is derived of many new legs hangs on nothing
that is stored. It is found beside, by the same statements, and holds wherever nothing of the same
call, or of the same day, is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import polars as pl

from warehouse.compound import Compound, calls_of
from warehouse.frames import unfiltered
from warehouse.rollups import ROLLUPS, sums
from warehouse.views import create_views

_SAY_NOTHING_OF_CALLS: Final = (
    *("revision", "charge_reason", "named_payer", "conference_id", "response_code", "diagnostic"),
    *("media", "dialog_id", "extra", "tariff_version", "prefix", "connect_fee", "explanation"),
    *("conversion", "file"),
)
# Arrow cannot filter texts in the form that Polars has them in.
_READ_WHOLE: Final = "set disabled_optimizers = 'filter_pushdown, join_filter_pushdown'"
# Never to the disk: what has no room here is too much to be foretold.
_SETTINGS: Final[dict[str, str | bool | int | float | list[str]]] = {
    "threads": 1,
    "memory_limit": "400MB",
    "temp_directory": "",
}


@dataclass(frozen=True, slots=True)
class Foretold:
    """What would be stored beside some legs if there were no others."""

    compound: Compound
    """The calls of several legs, or without their head."""
    sums: Mapping[str, Any]
    """Rows of `ROLLUPS` as Arrow tables."""


def foretell(legs: pl.DataFrame) -> Foretold:
    """Says what follows from legs as `warehouse.store` stores them; for any thread."""
    compound = calls_of(legs.filter(~pl.col("alone"))).worth_a_row()
    told = legs.drop(_SAY_NOTHING_OF_CALLS).filter("alone")
    with duckdb.connect(":memory:", config=_SETTINGS) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(_READ_WHOLE)
        connection.register("legs", unfiltered(told))
        connection.register("group_calls", unfiltered(compound.calls))
        connection.register("call_shares", unfiltered(compound.shares))
        create_views(connection, "temp", None)
        sources = {"calls": "calls", "entries": "entries"}
        return Foretold(
            compound,
            {
                rollup: connection.execute(query).to_arrow_table()
                for rollup, query in sums(connection, ROLLUPS, sources)
            },
        )
