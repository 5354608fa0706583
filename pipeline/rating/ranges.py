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
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from pipeline.rating.digits import Digits

Integers = npt.NDArray[np.int64]

COUNTS = 16
"""Key values for a count of digits: 0 … 15, all that E.164 knows."""
_MOST = int(np.iinfo(np.int64).max)
_Meeting = Callable[[Integers, Integers], Integers]
"""What becomes of the value outside where an inner prefix has its own."""


@dataclass(frozen=True, slots=True)
class Ranges:
    """Disjoint ranges: `values[i]` holds from key `starts[i]` up to the next."""

    width: int
    nothing: int
    """The value where no prefix is."""
    starts: Integers
    values: Integers

    @classmethod
    def of_prefixes(cls, digits: Digits, slots: Integers, values: Integers) -> Self:
        """Ranges in which an inner prefix hides the outer one; the empty prefix takes all.

        A prefix may come once in a slot, values are above 0. The number of slots is bounded by
        `slots_for`.
        """
        return cls._nested(digits, slots, values, lambda _, inner: inner, 0)

    @classmethod
    def of_earliest(cls, digits: Digits, slots: Integers, values: Integers) -> Self:
        """Ranges with the least value of all prefixes that hold there; a prefix once in a slot."""
        return cls._nested(digits, slots, values, np.minimum, _MOST)

    @classmethod
    def _nested(
        cls, digits: Digits, slots: Integers, values: Integers, meet: _Meeting, nothing: int
    ) -> Self:
        """Paints the prefixes from the shortest to the longest, each over those around it."""
        width = max(1, longest(digits))
        low = _keys(slots, digits, width)
        high = low - digits.counts + COUNTS * np.power(10, width - digits.counts)
        starts = distinct(np.concatenate([low, high]))
        painted = np.full(len(starts), nothing, dtype=np.int64)
        for depth in distinct(digits.counts):
            at = digits.counts == depth
            cells, counts = _cells(starts, low[at], high[at])
            painted[cells] = meet(painted[cells], np.repeat(values[at], counts))
        return cls._from_painted(width, nothing, starts, painted)

    @classmethod
    def of_exact(cls, digits: Digits, slots: Integers, values: Integers, nothing: int = 0) -> Self:
        """Ranges of one number each; numbers have fewer than 15 digits."""
        width = longest(digits) + 1
        low = _keys(slots, digits, width)
        order = np.argsort(low)
        low, values = low[order], values[order]
        starts = np.column_stack([low, low + 1]).ravel()
        painted = np.column_stack([values, np.full(len(values), nothing)]).ravel()
        # Where a number's range begins at the end of another's, the number's value holds.
        last = np.append(starts[1:] != starts[:-1], True)[: len(starts)]
        return cls._from_painted(width, nothing, starts[last], painted[last])

    @classmethod
    def of_exact_earliest(cls, digits: Digits, slots: Integers, values: Integers) -> Self:
        """As `of_exact`, with the same nothing as `of_earliest`."""
        return cls.of_exact(digits, slots, values, _MOST)

    @classmethod
    def _from_painted(cls, width: int, nothing: int, starts: Integers, painted: Integers) -> Self:
        changes = np.append(True, painted[1:] != painted[:-1])[: len(painted)]
        return cls(width, nothing, starts[changes], painted[changes])

    def find(self, slots: Integers, digits: Digits) -> Integers:
        """The value for each number in its slot, `nothing` where there is none.

        A number without digits meets the empty prefix only.
        """
        if not len(self.starts):
            return np.full(len(slots), self.nothing)
        keys = _keys(slots, digits, self.width)
        place = np.searchsorted(self.starts, keys, side="right") - 1
        return np.where(place < 0, self.nothing, self.values[place])


def distinct(values: Integers) -> Integers:
    """The different values in their order."""
    ordered = np.sort(values)
    found: Integers = ordered[np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]]
    return found


def slots_for(digits: Digits) -> int:
    """How many slots the keys can tell apart for prefixes or short numbers as long as these."""
    return _MOST // (COUNTS * int(10 ** (longest(digits) + 1)))


def longest(digits: Digits) -> int:
    return int(digits.counts.max(initial=0))


def _keys(slots: Integers, digits: Digits, width: int) -> Integers:
    aligned = digits.aligned(width)
    keys: Integers = (slots * int(10**width) + aligned) * COUNTS + np.minimum(digits.counts, width)
    return keys


def _cells(starts: Integers, low: Integers, high: Integers) -> tuple[Integers, Integers]:
    """The places in `starts` from each `low` up to its `high`, and how many each has."""
    first = np.searchsorted(starts, low)
    counts = np.searchsorted(starts, high) - first
    skipped = np.repeat(first - (np.cumsum(counts) - counts), counts)
    return np.arange(counts.sum()) + skipped, counts
