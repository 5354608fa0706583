"""Distinct whole numbers by sorting, which beats hashing by far at the sizes of price lists."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.rating.ranges import Integers, distinct


def coded(values: Integers) -> tuple[Integers, int]:
    """Values as places 0, 1, 2 … of their order, and how many different ones there are."""
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
