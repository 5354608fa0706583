"""Why a call costs what it costs, as compact JSON.

`{"segments":[{"from":0,"seconds":60,"price":"0.0120","first":1,"next":1,"amount":"0.012000"}],
"fee":"0.0500","rounding":"half_up/4"}`: `from` and `seconds` (billed) in seconds, `price` per
minute, `amount` before fee, minimum, cap and rounding. `min_charge` or `max_charge` follow where
they took effect, markup, surcharge and tax where the tariff has them. A call that is free because
it is short has only `free_below_s`.
"""

from __future__ import annotations

import polars as pl

from pipeline.rating.compile import Tariffs
from pipeline.rating.phrases import money_text
from pipeline.rating.rounding import PER_MINUTE, STORED, as_money
from warehouse.words import Status

_HEAD = '{"segments":[{"from":0,"seconds":'
_PARTS_OF_STORED = PER_MINUTE.parts // STORED


def explain(work: pl.DataFrame, tariffs: Tariffs) -> pl.DataFrame:
    """Adds `explanation`, null for legs that were not priced."""
    row = work["row"]
    said = tariffs.rows.select(pl.col("price_phrase", "end_phrase").gather(row))
    half = _PARTS_OF_STORED // 2
    amount = ((pl.col("talk_amount") + half) // _PARTS_OF_STORED).cast(pl.Int64)
    work = work.hstack(said).with_columns(amount_shown=amount)
    limit = (
        pl.when("is_capped")
        .then(_limit("max_charge"))
        .when("is_lifted")
        .then(_limit("min_charge"))
        .otherwise(pl.lit(""))
    )
    short = pl.concat_str(pl.lit('{"free_below_s":'), "free_below_s", pl.lit("}"))
    is_short = pl.col("is_free") & ~pl.col("is_priced") & (pl.col("status") == Status.FREE.value)
    return work.with_columns(
        explanation=pl.when("is_priced")
        .then(
            pl.concat_str(
                pl.lit(_HEAD),
                "billed_seconds",
                "price_phrase",
                as_money("amount_shown"),
                "end_phrase",
                limit,
                pl.lit("}"),
            )
        )
        .when(is_short)
        .then(short)
    )


def _limit(column: str) -> pl.Expr:
    return pl.concat_str(pl.lit(f',"{column}":"'), money_text(column), pl.lit('"'))
