"""Finding texts among many, many at a time.

What is known is prepared once; what a batch asks costs as much as the batch is large.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

Places = npt.NDArray[np.int64]
_ROOM = 4
"""Buckets per text: so many that most hold one or none."""


class Keys:
    """Different texts, none of them null; the place of the first is 0."""

    def __init__(self, texts: pl.Series) -> None:
        self._texts = pl.Series(texts, dtype=pl.String).rechunk()
        self._seed = 0
        hashes = self._hashes(self._texts)
        # Two texts with one hash could not be told apart.
        while len(np.unique(hashes)) < len(hashes):
            self._seed += 1
            hashes = self._hashes(self._texts)
        self._order = np.argsort(hashes)
        self._sorted = hashes[self._order]
        bits = max(1, (_ROOM * len(texts)).bit_length())
        self._shift = np.uint64(64 - bits)
        buckets = np.arange(2**bits + 1, dtype=np.uint64)
        self._begins = np.searchsorted(self._sorted >> self._shift, buckets)

    def places(self, texts: pl.Series) -> Places:
        """The place of each text; -1 of those that are not among the keys, and of null."""
        if not len(self._texts) or not len(texts):
            return np.full(len(texts), -1)
        hashes = self._hashes(texts)
        buckets = (hashes >> self._shift).view(np.int64)
        at = self._begins.take(buckets)
        ends = self._begins.take(buckets + 1)
        # Most of those that are found are the first of their bucket.
        others = np.flatnonzero((self._sorted.take(at, mode="clip") != hashes) & (at + 1 < ends))
        at[others] = last_not_above(self._sorted, at[others], ends[others], hashes[others])
        found = self._order.take(at, mode="clip")
        is_it = (self._texts.gather(found) == texts).fill_null(value=False).to_numpy()
        return np.where(is_it, found, -1)

    def _hashes(self, texts: pl.Series) -> npt.NDArray[np.uint64]:
        return texts.hash(self._seed).to_numpy()


def last_not_above(
    values: npt.NDArray[np.generic], begins: Places, ends: Places, wanted: npt.NDArray[np.generic]
) -> Places:
    """For each wanted value the last place from `begins` to before `ends` with none greater.

    Values do not fall between those places. Where all are greater, it is the place before.
    """
    at = begins - 1
    longest = int((ends - begins).max(initial=0))
    # Memory that is had once: to get it anew costs more than what is done with it.
    further, value = np.empty_like(at), np.empty(len(at), values.dtype)
    fits, is_within = np.empty(len(at), np.bool_), np.empty(len(at), np.bool_)
    for bit in reversed(range(longest.bit_length())):
        np.add(at, 2**bit, out=further)
        np.less(further, ends, out=is_within)
        np.take(values, further, out=value, mode="clip")
        np.less_equal(value, wanted, out=fits)
        np.logical_and(fits, is_within, out=fits)
        np.multiply(fits, 2**bit, out=further)
        np.add(at, further, out=at)
    return at
