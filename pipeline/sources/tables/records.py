"""Text of delimited cells → records; a broken one does not take its neighbours with it. Pure."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LONGEST = 50
"""Lines of one record, whose quoted cells may run over several; a quote that stays open for longer
is a slip."""


@dataclass(frozen=True, slots=True)
class Form:
    """How cells are told apart."""

    delimiter: str = ","
    quote: str = '"'
    """Empty: quotes are characters like others."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row, or a line of which none can be made."""

    at: int
    """Index of its first line."""
    lines: int
    cells: tuple[str, ...]
    fault: str = ""
    """Why it has no cells."""


def records(lines: Sequence[str], form: Form, *, at_end: bool) -> tuple[list[Record], int]:
    """Splits whole lines, each with its line end.

    Returns the records that hold anything, and how many of the lines are worked off: those of a
    record that goes on after the last line are left, unless nothing follows (`at_end`).
    """
    found: list[Record] = []
    at = 0
    while at < len(lines):
        feed = _Feed(lines, at)
        try:
            for cells in _reader(feed, form):
                if feed.is_over:
                    break
                stripped = tuple(cell.strip() for cell in cells)
                if any(stripped):
                    found.append(Record(at, feed.at - at, stripped))
                at = feed.begin = feed.at
        except _TooLong:
            fault = "a quote that is not closed"
        except csv.Error as error:
            fault = f"not a row of cells ({error})"
        else:
            if at == len(lines) or not at_end:
                break
            fault = "a quote that is not closed"
        found.append(Record(at, 1, (), fault))
        at += 1
    return found, at


def _reader(feed: _Feed, form: Form) -> Iterator[list[str]]:
    if form.quote:
        return csv.reader(feed, delimiter=form.delimiter, quotechar=form.quote)
    return csv.reader(feed, delimiter=form.delimiter, quoting=csv.QUOTE_NONE)


class _TooLong(Exception):
    pass


class _Feed:
    """Gives a reader lines and counts them."""

    def __init__(self, lines: Sequence[str], at: int) -> None:
        self._lines = lines
        self.at = at
        self.begin = at
        self.is_over = False

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if self.at - self.begin > LONGEST:
            raise _TooLong
        if self.at == len(self._lines):
            self.is_over = True
            raise StopIteration
        self.at += 1
        return self._lines[self.at - 1]
