"""What explanations say alike for all calls of a price: made once, when tariffs are compiled."""

from __future__ import annotations

import polars as pl

from pipeline.rating.columns import MONEY_DECIMALS
from pipeline.rating.settings import IncrementRule, RoundingUnit, TariffSettings


def phrases() -> dict[str, pl.Expr]:
    """Columns to stand beside each price: the texts before and after its amount."""
    return {
        "price_phrase": pl.format(
            '{},"price":"{}","first":{},"next":{},"amount":"',
            "band_phrase",
            money_text("price_per_minute"),
            "first_increment_s",
            "next_increment_s",
        ),
        "end_phrase": pl.concat_str(
            pl.lit('"}],"fee":"'), money_text("connect_fee"), pl.lit('"'), "settings_phrase"
        ),
        "minimum_phrase": pl.format(',"min_charge":"{}"', money_text("min_charge")),
        "cap_phrase": pl.format(',"max_charge":"{}"', money_text("max_charge")),
        "free_phrase": pl.concat_str(pl.lit('{"free_below_s":'), "free_below_s", pl.lit("}")),
    }


def settings_phrase(settings: TariffSettings) -> str:
    added = {
        "markup_percent": settings.markup_percent,
        "surcharge": settings.surcharge,
        "tax_percent": settings.tax_percent,
    }
    said = f',"rounding":"{settings.rounding}/{settings.decimals}"'
    if settings.rounding_unit is RoundingUnit.INCREMENT:
        said += ',"rounding_unit":"increment"'
    if settings.increment_rule is IncrementRule.MULTIPLE:
        said += ',"increment_rule":"multiple"'
    return said + "".join(f',"{name}":"{value}"' for name, value in added.items() if value)


def money_text(money: str) -> pl.Expr:
    """A price (Int64 in 1e-8) as text with four to eight decimals."""
    one = 10**MONEY_DECIMALS
    decimals = (pl.col(money) % one).cast(pl.String).str.pad_start(MONEY_DECIMALS, "0")
    whole = (pl.col(money) // one).cast(pl.String)
    return pl.concat_str(whole, pl.lit("."), decimals.str.replace("0{1,4}$", ""))
