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

from warehouse.frames import fetch, unfiltered
from warehouse.rollups import ROLLUPS, sums
from warehouse.statements import statement
from warehouse.views import create_views
from warehouse.words import UNRATED

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
_CALL_KEY: Final = ["source", "call_id"]


@dataclass(frozen=True, slots=True)
class Foretold:
    """What would be stored beside some legs if there were no others."""

    calls: pl.DataFrame
    """Those of several legs, or without their head: rows of `group_calls`."""
    shares: pl.DataFrame
    """Rows of `call_shares`."""
    sums: Mapping[str, Any]
    """Rows of `ROLLUPS` as Arrow tables, the columns in their order."""

    def without(self, calls: pl.DataFrame) -> Foretold:
        """The same without rows of some calls; sums stay as they are."""
        if calls.is_empty():
            return self
        kept, shared = (
            rows.join(calls, on=_CALL_KEY, how="anti") for rows in (self.calls, self.shares)
        )
        return Foretold(kept, shared, self.sums)


def foretell(legs: pl.DataFrame) -> Foretold:
    """Says what follows from legs as `warehouse.store` stores them; for any thread."""
    told = legs.drop(_SAY_NOTHING_OF_CALLS)
    with duckdb.connect(":memory:", config=_SETTINGS) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(_READ_WHOLE)
        connection.register("legs", unfiltered(told))
        connection.register("compound_legs", unfiltered(told.filter(~pl.col("alone"))))
        connection.execute("create temp view incoming as from compound_legs")
        connection.execute(statement("create_known"))
        connection.execute(statement("find_compound").format(condition="not alone"))
        gather = statement("gather_legs").format(condition="true")
        connection.execute(gather, {"unrated": sorted(UNRATED)})
        connection.execute("reset disabled_optimizers")
        connection.execute(statement("derive_calls"))
        connection.execute(statement("derive_shares"))
        connection.execute("create temp table call_shares as from derived_shares")
        connection.execute(f"create temp table group_calls as {statement('select_group_calls')}")
        connection.execute(_READ_WHOLE)
        create_views(connection, "temp", None)
        sources = {"calls": "calls", "entries": "entries"}
        return Foretold(
            fetch(connection, "from group_calls"),
            fetch(connection, "from call_shares"),
            {
                rollup: connection.execute(query).to_arrow_table()
                for rollup, query, _ in sums(connection, ROLLUPS, sources)
            },
        )
