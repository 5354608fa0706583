"""The same answers as the binary search of `Ranges`, a few digits at a time.

The first digits choose a cell of a table. A cell in which one value holds throughout has it; any
other leads to the table of the next two digits. Numbers that are shorter than a table asks for, and
those for which the tables would grow too large, are left to the binary search.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.rating.digits import Digits
from pipeline.rating.ranges import COUNTS, Integers, Ranges, distinct

Cells = npt.NDArray[np.int32]

_SEARCH = -1
"""Below 0 as the other tables that cells lead to, of which there is none before ~1."""
_FIRST_CELLS = 2**21
_MOST_CELLS = 2**23
_FURTHER = 2
"""Digits of each table after the first."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Tables: 0 and above are values of `ranges`, below -1 the tables of the next step."""

    ranges: Ranges
    depths: tuple[int, ...]
    """Digits known after each step."""
    tables: tuple[Cells, ...]

    @classmethod
    def over(cls, ranges: Ranges, slots: int) -> Steps:
        """Tables over ranges whose slots are 0 … `slots` - 1."""
        depths: list[int] = []
        tables: list[Cells] = []
        depth = next(d for d in (5, 4, 3, 2, 1, 0) if slots * 10**d <= _FIRST_CELLS or d == 0)
        depth = min(depth, ranges.width)
        stems = np.arange(slots)
        known = 0
        while len(stems) and len(ranges.starts):
            cells, inner = _table(ranges, stems, known, depth)
            further = min(_FURTHER, ranges.width - depth)
            fits = further > 0 and (len(inner) + 1) * 10**further <= _MOST_CELLS
            if not fits:
                cells[cells < 0] = _SEARCH
            if tables:
                # What is to be searched stays so at every step.
                cells = np.append(np.full(10 ** (depth - known), _SEARCH, dtype=np.int32), cells)
            tables.append(cells)
            depths.append(depth)
            stems, known, depth = (inner if fits else inner[:0]), depth, depth + further
        return cls(ranges, tuple(depths), tuple(tables))

    def find(self, slots: Integers, digits: Digits) -> Cells | Integers:
        """As `Ranges.find`; slots are those of the tables."""
        if not self.tables:
            return self.ranges.find(slots, digits)
        width, depth = self.ranges.width, self.depths[0]
        aligned = digits.aligned(width)
        found = self.tables[0].take(slots * int(10**depth) + aligned // int(10 ** (width - depth)))
        shortest = int(digits.counts.min(initial=width))
        if shortest == 0:
            # Else those without a number, of whom there are always some, would slow down all steps.
            bare = np.flatnonzero(digits.counts == 0)
            found[bare] = self.ranges.find(slots[bare], digits[bare])
            shortest = int(digits.counts.min(initial=width, where=digits.counts > 0))
        if shortest < depth:
            found[(digits.counts < depth) & (digits.counts > 0)] = _SEARCH
        pending = np.flatnonzero(found < 0)
        for depth, before, table in zip(
            self.depths[1:], self.depths[:-1], self.tables[1:], strict=True
        ):
            entry = found.take(pending)
            if shortest < depth:
                entry[digits.counts.take(pending) < depth] = _SEARCH
            cells = int(10 ** (depth - before))
            next_digits = aligned.take(pending) // int(10 ** (width - depth))
            next_digits -= next_digits // cells * cells
            entry = table.take(~entry * np.int64(cells) + next_digits)
            found[pending] = entry
            pending = pending[entry < 0]
        if len(pending):
            found[pending] = self.ranges.find(slots[pending], digits[pending])
        return found


def _table(ranges: Ranges, stems: Integers, known: int, depth: int) -> tuple[Cells, Integers]:
    """The cells of stems of `known` digits, by their digits up to `depth`; and the stems within.

    Stems carry their slot in front.
    """
    fan = int(10 ** (depth - known))
    unit = COUNTS * int(10 ** (ranges.width - depth))
    node_unit = unit * fan
    first = np.searchsorted(ranges.starts, stems * node_unit)
    counts = np.searchsorted(ranges.starts, (stems + 1) * node_unit) - first
    node = np.repeat(np.arange(len(stems)), counts)
    places = np.arange(counts.sum()) + np.repeat(first - (np.cumsum(counts) - counts), counts)
    starts = ranges.starts[places]
    cell = node * fan + starts // unit % fan
    # A start at the cell's own prefix or before it holds from the cell's beginning on, any other
    # from the beginning of the next cell.
    is_inner = starts % unit > depth
    latest = np.full(len(stems) * fan + 1, -1, dtype=np.int32)
    latest[cell[is_inner] + 1] = places[is_inner]
    latest[np.arange(len(stems)) * fan] = first - 1
    latest[cell[~is_inner]] = places[~is_inner]
    latest = np.maximum.accumulate(latest[:-1])
    cells = ranges.values.astype(np.int32).take(latest, mode="clip")
    cells[: np.searchsorted(latest, 0)] = ranges.nothing
    divided = distinct(cell[is_inner])
    cells[divided] = ~np.arange(1, len(divided) + 1, dtype=np.int32)
    below = stems[divided // fan] * fan + divided % fan
    return cells, below
