"""What a call costs by its price row: increments, connect fee, minimum and cap."""

from __future__ import annotations

import polars as pl

from pipeline.rating.compile import Tariffs
from pipeline.rating.rounding import PER_MINUTE, integer_for

_PRICING = (
    *("connect_fee", "price_per_minute", "first_increment_s", "next_increment_s"),
    *("free_below_s", "min_charge", "max_charge"),
)


def price(work: pl.DataFrame, tariffs: Tariffs) -> pl.DataFrame:
    """Adds the terms, `billed_seconds`, `is_free` and the exact `amount`, parts of `PER_MINUTE`.

    Talk time counts in started seconds. The first increment is billed whole, then each step that
    was begun. The minimum lifts, then the cap lowers the sum of fee and increments; both are kept
    in `is_lifted` and `is_capped`.
    """
    terms = tariffs.rows.select(pl.col(_PRICING).gather(work["row"]))
    adjusted = tariffs.adjustments.select(pl.all().gather(work["found"]))
    work = (
        work.hstack(terms)
        .hstack(adjusted)
        .with_columns(
            talk=(pl.col("talk_ms") + 999) // 1000,
            is_free=_is_free(),
        )
    )
    first, step = pl.col("first_increment_s"), pl.col("next_increment_s")
    steps = (pl.col("talk") - first + step - 1) // step
    work = work.with_columns(billed_seconds=first + pl.max_horizontal(steps, 0) * step)
    room = integer_for(_largest(work))
    per_minute, billed = pl.col("price_per_minute").cast(room), pl.col("billed_seconds").cast(room)
    work = work.with_columns(talk_amount=per_minute * billed)
    raw = pl.col("talk_amount") + pl.col("connect_fee").cast(room) * 60
    least, most = pl.col("min_charge").cast(room) * 60, pl.col("max_charge").cast(room) * 60
    lifted = pl.max_horizontal(raw, least)
    return work.with_columns(
        is_lifted=raw < least,
        is_capped=lifted > most,
        amount=pl.when(pl.col("row").is_not_null()).then(pl.min_horizontal(lifted, most)),
    )


def round_cost(work: pl.DataFrame, _: Tariffs) -> pl.DataFrame:
    """Adds `cost`: the amount rounded once, by the rule of the tariff, as stored money."""
    return work.with_columns(cost=PER_MINUTE.rounded(pl.col("amount")))


def _is_free() -> pl.Expr:
    """Nothing to pay by the row, or too short to pay for."""
    owed = pl.max_horizontal("connect_fee", "price_per_minute", "min_charge")
    return (owed == 0) | (pl.col("talk_ms") < pl.col("free_below_s") * 1000)


def _largest(work: pl.DataFrame) -> int:
    """A bound of all amounts in parts of `PER_MINUTE`."""
    most = work.select(
        pl.col("billed_seconds", "price_per_minute", "connect_fee", "min_charge").max()
    ).fill_null(0)
    seconds, per_minute, fee, least = most.row(0)
    return int(seconds) * int(per_minute) + 60 * int(fee) + 60 * int(least) + PER_MINUTE.parts
