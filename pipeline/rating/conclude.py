"""The status of each leg, and money where the status allows it."""

from __future__ import annotations

import polars as pl

from pipeline.rating.compile import Tariffs
from pipeline.rating.judge import status, verdict
from warehouse.words import UNRATED, Status

_PER_STORED = 100
"""Units of a price (1e-8) in one of stored money (1e-6)."""


def conclude(work: pl.DataFrame, _: Tariffs) -> pl.DataFrame:
    """Adds `status` and `is_priced`, and settles money and `billed_seconds` by them.

    Both are 0 where nothing is owed and null where a price is lacking. Free calls carry no
    surcharge: what cost nothing is passed on for nothing.
    """
    unreadable = pl.col("digits").is_null() & pl.col("short").is_null()
    priced_or_why_not = (
        pl.when(pl.col("own").is_null())
        .then(status(Status.NO_TARIFF))
        .when(pl.col("row").is_null() & unreadable)
        .then(status(Status.BAD_NUMBER))
        .when(pl.col("row").is_null())
        .then("unmatched")
        .when("is_free")
        .then(status(Status.FREE))
        .otherwise(status(Status.RATED))
    )
    work = work.with_columns(status=pl.coalesce(verdict(), priced_or_why_not))
    is_rated = pl.col("status") == Status.RATED.value
    is_unrated = pl.col("status").is_in([word.value for word in UNRATED])
    is_priced = is_rated | ((pl.col("status") == Status.FREE.value) & (pl.col("amount") == 0))
    fee = (pl.col("connect_fee") + _PER_STORED // 2) // _PER_STORED
    settled = {
        "billed_seconds": (is_priced, pl.col("billed_seconds")),
        "connect_fee": (is_rated, fee),
        "cost": (is_rated, pl.col("cost")),
        "charge": (is_rated, pl.col("charge")),
        "tax": (is_rated, pl.col("tax")),
    }
    return work.with_columns(
        is_priced=is_priced,
        **{
            name: pl.when(holds).then(value).when(~is_unrated).then(0)
            for name, (holds, value) in settled.items()
        },
    )
