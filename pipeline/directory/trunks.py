"""Gateways by name or pattern, as they were at any time."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

import polars as pl

from pipeline.directory.dated import Dated


class Trunks:
    """The rows of gateways.csv; a name that stands there goes before the patterns it matches."""

    def __init__(self, gateways: pl.DataFrame) -> None:
        self._rows = gateways
        self._patterns = gateways.filter(pl.col("gateway").str.contains(r"[*?\[]"))
        self._seen = set(gateways["gateway"])
        self._dated = Dated(gateways, "gateway")

    def dated(self, names: Iterable[str]) -> Dated:
        """All rows by name, with a copy of a pattern's row for each of these names it matches."""
        if self._patterns.is_empty():
            return self._dated
        new = sorted(set(names) - self._seen)
        copies = [
            row.with_columns(pl.lit(name).alias("gateway"))
            for name in new
            for row in self._patterns.iter_slices(1)
            if fnmatchcase(name, row["gateway"][0])
        ]
        self._seen.update(new)
        if copies:
            self._rows = pl.concat([self._rows, *copies])
            self._dated = Dated(self._rows, "gateway")
        return self._dated
