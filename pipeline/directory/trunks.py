"""Gateways by name or pattern, as they were at any time."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from pipeline.directory.dated import Dated
from pipeline.directory.patterns import has_patterns, spelled_out


class Trunks:
    """The rows of gateways.csv; of a name and the patterns it fits the closest counts."""

    def __init__(self, gateways: pl.DataFrame) -> None:
        self._gateways = gateways
        self._has_patterns = has_patterns(gateways)
        self._names: set[str] = set()
        self._dated = Dated(gateways, "gateway")

    def dated(self, names: Iterable[str]) -> Dated:
        """All rows by name, these names among them where a pattern fits them."""
        new = set(names) - self._names
        if self._has_patterns and new:
            self._names |= new
            used = pl.Series(sorted(self._names), dtype=pl.String)
            self._dated = Dated(spelled_out(self._gateways, used), "gateway")
        return self._dated
