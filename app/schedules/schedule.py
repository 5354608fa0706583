"""A schedule as people set it up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import Any

from app.mail.message import address
from app.periods import Preset
from app.reports.catalogue import REPORTS
from app.reports.writers import WRITERS
from app.schedules.cadence import Cadence, Every
from warehouse.errors import InvalidInput, Problem
from warehouse.scope import LISTS, Filters, Scope


class Audience(StrEnum):
    """Who gets the report."""

    ADDRESSES = "addresses"
    """Those listed, each the same: what the schedule's scope allows."""
    HEADS = "heads"
    """Each head of department, about their own department and no other."""
    PEOPLE = "people"
    """Everybody who has calls in the period, about their own."""


class Missed(StrEnum):
    """What becomes of what fell due while nothing ran."""

    SEND = "send"
    """Each period is sent, once."""
    SKIP = "skip"
    """Only the last one is."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A report, when, and for whom."""

    name: str
    report: str
    cadence: Cadence
    audience: Audience = Audience.ADDRESSES
    addresses: tuple[str, ...] = ()
    options: Mapping[str, int] = field(default_factory=dict)
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Lists of `Filters` by name."""
    scope: Scope = field(default_factory=lambda: Scope(everything=True))
    """What the reader of a mail may see; heads and people see their own part of it."""
    period: str = ""
    """A preset; empty is the last finished period of the cadence."""
    format: str = "html"
    """`html` is the mail itself; every other is attached to it."""
    locale: str = "en"
    missed: Missed = Missed.SEND
    is_paused: bool = False
    made_by: str = ""

    def filtered(self, first: date, last: date) -> Filters:
        """What is asked about a period."""
        lists: dict[str, Any] = dict(self.filters)
        return Filters(first, last, **lists)


def checked(schedule: Schedule) -> Schedule:
    """The schedule; raises `InvalidInput` with everything that is wrong with it."""
    name = f"schedule {schedule.name}"
    problems = []
    if not schedule.name.strip():
        problems.append(Problem("schedule", "has no name", "Give it one"))
    if schedule.report not in REPORTS:
        mend = "`tollbook report` lists them all"
        problems.append(Problem(name, "no such report", mend, value=schedule.report))
    else:
        known = {option.name: option for option in REPORTS[schedule.report].options}
        problems += [
            Problem(name, "the report has no such option", f"Known: {sorted(known)}", value=one)
            for one in schedule.options
            if one not in known
        ]
        problems += [
            Problem(
                name,
                f"{one} is not between {known[one].least:,} and {known[one].most:,}",
                "Choose another number",
                value=str(value),
            )
            for one, value in schedule.options.items()
            if one in known and not known[one].least <= value <= known[one].most
        ]
    if schedule.format not in WRITERS:
        mend = f"Choose one of {', '.join(WRITERS)}"
        problems.append(Problem(name, "no such format", mend, value=schedule.format))
    if schedule.period and schedule.period not in [*Preset]:
        mend = f"Choose one of {', '.join(Preset)}"
        problems.append(Problem(name, "no such period", mend, value=schedule.period))
    problems += [
        Problem(name, "no such filter", f"Known: {', '.join(LISTS)}", value=one)
        for one in schedule.filters
        if one not in LISTS
    ]
    if (schedule.audience is Audience.ADDRESSES) != bool(schedule.addresses):
        mend = "Name addresses, or let it go to heads or people"
        rule = "addresses are named only where the mail goes to them"
        problems.append(Problem(name, rule, mend))
    for one in schedule.addresses:
        try:
            address(one)
        except ValueError as error:
            problems.append(Problem(name, "no mail address", str(error), value=one))
    if problems:
        raise InvalidInput(problems)
    return schedule


def to_row(schedule: Schedule) -> dict[str, Any]:
    """The columns of the table `schedules` that a person sets."""
    cadence = asdict(schedule.cadence) | {"at": schedule.cadence.at.isoformat("minutes")}
    return {
        "name": schedule.name,
        "report": schedule.report,
        "options": json.dumps(dict(schedule.options)),
        "filters": json.dumps({name: list(values) for name, values in schedule.filters.items()}),
        "mask_digits": schedule.scope.mask_digits,
        "scope": scope_text(schedule.scope),
        "cadence": json.dumps(cadence),
        "period": schedule.period,
        "format": schedule.format,
        "audience": schedule.audience.value,
        "addresses": json.dumps(schedule.addresses),
        "locale": schedule.locale,
        "missed": schedule.missed.value,
        "is_paused": int(schedule.is_paused),
        "made_by": schedule.made_by,
    }


def from_row(row: Mapping[str, Any]) -> Schedule:
    """The schedule of a row of the table."""
    cadence = json.loads(row["cadence"])
    return Schedule(
        name=row["name"],
        report=row["report"],
        cadence=Cadence(
            **(
                cadence
                | {"every": Every(cadence["every"]), "at": time.fromisoformat(cadence["at"])}
            )
        ),
        audience=Audience(row["audience"]),
        addresses=tuple(json.loads(row["addresses"])),
        options=json.loads(row["options"]),
        filters={name: tuple(values) for name, values in json.loads(row["filters"]).items()},
        scope=scope_of(row["scope"], row["mask_digits"]),
        period=row["period"],
        format=row["format"],
        locale=row["locale"],
        missed=Missed(row["missed"]),
        is_paused=bool(row["is_paused"]),
        made_by=row["made_by"],
    )


def scope_of(text: str, mask_digits: int) -> Scope:
    """A scope from its JSON."""
    facts = json.loads(text)
    lists = {name: tuple(facts.get(name, ())) for name in ("departments", "sites", "users", "own")}
    return Scope(everything=facts["everything"], mask_digits=mask_digits, **lists)


def scope_text(scope: Scope) -> str:
    """A scope as JSON, without its mask."""
    facts = asdict(scope)
    del facts["mask_digits"]
    return json.dumps(facts)
