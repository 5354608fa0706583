"""What an import makes of users.csv, and what becomes of whom. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pipeline.people.document import Document
from warehouse.errors import Problem


class Step(StrEnum):
    """What an import does to someone."""

    ADDED = "added"
    CHANGED = "changed"
    """From the day on; a row of its own, unless the present one began that day."""
    CORRECTED = "corrected"
    """In the present row, for it says nothing of calls."""
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of someone."""

    step: Step
    user: str
    name: str
    cells: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Column → before and after."""


@dataclass(slots=True)
class Merged:
    """What an import would make of users.csv."""

    document: Document
    day: date
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unchanged: int = 0
    present: int = 0
    """People of today whom the other side should know."""

    def of(self, step: Step) -> list[Change]:
        """Those changes."""
        return [change for change in self.changes if change.step is step]
