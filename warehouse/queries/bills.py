"""What everybody owes: calls and fixed charges together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import polars as pl

from warehouse.queries import costs, fixed
from warehouse.queries.keys import PERIOD, Grain
from warehouse.queries.money import Money
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot

OwnerKey = Literal["department", "cost_centre", "user", "site"]

FIXED: Final = "fixed"
TOTAL: Final = "total"


def by(
    snapshot: Snapshot,
    scope: Scope,
    filters: Filters,
    keys: Sequence[OwnerKey] = ("department",),
    grain: Grain | None = None,
    money: Money = "own",
) -> pl.DataFrame:
    """The rows of `costs.by` with `fixed`, and `total`: charge, tax and fixed charges together.

    Whoever has only one of them has 0 of the other.
    """
    calls = costs.by(snapshot, scope, filters, keys, grain, money)
    charges = fixed.by(snapshot, scope, filters, keys, grain, money)
    on = [*([PERIOD] if grain else []), *keys, "currency"]
    measures = [name for name in calls.columns if name in {*costs.MEASURES, costs.UNCONVERTED}]
    both = calls.join(charges, on=on, how="full", coalesce=True, nulls_equal=True, suffix="_fixed")
    if "user" in keys:
        both = both.with_columns(pl.coalesce("person", "person_fixed").alias("person"))
    if money == "reporting":
        lacking = pl.sum_horizontal(costs.UNCONVERTED, f"{costs.UNCONVERTED}_fixed")
        both = both.with_columns(lacking.alias(costs.UNCONVERTED))
    return (
        both.with_columns(pl.col(*measures, FIXED).fill_null(0))
        .with_columns((pl.col("charge") + pl.col("tax") + pl.col(FIXED)).alias(TOTAL))
        .cast({TOTAL: calls.schema["charge"]})
        .select(*calls.columns, FIXED, TOTAL)
        .sort(on, nulls_last=True)
    )
