"""What a period cost beside what another one did, row by row. Frames in, frames out; exact."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Final

import polars as pl

from app.reports.catalogue.columns import together
from app.reports.document import CURRENCY
from warehouse.legs import MONEY

PER_MINUTE: Final = "per_minute"
SHARE: Final = "share"
BEFORE: Final = "cost_before"
CHANGE: Final = "cost_change"
CHANGE_SHARE: Final = "change_share"

_STEP: Final = Decimal("0.000001")
_MEASURES: Final = ("calls", "talk_s", "cost", "charge", "unrated")


def beside(now: pl.DataFrame, before: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """One row per keys and currency that is in either, the dearest first.

    `now` and `before` are answers of `warehouse.queries.costs`. Rows have the keys, `person` where
    `user` is one, `currency`, and `calls`, `talk_s`, `cost`, `charge` and `unrated` of now; beside
    them `cost_before`, `cost_change`, `change_share` (of what was before, empty without that),
    `share` (of the cost of that currency) and `per_minute` (empty without talk, half up).
    """
    named = ["person"] if "user" in keys else []
    on = [*keys, CURRENCY]
    left = together(now, keys).select(*on, *named, *_MEASURES)
    right = together(before, keys).select(*on, *named, pl.col("cost").alias(BEFORE))
    both = left.join(right, on=on, how="full", coalesce=True, nulls_equal=True, suffix="_then")
    both = both.with_columns(
        pl.col(*_MEASURES, BEFORE).fill_null(0),
        *(pl.coalesce(name, f"{name}_then").alias(name) for name in named),
    )
    cost, then = pl.col("cost"), pl.col(BEFORE)
    whole = cost.cast(pl.Float64).sum().over(CURRENCY)
    return (
        both.with_columns(
            (cost - then).cast(MONEY).alias(CHANGE),
            pl.when(then != 0)
            .then((cost - then).cast(pl.Float64) / then.cast(pl.Float64))
            .alias(CHANGE_SHARE),
            pl.when(whole > 0).then(cost.cast(pl.Float64) / whole).alias(SHARE),
            pl.Series(PER_MINUTE, per_minute(both), MONEY),
        )
        .select(
            *on, *named, *_MEASURES, BEFORE, CHANGE, CHANGE_SHARE, SHARE, PER_MINUTE
        )
        .sort("cost", "calls", *keys, descending=[True, True, *(False for _ in keys)],
              nulls_last=True)
    )  # fmt: skip


def stacked(
    rows: pl.DataFrame, whole: pl.DataFrame, column: str, values: Sequence[str | None]
) -> pl.DataFrame:
    """The cost per `period` of each of some values, and what is left of the whole.

    `rows` and `whole` have `period` and `cost`, of one currency; `rows` has `column` too. The rest
    has the place of the number of values; `place` is that of the value otherwise. Rows without cost
    are left out.
    """
    found = pl.concat(
        [
            *(
                rows.filter(pl.col(column).eq_missing(pl.lit(value, pl.String)))
                .group_by("period")
                .agg(pl.col("cost").sum())
                .with_columns(pl.lit(place, pl.Int64).alias("place"))
                for place, value in enumerate(values)
            ),
            _rest(rows, whole, column, values),
        ]
    )
    return found.filter(pl.col("cost") != 0).sort("place", "period")


def _rest(
    rows: pl.DataFrame, whole: pl.DataFrame, column: str, values: Sequence[str | None]
) -> pl.DataFrame:
    named = pl.Series([value for value in values if value is not None], dtype=pl.String)
    is_listed = pl.col(column).is_in(named.implode())
    if None in values:
        is_listed = is_listed | pl.col(column).is_null()
    listed = rows.filter(is_listed.fill_null(value=False))
    taken = listed.group_by("period").agg(pl.col("cost").sum().alias("taken"))
    return (
        whole.group_by("period")
        .agg(pl.col("cost").sum())
        .join(taken, on="period", how="left")
        .select("period", (pl.col("cost") - pl.col("taken").fill_null(0)).cast(MONEY))
        .with_columns(pl.lit(len(values), pl.Int64).alias("place"))
    )


def per_minute(rows: pl.DataFrame) -> list[Decimal | None]:
    """The `cost` of each row over its minutes of `talk_s`, half up to the millionth."""
    with localcontext(prec=60):
        return [
            (cost * 60 / talked).quantize(_STEP, ROUND_HALF_UP) if talked else None
            for cost, talked in rows.select("cost", "talk_s").iter_rows()
        ]
