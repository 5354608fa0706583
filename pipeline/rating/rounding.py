"""Exact rounding of integer amounts to the decimals of a tariff.

An amount is a whole number of parts of the currency, on a scale fine enough to be exact. It is
rounded once, with whole numbers, to money as it is stored: Int64 in units of 1e-6.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipeline.rating.settings import Rounding

STORED_DECIMALS = 6
STORED = 10**STORED_DECIMALS


@dataclass(frozen=True, slots=True)
class Scale:
    """A unit of amounts: `parts` of it make one of the currency."""

    name: str
    parts: int

    def columns(self, rounding: Rounding, decimals: int) -> dict[str, int]:
        """What `rounded` needs to know beside each amount; amounts are not negative."""
        divisor = self.parts // 10**decimals
        added = {Rounding.HALF_UP: divisor // 2, Rounding.UP: divisor - 1, Rounding.DOWN: 0}
        return {f"{self.name}_divisor": divisor, f"{self.name}_added": added[rounding]}

    def rounded(self, amount: pl.Expr) -> pl.Expr:
        """An amount of this scale as stored money, null where the amount is null."""
        divisor, added = pl.col(f"{self.name}_divisor"), pl.col(f"{self.name}_added")
        return ((amount + added) // divisor * pl.col("step")).cast(pl.Int64)


PER_MINUTE = Scale("cost", 60 * 10**8)
"""Prices per minute of eight decimals times whole seconds."""
SHARE = Scale("share", STORED * 10**6)
"""Stored money times a percentage of four decimals."""


def integer_for(largest: int) -> type[pl.Int64 | pl.Int128]:
    """The integer that holds amounts up to this one and what rounding adds to them."""
    return pl.Int64 if largest < 2**62 else pl.Int128


def as_money(column: str) -> pl.Expr:
    """Stored money (Int64 in 1e-6) as Decimal(18, 6)."""
    unit = pl.lit("0.000001").cast(pl.Decimal(18, STORED_DECIMALS))
    return (pl.col(column).cast(pl.Decimal(38, 0)) * unit).cast(pl.Decimal(18, STORED_DECIMALS))
