"""Distinct whole numbers by tables or sorting, which beat hashing at the sizes of price lists."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.rating.ranges import Integers, distinct

_WIDEST = 8
"""Times as many places as values make a table cheaper than a search."""


def coded(values: Integers) -> tuple[Integers, int]:
    """Values as places 0, 1, 2 … of their order, and how many different ones there are."""
    if len(values):
        offsets = values - values.min()
        # Prices have few decimals: nearly all are multiples of some step.
        offsets //= max(int(np.gcd.reduce(offsets)), 1)
        span = int(offsets.max()) + 1
        if span <= _WIDEST * len(values):
            is_known = np.zeros(span, dtype=np.bool_)
            is_known[offsets] = True
            places = np.cumsum(is_known) - 1
            return places.take(offsets), int(places[-1]) + 1
    known = distinct(values)
    return np.searchsorted(known, values), len(known)


def coded_rows(columns: Sequence[Integers]) -> tuple[Integers, Integers]:
    """Rows of columns as places 0, 1, 2 … of their order, and for each place a row that has it."""
    codes = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        own, count = coded(column)
        codes, _ = coded(codes * max(count, 1) + own)
    examples = np.zeros(int(codes.max(initial=-1)) + 1, dtype=np.int64)
    examples[codes] = np.arange(len(codes))
    return codes, examples
