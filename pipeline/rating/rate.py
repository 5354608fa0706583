"""Prices call legs: the steps, in their order."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from pipeline.rating.charge import charge, tax
from pipeline.rating.compile import Tariffs
from pipeline.rating.conclude import conclude
from pipeline.rating.explain import explain
from pipeline.rating.judge import without_carrier
from pipeline.rating.match import match
from pipeline.rating.price import price, round_cost
from pipeline.rating.rounding import STORED_DECIMALS, as_money
from warehouse.words import CallType, Direction

Step = Callable[[pl.DataFrame, Tariffs], pl.DataFrame]

STEPS: tuple[Step, ...] = (match, price, round_cost, charge, tax, conclude, explain)
"""Each adds its columns to the legs, which keep their order."""

INPUT_COLUMNS = (
    *("number", "direction", "outcome", "tariff"),
    *("started_at", "answered_at", "talk_s"),
)
MONEY = pl.Decimal(18, STORED_DECIMALS)
RATED_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "tariff": pl.String,
    "tariff_version": pl.String,
    "prefix": pl.String,
    "destination": pl.String,
    "call_type": pl.String,
    "billed_seconds": pl.Int64,
    "connect_fee": MONEY,
    "cost": MONEY,
    "charge": MONEY,
    "tax": MONEY,
    "currency": pl.String,
    "status": pl.String,
    "explanation": pl.String,
}


def rate(legs: pl.DataFrame, tariffs: Tariffs) -> pl.DataFrame:
    """Prices call legs, each by itself: how they are batched changes nothing.

    Args:
        legs: `number` (E.164 with +, or a private or short number of digits, or null where it
            cannot be read), `direction`, `outcome`, `tariff` (null: none), `started_at`,
            `answered_at` (UTC, ms) and `talk_s` (Decimal(12, 3) or null). A null direction is
            outbound, a null outcome answered.
        tariffs: From `compile_tariffs`.

    Returns:
        `RATED_SCHEMA`, one row per leg in the same order. Money is Decimal(18, 6) of `currency`:
        0 where nothing is owed, null where the leg should have a price and has none. `tariff` is
        the one that has the price, which may be a fallback of the leg's own. Unanswered legs keep
        the prefix, destination and call type that they tried to reach.
    """
    work = legs.select(*INPUT_COLUMNS[:-1], talk_ms=_milliseconds(legs["talk_s"])).with_columns(
        pl.col("number", "direction", "outcome", "tariff").cast(pl.String)
    )
    for step in STEPS:
        work = step(work, tariffs)
    return _output(work, tariffs)


def _milliseconds(talk: pl.Series) -> pl.Series:
    return (talk.cast(pl.Decimal(12, 3)) * 1000).cast(pl.Int64)


def _output(work: pl.DataFrame, tariffs: Tariffs) -> pl.DataFrame:
    named = tariffs.rows.select(pl.col("prefix", "destination", "call_type").gather(work["row"]))
    judged_by = work["found"].fill_null(work["own"])
    by_tariff = pl.DataFrame(
        {"name": tariffs.names, "tariff_version": tariffs.versions, "currency": tariffs.currencies},
        schema=dict.fromkeys(("name", "tariff_version", "currency"), pl.String),
    ).select(pl.all().gather(judged_by))
    is_internal = pl.col("direction") == Direction.INTERNAL.value
    return (
        work.hstack(named)
        .hstack(by_tariff)
        .with_columns(
            pl.coalesce("name", pl.when(~without_carrier()).then("tariff")).alias("tariff"),
            pl.when(is_internal)
            .then(pl.lit(CallType.INTERNAL.value))
            .otherwise("call_type")
            .alias("call_type"),
            pl.when(pl.col("cost").is_not_null()).then("currency").alias("currency"),
            pl.col("status").cast(pl.String),
            *(
                as_money(column).alias(column)
                for column, kind in RATED_SCHEMA.items()
                if kind == MONEY
            ),
        )
        .select(RATED_SCHEMA.keys())
    )
