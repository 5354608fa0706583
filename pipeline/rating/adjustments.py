"""What the settings of tariffs come to as whole numbers, to stand beside each price."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pipeline.rating.rounding import PER_MINUTE, SHARE, STORED, STORED_DECIMALS
from pipeline.rating.settings import TariffSettings

WHOLE = 10**6
"""Shares are in units of 1e-6: a percentage of four decimals is a whole number of them."""
_COLUMNS = (
    *("step", "cost_divisor", "cost_added", "share_divisor", "share_added"),
    *("factor", "surcharge", "tax_share"),
)


def adjustments(settings: Sequence[TariffSettings]) -> pl.DataFrame:
    """One row per tariff.

    Columns: what rounding needs (`step`, and those of each scale); `factor` (1 + markup) and
    `tax_share` in units of 1e-6; `surcharge` as stored money.
    """
    return pl.DataFrame(
        [
            {
                "step": 10 ** (STORED_DECIMALS - each.decimals),
                **PER_MINUTE.columns(each.rounding, each.decimals),
                **SHARE.columns(each.rounding, each.decimals),
                "factor": WHOLE + int(each.markup_percent * WHOLE / 100),
                "surcharge": int(each.surcharge * STORED),
                "tax_share": int(each.tax_percent * WHOLE / 100),
            }
            for each in settings
        ],
        schema=dict.fromkeys(_COLUMNS, pl.Int64),
    )
