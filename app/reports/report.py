"""A report as the catalogue has it, and how it becomes a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from app.reports.document import About, Document, Part
from warehouse.errors import InvalidInput, Problem
from warehouse.scope import LISTS, Filters, Scope
from warehouse.snapshot import Snapshot
from warehouse.state.state import State


class Group(StrEnum):
    """Where in the catalogue a report stands."""

    COSTS = "Costs"
    TRAFFIC = "Traffic"
    SERVICE = "Service"
    CONTROL = "Control"
    MANAGEMENT = "Management"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a report: who asks, for which calls, with which options."""

    snapshot: Snapshot
    scope: Scope
    filters: Filters
    options: Mapping[str, Any] = field(default_factory=dict)
    state: State | None = None

    @property
    def kept(self) -> State:
        """What people edited and did; for reports that say that they need it."""
        assert self.state is not None  # noqa: S101  (whoever asks gives it to those reports)
        return self.state

    def __getitem__(self, option: str) -> Any:
        return self.options[option]


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be set: a number of rows, hours, digits."""

    name: str
    meaning: str
    usual: int
    least: int = 1
    most: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Report:
    """One of the catalogue."""

    name: str
    title: str
    group: Group
    purpose: str
    make: Callable[[Asked], tuple[Part, ...]]
    options: tuple[Option, ...] = ()
    needs_state: bool = False
    """Whether it tells of what people edited or did, which is not among the calls."""

    def write(
        self,
        snapshot: Snapshot,
        scope: Scope,
        filters: Filters,
        company: str,
        made_at: datetime,
        options: Mapping[str, int] | None = None,
        state: State | None = None,
    ) -> Document:
        """The report about the calls that scope and filters let by.

        What people edited and did is in the `state`, which some reports need.
        Raises `InvalidInput` for options that it does not have or that are out of range.
        """
        asked = Asked(snapshot, scope, filters, self._chosen(options or {}), state)
        return Document(
            name=self.name,
            title=self.title,
            purpose=self.purpose,
            parts=self.make(asked),
            about=About(
                company=company,
                first=filters.first,
                last=filters.last,
                made_at=made_at,
                published_at=snapshot.manifest.published_at,
                version=str(snapshot.version),
                filters=in_words(filters, asked.options),
                mask_digits=scope.mask_digits,
            ),
        )

    def _chosen(self, given: Mapping[str, int]) -> dict[str, int]:
        known = {option.name: option for option in self.options}
        problems = [
            Problem(
                f"--{name}",
                f"{self.name} has no such option",
                f"It has {', '.join(known) or 'none'}",
                value=str(value),
            )
            for name, value in given.items()
            if name not in known
        ]
        problems += [
            Problem(
                f"--{name}",
                f"not between {known[name].least:,} and {known[name].most:,}",
                "Choose another",
                value=str(value),
            )
            for name, value in given.items()
            if name in known and not known[name].least <= value <= known[name].most
        ]
        if problems:
            raise InvalidInput(problems)
        return {name: given.get(name, option.usual) for name, option in known.items()}


SINGLE: Final = ("text", "min_cost", "max_cost", "min_talk_s", "max_talk_s", "emergency")
"""What of the filters limits calls by one value."""
OUTSIDE_HOURS: Final = "outside hours"


def in_words(filters: Filters, options: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What limits the calls, by name, as it stands on every page of the report."""
    found = [
        (name, ", ".join(value or "(none)" for value in getattr(filters, name)))
        for name in LISTS
        if getattr(filters, name)
    ]
    found += [
        (name, str(getattr(filters, name)))
        for name in SINGLE
        if getattr(filters, name) not in (None, "")
    ]
    if (hours := filters.outside_hours) is not None:
        found.append((OUTSIDE_HOURS, f"{hours.begin:%H:%M}–{hours.end:%H:%M}"))
    found += [(name, str(value)) for name, value in options.items()]
    return tuple((name.replace("_", " "), value) for name, value in found)
