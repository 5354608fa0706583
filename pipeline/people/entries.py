"""What the other side says of people, before it is understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from warehouse.errors import Problem


@dataclass(frozen=True, slots=True)
class Entry:
    """One person, as an entry of a directory service or a row of a file."""

    file: str
    """Name of the file, or the distinguished name."""
    line: int | None
    values: Mapping[str, Sequence[str]]
    """By the name of the attribute or column, in small letters; only filled ones."""

    def first(self, names: Sequence[str]) -> tuple[str, str] | None:
        """The first value there is, with the name that it stands under."""
        for name in names:
            for value in self.values.get(name.lower(), ()):
                return name, value
        return None

    def all(self, names: Sequence[str]) -> list[tuple[str, str]]:
        """Every value, each with its name."""
        return [(name, value) for name in names for value in self.values.get(name.lower(), ())]

    def problem(self, column: str, value: str | None, rule: str, mend: str) -> Problem:
        """A fault of this entry."""
        return Problem(self.file, rule, mend, value=value, line=self.line, column=column)
