"""The rows of users.csv as an import sees them: whose they are, when, and what they hold. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.directory.numbers import range_of
from pipeline.directory.words import kind_of
from pipeline.people.document import Document, Part


@dataclass(frozen=True, slots=True)
class Row:
    """A row and its days."""

    part: Part
    cells: dict[str, str]
    user: str
    """In small letters."""
    since: date
    until: date

    @property
    def kind(self) -> str:
        return kind_of(self.cells.get("kind"), self.cells.get("role"))

    def holds_at(self, day: date) -> bool:
        """Whether it is valid on that day."""
        return self.since <= day < self.until


def rows_of(document: Document) -> list[Row]:
    """All rows of a valid table."""
    return [
        Row(
            part,
            part.cells,
            part.cells["user"].lower(),
            date.fromisoformat(part.cells.get("valid_from") or date.min.isoformat()),
            date.fromisoformat(part.cells.get("valid_to") or date.max.isoformat()),
        )
        for part in document.rows()
        if part.cells is not None
    ]


def entries_of(cell: str | None) -> list[str]:
    """The entries of a `;`-separated cell."""
    return [entry.strip() for entry in (cell or "").split(";") if entry.strip()]


def addresses_of(cells: dict[str, str]) -> list[str]:
    """User and aliases of a row, in small letters."""
    return [cells["user"].lower(), *(one.lower() for one in entries_of(cells.get("aliases")))]


Key = tuple[str, str | None]
"""An address or a number, and the site where an extension counts; None is everywhere."""


def keys_of(cells: dict[str, str]) -> Iterator[Key]:
    """Everything that on one day may stand in one row only."""
    for address in addresses_of(cells):
        yield address, None
    for number in numbers_of(cells.get("numbers")):
        yield number, None if number.startswith("+") else cells.get("site") or None


def numbers_of(cell: str | None) -> list[str]:
    """The numbers of a cell, those of ranges one by one."""
    return [number for entry in entries_of(cell) for number in range_of(entry) or [entry]]


class Claims:
    """Who holds what, and when."""

    def __init__(self) -> None:
        self._held: dict[str, list[tuple[str | None, date, date, str]]] = defaultdict(list)

    def add(self, cells: dict[str, str], since: date, until: date, user: str) -> None:
        """Notes the keys of a row."""
        for key, site in keys_of(cells):
            self._held[key].append((site, since, until, user))

    def holder(self, key: Key, since: date, until: date, but: Iterable[str] = ()) -> str | None:
        """Someone else who holds it on one of these days."""
        name, site = key
        for at, begin, end, user in self._held.get(name, ()):
            is_there = at is None or site is None or at == site
            if is_there and begin < until and since < end and user not in but:
                return user
        return None
