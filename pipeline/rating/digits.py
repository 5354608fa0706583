"""Telephone numbers as whole numbers: their value and how many digits they have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipeline.rating.ranges import Integers

_POWERS = np.power(10, np.arange(19, dtype=np.int64))
MOST_DIGITS = 18
"""What a whole number of 64 bits holds; longer numbers lose their last digits."""


@dataclass(frozen=True, slots=True)
class Digits:
    """`values[i]` has `counts[i]` digits, zeros in front included; none at all is 0 and 0."""

    values: Integers
    counts: Integers

    @classmethod
    def of(cls, texts: pl.Series) -> Digits:
        """Reads texts of digits; null and the empty text are no digits."""
        head = texts.str.slice(0, MOST_DIGITS)
        values = head.cast(pl.Int64, strict=False).fill_null(0).to_numpy()
        return cls(values, head.str.len_bytes().fill_null(0).cast(pl.Int64).to_numpy())

    @classmethod
    def none(cls, count: int) -> Digits:
        """So many times no digits."""
        nothing = np.zeros(count, dtype=np.int64)
        return cls(nothing, nothing)

    def __getitem__(self, places: Integers) -> Digits:
        return Digits(self.values[places], self.counts[places])

    def aligned(self, width: int) -> Integers:
        """The first `width` digits, filled with zeros on the right."""
        filled = self.values * _POWERS.take(MOST_DIGITS - self.counts)
        return filled // int(10 ** (MOST_DIGITS - width))
