"""The call type of legs for which no price row has a word."""

from __future__ import annotations

import polars as pl

from pipeline.numbers.classify import classify
from pipeline.rating import Tariffs
from warehouse.words import Direction

_UNCHARGED = (Direction.INBOUND.value, Direction.INTERNAL.value)


def with_call_types(legs: pl.DataFrame, tariffs: Tariffs) -> pl.DataFrame:
    """Fills `call_type` from the number where it is empty; keeps everything else.

    The number is seen from `country` and `area_code`, the place that it was dialled at, else from
    the home of the `tariff`; where neither is known, or the number cannot be read, it stays empty.
    It does so for inbound legs, which reach no destination of a carrier.
    """
    is_lacking = (
        pl.col("call_type").is_null()
        & pl.col("number").is_not_null()
        & ~pl.col("direction").is_in(_UNCHARGED).fill_null(value=False)
    )
    lacking = (
        legs.select("number", "country", "area_code", "tariff", is_lacking.alias("is_lacking"))
        .with_row_index("at")
        .filter("is_lacking")
    )
    if lacking.is_empty():
        return legs
    homes = dict(zip(tariffs.names, tariffs.settings, strict=True))

    def of_tariff(fact: str) -> pl.Expr:
        known = {name: getattr(home, fact) for name, home in homes.items()}
        return pl.col("tariff").replace_strict(known, default=None, return_dtype=pl.String)

    is_placed = pl.col("country").is_not_null()
    seen = lacking.select(
        "number",
        pl.when(is_placed).then("country").otherwise(of_tariff("country")).alias("country"),
        pl.when(is_placed).then("area_code").otherwise(of_tariff("area_code")).alias("area_code"),
    )
    found = classify(seen["number"], seen["country"], seen["area_code"])
    return legs.with_columns(legs["call_type"].scatter(lacking["at"], found))
