"""Series as arrays, without a copy where that can be."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from pipeline.rating.ranges import Integers

_WORDS = 2
"""Whole numbers of 64 bits in a decimal of 128, the lower first."""


def flags(values: pl.Series) -> npt.NDArray[np.bool_]:
    """Where a series of booleans is true; null is not."""
    known = values.fill_null(False) if values.null_count() else values
    return known.to_numpy()


def whole_numbers(values: pl.Series, lacking: int) -> Integers:
    """Values of any type that is a whole number inside, `lacking` for null."""
    known = values.to_physical()
    if known.dtype != pl.Int64:
        known = known.cast(pl.Int64)
    return (known.fill_null(lacking) if known.null_count() else known).to_numpy()


def unscaled(values: pl.Series, lacking: int) -> Integers:
    """Decimals of at most eighteen digits in units of their last place, `lacking` for null."""
    decimals = values.rechunk().to_arrow()
    parts = np.frombuffer(decimals.buffers()[1], dtype=np.int64)
    begin = decimals.offset * _WORDS
    found = parts[begin : begin + len(decimals) * _WORDS : _WORDS]
    if values.null_count():
        return np.where(values.is_null().to_numpy(), lacking, found)
    return np.ascontiguousarray(found)
