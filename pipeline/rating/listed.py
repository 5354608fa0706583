"""A price list in use as people read it: exact money, words for days, times of the clock."""

from __future__ import annotations

import polars as pl

from pipeline.rating.columns import MONEY_DECIMALS, MONEY_UNIT
from pipeline.rating.compile import Tariffs
from pipeline.rating.days import words_for
from pipeline.rating.tariff_rows import ROW_COLUMNS

_MONEY = ("connect_fee", "price_per_minute", "min_charge", "max_charge")
_TIMES = ("from_time", "to_time")
_LISTED = pl.Decimal(12, MONEY_DECIMALS)


def listed(rows: pl.DataFrame, tariffs: Tariffs) -> pl.DataFrame:
    """Price rows, as `parse_tariffs` gives them, of compiled tariffs, in the order of the file.

    `version` and `ROW_COLUMNS`; money is Decimal, times are HH:MM, days the words for them.
    """
    versions = dict(zip(tariffs.names, tariffs.versions, strict=True))
    words = {kinds: words_for(kinds) for kinds in rows["days"].unique()}
    return rows.select(
        pl.col("tariff").replace_strict(versions, return_dtype=pl.String).alias("version"),
        *ROW_COLUMNS,
    ).with_columns(
        pl.col("days").replace_strict(words, return_dtype=pl.String),
        *(_clock(name) for name in _TIMES),
        *(_money(name) for name in _MONEY),
    )


def _clock(name: str) -> pl.Expr:
    hours, minutes = pl.col(name) // 60, pl.col(name) % 60
    both = [part.cast(pl.String).str.zfill(2) for part in (hours, minutes)]
    return pl.concat_str(both, separator=":").alias(name)


def _money(name: str) -> pl.Expr:
    return (pl.col(name).cast(pl.Decimal(20, MONEY_DECIMALS)) * MONEY_UNIT).cast(_LISTED)
