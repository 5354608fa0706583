"""What can go wrong, as types.

TollbookError
├── InvalidInput      something a person wrote is wrong; carries every problem found (exit code 2)
├── Unavailable       a server, file or lock cannot be had now; trying again can help
│   ├── NoRoom        the disk is full
│   └── InUse         another process writes the warehouse
└── Damaged           stored data is not what its own records say
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class TollbookError(Exception):
    """Base of every error that Tollbook raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in something that a person wrote."""

    file: str
    rule: str
    """What the value should have been."""
    mend: str
    """What to do about it."""
    value: str | None = None
    line: int | None = None
    """1 is the first line of the file, the header of a CSV."""
    column: str | int | None = None
    """Name of the CSV column, or character position (1 is the first) in other files."""

    def __str__(self) -> str:
        place = self.file
        if self.line is not None:
            place += f", line {self.line}"
        if self.column is not None:
            place += f", column {self.column}"
        shown = "" if self.value is None else f"{self.value!r}: "
        return f"{place}: {shown}{self.rule}. {self.mend}"


class InvalidInput(TollbookError):
    """Everything that is wrong with some input, at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class Unavailable(TollbookError):
    """Something outside this process cannot be had at the moment."""


class NoRoom(Unavailable):
    """Nothing can be written until there is room on the disk again."""


class InUse(Unavailable):
    """Another process has what only one can have; it may soon be through with it."""


class Damaged(TollbookError):
    """Stored data contradicts its own records."""
