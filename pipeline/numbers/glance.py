"""What is seen of many texts at a glance: how long they are, how they begin, whether all digits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl

_WORDS = 4
"""Of 32 bits in the view that Arrow has of each text: its length, then its first four bytes."""
_MOST_DIGITS = 18
"""What a whole number of 64 bits surely holds."""
_LEAST, _MOST = len("+1234567"), len("+123456789012345")

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Glance:
    """One value for each text; null looks like the empty text."""

    lengths: npt.NDArray[np.uint32]
    """Bytes."""
    first: npt.NDArray[np.uint8]
    """The first byte, 0 where there is none."""
    second: npt.NDArray[np.uint8]

    @classmethod
    def at(cls, texts: pl.Series) -> Self:
        if not len(texts):
            nothing = np.empty(0, dtype=np.uint8)
            return cls(nothing.astype(np.uint32), nothing, nothing)
        seen = texts.rechunk().to_arrow(compat_level=pl.CompatLevel.newest())
        views = np.frombuffer(seen.buffers()[1], dtype=np.uint32).reshape(-1, _WORDS)
        lengths, starts = views[seen.offset : seen.offset + len(seen), :2].T
        if texts.null_count():
            is_known = texts.is_not_null().to_numpy()
            lengths, starts = lengths * is_known, starts * is_known
        return cls(lengths, starts.astype(np.uint8), (starts >> np.uint32(8)).astype(np.uint8))

    @property
    def begin_with_digit(self) -> Flags:
        return _is_digit(self.first)

    @property
    def look_e164(self) -> Flags:
        """A plus, another digit than 0, and as many characters as an E.164 number has."""
        fits = (self.lengths >= _LEAST) & (self.lengths <= _MOST)
        fits &= (self.first == ord("+")) & _is_digit(self.second) & (self.second != ord("0"))
        return fits


def are_digits(texts: pl.Series) -> Flags:
    """Which are a few digits, and nothing else."""
    seen = Glance.at(texts)
    return _are_whole(texts, seen.begin_with_digit & (seen.lengths <= _MOST_DIGITS))


def are_e164(texts: pl.Series) -> Flags:
    """Which are E.164 numbers with a plus, and nothing else."""
    return _are_whole(texts, Glance.at(texts).look_e164)


def _is_digit(characters: npt.NDArray[np.uint8]) -> Flags:
    return (characters >= ord("0")) & (characters <= ord("9"))


def _are_whole(texts: pl.Series, fits: Flags) -> Flags:
    """Those that fit and read as a whole number: one that begins so has digits alone."""
    values = texts.filter(pl.Series(fits)).cast(pl.Int64, strict=False)
    if values.null_count():
        fits[np.flatnonzero(fits)[values.is_null().to_numpy()]] = False
    return fits
