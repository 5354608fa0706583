"""Texts of a known form as whole numbers of 64 bits, of which each byte is a character.

So eight characters of many texts are looked at in one step.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

Words = npt.NDArray[np.uint64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

SIZE = 8
"""Characters in a word."""
_HIGH = np.uint64(0xF0F0F0F0F0F0F0F0)


def words(texts: pl.Series, count: int) -> list[Words]:
    """Each word of texts of so many words, none of them null."""
    array = texts.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, data = array.buffers()
    if not len(texts):
        return [np.empty(0, dtype=np.uint64)] * count
    begin = int(np.frombuffer(offsets, dtype=np.int64)[array.offset])
    flat = np.frombuffer(data, dtype=np.uint8)[begin : begin + SIZE * count * len(texts)]
    return list(flat.view("<u8").reshape(-1, count).T)


class Form:
    """Eight characters of which those that are 0 in the form are any digits, all others as here."""

    def __init__(self, form: bytes) -> None:
        self._as_zero = _one(form)
        # A digit, or a mark that has become 0, stays below 16 with this added; all else does not.
        self._added = _one(bytes(6 if each == ord("0") else 15 for each in form))

    def digits(self, characters: Words) -> Words:
        """Digits become their values, the characters of the form 0."""
        found: Words = characters ^ self._as_zero
        return found

    def fits(self, digits: Words) -> Flags:
        """Whether the characters were of this form."""
        found: Flags = (digits | (digits + self._added)) & _HIGH == 0
        return found


def pairs(digits: Words) -> Words:
    """At each byte the number of two digits, of which this is the first."""
    return digits * np.uint64(10) + (digits >> np.uint64(8))


def at(words: Words, byte: int) -> Whole:
    """The numbers that stand at a byte."""
    return ((words >> np.uint64(8 * byte)) & np.uint64(0xFF)).view(np.int64)


def _one(characters: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(characters, "little"))
