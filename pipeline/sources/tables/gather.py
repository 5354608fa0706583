"""Gathers the rows of a page: their cells by column, and a key for each. Pure."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence

import polars as pl

from pipeline.sources.tables.facts import DIGEST, ROW
from pipeline.sources.tables.place import digest
from pipeline.sources.tables.records import Record
from pipeline.sources.tables.settings import CsvSettings
from warehouse.errors import Problem

REPEATED_WITHIN = 1000
"""Equal rows are legs of their own, told apart by their number among this many rows; equal rows
that lie further apart, or in different files, are one leg that was written twice."""


class Rows:
    """Gathers the rows of one page."""

    def __init__(self, settings: CsvSettings, header: Sequence[str], name: str) -> None:
        self._columns = {name: header.index(name) for name in settings.foreign_columns()}
        self._width = len(header)
        self._encoding = settings.encoding
        self._name = name
        self._seen: defaultdict[str, deque[int]] = defaultdict(deque)
        self._begins: list[tuple[int, int]] = []
        self._found: list[tuple[int, str, tuple[str, ...]]] = []
        self.problems: list[Problem] = []

    def take(self, record: Record, text: str, begin: int, line: int, *, is_new: bool) -> None:
        """One record with its text, the offset at which it begins and the number of its line.

        One that is not new counts only as what later ones may repeat.
        """
        fault = self._fault(record, text)
        if fault is None:
            key = self._key(record.cells)
            self._begins.append((begin, line))
            if is_new:
                self._found.append((line, key, record.cells))
        elif is_new:
            shown = text.rstrip("\r\n").encode("utf-8", "replace").decode()
            self.problems.append(Problem(self._name, *fault, shown, line=line))

    def back_from(self, end: int) -> tuple[int, int] | None:
        """Offset and line from which reading must begin to know which rows before `end` repeat."""
        before = [one for one in self._begins if one[0] < end]
        return before[-REPEATED_WITHIN] if len(before) >= REPEATED_WITHIN else None

    def frame(self) -> pl.DataFrame:
        """The new rows: foreign columns as text, `row` (the number of the line) and `digest`."""
        columns = {
            name: pl.Series([cells[at] or None for _, _, cells in self._found], dtype=pl.String)
            for name, at in self._columns.items()
        }
        return pl.DataFrame(
            {
                ROW: pl.Series([line for line, _, _ in self._found], dtype=pl.Int64),
                DIGEST: pl.Series([key for _, key, _ in self._found], dtype=pl.String),
                **columns,
            }
        )

    def _fault(self, record: Record, text: str) -> tuple[str, str] | None:
        if record.fault:
            return record.fault, "Mend the quoting, or set `quote` of the source"
        if len(record.cells) != self._width:
            return (
                f"{len(record.cells)} cells where there are {self._width} columns",
                "Quote cells that contain the delimiter, or add what is missing",
            )
        if not text.isascii() and any("\udc80" <= one <= "\udcff" for one in text):
            return f"not text in {self._encoding}", "Set `encoding` of the source"
        return None

    def _key(self, cells: Sequence[str]) -> str:
        key = digest("\x1f".join(cells).encode())
        at = len(self._begins)
        seen = self._seen[key]
        while seen and seen[0] < at - REPEATED_WITHIN:
            seen.popleft()
        number = len(seen)
        seen.append(at)
        return f"{key}-{number + 1}" if number else key
