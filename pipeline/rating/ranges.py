"""Longest-prefix match by one binary search.

Nested prefixes are flattened into disjoint, sorted ranges of one integer key; the range in which a
number's key falls holds the innermost prefix. A key is made of

    slot | the first `width` digits, filled with zeros on the right | how many digits there were

where the slot keeps tariffs and their periods apart, and the count keeps 4930 out of the range of
49300, which fills up to the same digits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import polars as pl

Integers = npt.NDArray[np.int64]

LONGEST = 15
"""Digits of the longest prefix: all that E.164 knows."""
_COUNTS = 16
"""Key values for a count of digits: 0 … `LONGEST`."""
_MOST = int(np.iinfo(np.int64).max)
_NOTHING = _MOST
_Meeting = Callable[[Integers, Integers], Integers]
"""What becomes of the value outside where an inner prefix has its own."""


@dataclass(frozen=True, slots=True)
class Ranges:
    """Disjoint ranges: `values[i]` (null: nothing) holds from key `starts[i]` up to the next."""

    width: int
    starts: pl.Series
    values: pl.Series

    @classmethod
    def of_prefixes(cls, digits: pl.Series, slots: Integers, values: Integers) -> Self:
        """Ranges in which an inner prefix hides the outer one; the empty prefix takes all.

        A prefix may come once in a slot. The number of slots is bounded by `slots_for`.
        """
        return cls._nested(digits, slots, values, lambda _, inner: inner)

    @classmethod
    def of_earliest(cls, digits: pl.Series, slots: Integers, values: Integers) -> Self:
        """Ranges with the least value of all prefixes that hold there; a prefix once in a slot."""
        return cls._nested(digits, slots, values, np.minimum)

    @classmethod
    def _nested(cls, digits: pl.Series, slots: Integers, values: Integers, meet: _Meeting) -> Self:
        """Paints the prefixes from the shortest to the longest, each over those around it."""
        width = max(1, _longest(digits))
        low, high, length = _bounds(digits, slots, width)
        starts = np.unique(np.concatenate([low, high]))
        painted = np.full(len(starts), _NOTHING, dtype=np.int64)
        for depth in np.unique(length):
            at = length == depth
            cells, counts = _cells(starts, low[at], high[at])
            painted[cells] = meet(painted[cells], np.repeat(values[at], counts))
        return cls._from_painted(width, starts, painted)

    @classmethod
    def of_exact(cls, digits: pl.Series, slots: Integers, values: Integers) -> Self:
        """Ranges of one number each; numbers have fewer digits than `LONGEST`."""
        width = _longest(digits) + 1
        low, _, _ = _bounds(digits, slots, width)
        order = np.argsort(low)
        low, values = low[order], values[order]
        starts = np.column_stack([low, low + 1]).ravel()
        painted = np.column_stack([values, np.full(len(values), _NOTHING)]).ravel()
        # Where a number's range begins at the end of another's, the number's value holds.
        last = np.append(starts[1:] != starts[:-1], True)[: len(starts)]
        return cls._from_painted(width, starts[last], painted[last])

    @classmethod
    def _from_painted(cls, width: int, starts: Integers, painted: Integers) -> Self:
        changes = np.append(True, painted[1:] != painted[:-1])[: len(painted)]
        values = pl.Series(painted[changes])
        return cls(width, pl.Series(starts[changes]), values.set(values == _NOTHING, None))

    def find(self, slots: pl.Series, digits: pl.Series) -> pl.Series:
        """The value for each number in its slot, null where there is none.

        Args:
            slots: Integers; null finds nothing.
            digits: Digits only; null is a number without digits, which only the empty prefix has.
        """
        if self.starts.is_empty():
            return pl.repeat(None, len(slots), dtype=pl.Int64, eager=True)
        keys = pl.select(_key(slots, digits, self.width)).to_series()
        place = self.starts.search_sorted(keys.fill_null(-1), side="right").cast(pl.Int64) - 1
        place = place.set(keys.is_null() | (place < 0), None)
        return self.values.gather(place)


def slots_for(digits: pl.Series) -> int:
    """How many slots the keys can tell apart for prefixes or short numbers as long as these."""
    return _MOST // int(_COUNTS * 10 ** (_longest(digits) + 1))


def _longest(digits: pl.Series) -> int:
    longest: Any = digits.str.len_bytes().max()
    return int(longest or 0)


def _key(slots: pl.Series, digits: pl.Series, width: int) -> pl.Expr:
    text = pl.lit(digits)
    filled = text.str.slice(0, width).str.pad_end(width, "0").cast(pl.Int64).fill_null(0)
    count = pl.min_horizontal(text.str.len_bytes().fill_null(0).cast(pl.Int64), width)
    return (pl.lit(slots).cast(pl.Int64) * int(10**width) + filled) * _COUNTS + count


def _bounds(digits: pl.Series, slots: Integers, width: int) -> tuple[Integers, Integers, Integers]:
    """First key, key after the last one, and number of digits of each prefix."""
    length = digits.str.len_bytes().cast(pl.Int64).to_numpy()
    low = pl.select(_key(pl.Series(slots), digits, width)).to_series().to_numpy()
    high = low - length + _COUNTS * np.power(10, width - length)
    return low, high, length


def _cells(starts: Integers, low: Integers, high: Integers) -> tuple[Integers, Integers]:
    """The places in `starts` from each `low` up to its `high`, and how many each has."""
    first = np.searchsorted(starts, low)
    counts = np.searchsorted(starts, high) - first
    skipped = np.repeat(first - (np.cumsum(counts) - counts), counts)
    return np.arange(counts.sum()) + skipped, counts
