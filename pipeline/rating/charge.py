"""What is passed on to the payer, and the tax on it."""

from __future__ import annotations

import polars as pl

from pipeline.rating.adjustments import WHOLE
from pipeline.rating.compile import Tariffs
from pipeline.rating.rounding import SHARE, integer_for


def charge(work: pl.DataFrame, _: Tariffs) -> pl.DataFrame:
    """Adds `charge`, stored money: cost × (1 + markup) + surcharge, rounded like the cost."""
    room = _room(work, "cost")
    marked_up = pl.col("cost").cast(room) * pl.col("factor")
    return work.with_columns(charge=SHARE.rounded(marked_up + pl.col("surcharge") * WHOLE))


def tax(work: pl.DataFrame, _: Tariffs) -> pl.DataFrame:
    """Adds `tax`, stored money: the tax's share of the charge, rounded like the cost."""
    room = _room(work, "charge")
    return work.with_columns(tax=SHARE.rounded(pl.col("charge").cast(room) * pl.col("tax_share")))


def _room(work: pl.DataFrame, money: str) -> type[pl.Int64 | pl.Int128]:
    """The integer in which shares of this money are exact."""
    most = work.select(pl.col(money, "factor", "surcharge").max()).fill_null(0)
    amount, factor, surcharge = most.row(0)
    largest = int(amount) * int(factor) + int(surcharge) * WHOLE + SHARE.parts
    return integer_for(largest)
