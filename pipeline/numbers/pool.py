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
        self._parts = [values]
        self._size = len(values)
        self._places = np.arange(len(values), dtype=np.uint32)

    @classmethod
    def of_nothing(cls, count: int) -> Self:
        """So many nulls."""
        pool = cls(pl.Series([None], dtype=pl.String))
        pool._places = np.zeros(count, dtype=np.uint32)
        return pool

    def put(self, rows: Rows, values: pl.Series) -> None:
        """Gives each of some rows its value."""
        self._places[rows] = self._size + np.arange(len(values), dtype=np.uint32)
        self._parts.append(values)
        self._size += len(values)

    def series(self) -> pl.Series:
        return pl.concat(self._parts, rechunk=True).gather(pl.Series(self._places))
