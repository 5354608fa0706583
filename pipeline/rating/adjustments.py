"""What the settings of tariffs come to as whole numbers, to stand beside each price."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pipeline.rating.rounding import PER_MINUTE, SHARE, STORED, STORED_DECIMALS
from pipeline.rating.settings import TariffSettings

WHOLE = 10**6
"""Shares are in units of 1e-6: a percentage of four decimals is a whole number of them."""


def adjustments(names: Sequence[str], settings: Sequence[TariffSettings]) -> pl.DataFrame:
    """One row per tariff.

    Columns: `tariff`; what rounding needs (`step`, and those of each scale); `factor` (1 + markup)
    and `tax_share` in units of 1e-6; `surcharge` as stored money; `settings_phrase`, the same for
    the explanation.
    """
    return pl.DataFrame(
        [
            {
                "tariff": name,
                "step": 10 ** (STORED_DECIMALS - each.decimals),
                **PER_MINUTE.columns(each.rounding, each.decimals),
                **SHARE.columns(each.rounding, each.decimals),
                "factor": WHOLE + int(each.markup_percent * WHOLE / 100),
                "surcharge": int(each.surcharge * STORED),
                "tax_share": int(each.tax_percent * WHOLE / 100),
                "settings_phrase": _phrase(each),
            }
            for name, each in zip(names, settings, strict=True)
        ]
    )


def _phrase(settings: TariffSettings) -> str:
    added = {
        "markup_percent": settings.markup_percent,
        "surcharge": settings.surcharge,
        "tax_percent": settings.tax_percent,
    }
    rounding = f',"rounding":"{settings.rounding}/{settings.decimals}"'
    return rounding + "".join(f',"{name}":"{value}"' for name, value in added.items() if value)
