"""Values of many rows of which some are replaced, without copying the others each time."""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl

Rows = npt.NDArray[np.int64]


class Pool:
    """Rows that begin as one series."""

    def __init__(self, values: pl.Series) -> None:
        self.parts = [values]
        self.size = len(values)
        self.places = np.arange(len(values), dtype=np.uint32)

    @classmethod
    def of_nothing(cls, count: int) -> Self:
        """So many nulls."""
        pool = cls(pl.Series([None], dtype=pl.String))
        pool.places = np.zeros(count, dtype=np.uint32)
        return pool

    def put(self, rows: Rows, values: pl.Series | Pool) -> None:
        """Gives each of some rows its value."""
        added = values if isinstance(values, Pool) else Pool(values)
        self.places[rows] = added.places + np.uint32(self.size)
        self.parts += added.parts
        self.size += added.size

    def gather(self, rows: Rows) -> pl.Series:
        """The values of some rows."""
        return pl.concat(self.parts, rechunk=True).gather(pl.Series(self.places[rows]))

    def series(self) -> pl.Series:
        if len(self.parts) == 1 and self.size == len(self.places):
            return self.parts[0]
        return pl.concat(self.parts, rechunk=True).gather(pl.Series(self.places))
