"""Which keys of legs are stored, in little memory: nearly every leg that comes is new."""

from __future__ import annotations

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl

from warehouse.frames import piece_by_piece

Words = npt.NDArray[np.uint64]

KEY = ["source", "leg_id"]
_BITS_PER_KEY = 32
"""One key in 200,000 that is not stored seems to be, and lets all legs be searched for it."""
_BITS_SET = 4
"""For each key in each of `_WORDS`: as few looks into memory suffice."""
_WORDS = 3
_ROOM = 1_000_000
"""Keys that find place beyond those there are at first, and a quarter more."""
_ROWS = 1_000_000
PATIENCE = 6
"""Questions until it is made: that takes as long as so many searches of all legs."""
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""An odd number that makes further hashes of the first."""


class StoredKeys:
    """A Bloom filter of the keys of all stored legs: says of a key that it is surely not stored.

    Made from what is stored when it was asked often enough, and kept while the master is open. Keys
    stay in it when their legs leave, or when the transaction that brought them fails.
    """

    def __init__(self) -> None:
        self._words: Words | None = None
        self._room = 0
        self._asked = 0

    def add(self, legs: pl.DataFrame) -> None:
        """To be called for all legs before they are stored."""
        if self._words is None:
            return
        self._room -= legs.height
        if self._room < 0:
            # Too full to be of use: made anew at the next question.
            self._words = None
            return
        for word, bits in _places(legs, len(self._words)):
            np.bitwise_or.at(self._words, word, bits)

    def may_hold(self, connection: duckdb.DuckDBPyConnection, legs: pl.DataFrame) -> pl.DataFrame:
        """Those of the legs whose keys may be stored."""
        self._asked += 1
        if self._words is None and self._asked > PATIENCE:
            self._fill(connection)
        words = self._words
        if words is None:
            return legs
        found = np.ones(legs.height, np.bool_)
        for word, bits in _places(legs, len(words)):
            found &= (words[word] & bits) == bits
        return legs.filter(pl.Series(found, dtype=pl.Boolean))

    def _fill(self, connection: duckdb.DuckDBPyConnection) -> None:
        (stored,) = connection.execute("select count(*) from legs").fetchone() or (0,)
        room = stored + stored // 4 + _ROOM
        self._words = np.zeros(-(-room * _BITS_PER_KEY // 64), np.uint64)
        self._room = room
        try:
            with piece_by_piece(connection):
                found = connection.execute("select source, leg_id from legs")
                for batch in found.to_arrow_reader(_ROWS):
                    self.add(pl.DataFrame(batch))
        except BaseException:
            # With a part of the keys alone it would call stored legs new.
            self._words = None
            raise


def _places(legs: pl.DataFrame, words: int) -> list[tuple[npt.NDArray[np.intp], Words]]:
    """For each of the legs `_WORDS` words, and the bits in them that stand for its key."""
    places = []
    hashed = legs.select(KEY).hash_rows().to_numpy()
    for _ in range(_WORDS):
        places.append(_place(hashed, words))
        hashed = _mixed(hashed)
    return places


def _mixed(hashed: Words) -> Words:
    product = hashed * _SPREAD
    return product ^ (product >> np.uint64(29))


def _place(hashed: Words, words: int) -> tuple[npt.NDArray[np.intp], Words]:
    word = ((hashed >> np.uint64(32)) * np.uint64(words)) >> np.uint64(32)
    bits = np.zeros(len(hashed), np.uint64)
    for nth in range(_BITS_SET):
        bits |= np.uint64(1) << ((hashed >> np.uint64(6 * nth)) & np.uint64(63))
    return word.astype(np.intp), bits
