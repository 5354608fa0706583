"""What somebody fills in about a schedule, and the schedule that it makes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from app.reports.catalogue import REPORTS
from app.schedules.cadence import Cadence, Every
from app.schedules.schedule import Audience, Missed, Schedule, checked
from warehouse.errors import InvalidInput, Problem
from warehouse.scope import Scope

Draft = dict[str, Any]
"""Values of the fields, by name."""

FILTERS: Final = ("sites", "departments", "directions", "call_types")
"""Those lists of `Filters` that the form asks for; others are kept as they are."""
OPTION: Final = "option "
"""Begins the names of the fields of a report's options: `option REPORT NAME`."""


def draft_of(schedule: Schedule | None, zone: str) -> Draft:
    """The fields as they are at first: of a schedule, or of a new one of somebody in `zone`."""
    one = schedule or Schedule("", "costs-summary", Cadence(Every.MONTH, zone=zone))
    cadence = one.cadence
    draft: Draft = {
        "name": one.name,
        "report": one.report,
        "every": cadence.every.value,
        "at": cadence.at,
        "zone": cadence.zone,
        "weekday": cadence.weekday,
        "month_day": cadence.month_day,
        "holidays": cadence.holidays,
        "cron": cadence.cron or "30 6 * * mon-fri",
        "period": one.period,
        "audience": one.audience.value,
        "addresses": "\n".join(one.addresses),
        "format": one.format,
        "locale": one.locale,
        # What a new mail hides unless somebody says otherwise.
        "mask": one.scope.mask_digits if schedule else 3,
        "see_departments": list(one.scope.departments),
        "see_sites": list(one.scope.sites),
        "missed": one.missed.value,
    }
    draft |= {name: list(one.filters.get(name, ())) for name in FILTERS}
    for report in REPORTS.values():
        for option in report.options:
            is_set = report.name == one.report and option.name in one.options
            value = one.options[option.name] if is_set else option.usual
            draft[f"{OPTION}{report.name} {option.name}"] = value
    return draft


def schedule_of(draft: Mapping[str, Any], before: Schedule | None, by: str) -> Schedule:
    """The schedule of filled-in fields; raises `InvalidInput` with everything that is wrong.

    What the form does not ask for is taken from the schedule `before`.
    """
    problems: list[Problem] = []
    cadence = Cadence(Every.DAY)
    try:
        cadence = _cadence(draft)
    except (ValueError, LookupError, OSError) as error:
        problems.append(Problem("when", _reason(error), "Correct when it is sent"))
    audience = Audience(draft["audience"])
    report = REPORTS[draft["report"]]
    others = {
        name: values
        for name, values in (before.filters if before else {}).items()
        if name not in FILTERS
    }
    scope = before.scope if before else Scope()
    made = Schedule(
        name=draft["name"].strip(),
        report=report.name,
        cadence=cadence,
        audience=audience,
        addresses=lines(draft["addresses"]) if audience is Audience.ADDRESSES else (),
        options={
            option.name: int(draft[f"{OPTION}{report.name} {option.name}"])
            for option in report.options
            if draft.get(f"{OPTION}{report.name} {option.name}") not in (None, option.usual)
        },
        filters=others | {name: tuple(draft[name]) for name in FILTERS if draft[name]},
        scope=replace(
            scope,
            everything=not (draft["see_departments"] or draft["see_sites"] or scope.users),
            departments=tuple(draft["see_departments"]),
            sites=tuple(draft["see_sites"]),
            mask_digits=int(draft["mask"]),
        ),
        period=draft["period"],
        format=draft["format"],
        locale=draft["locale"],
        missed=Missed(draft["missed"]),
        is_paused=before.is_paused if before else False,
        made_by=before.made_by if before else by,
    )
    try:
        checked(made)
    except InvalidInput as error:
        problems += error.problems
    if problems:
        raise InvalidInput(problems)
    return made


def lines(text: str) -> tuple[str, ...]:
    """Entries of a field of several lines; commas and semicolons part them too."""
    return tuple(dict.fromkeys(part.strip() for part in re.split(r"[\n,;]", text) if part.strip()))


def _cadence(draft: Mapping[str, Any]) -> Cadence:
    every = Every(draft["every"])
    return Cadence(
        every,
        at=draft["at"],
        zone=draft["zone"],
        weekday=int(draft["weekday"]),
        month_day=int(draft["month_day"]),
        holidays=draft["holidays"].strip() if every is Every.WORKDAY else "",
        cron=draft["cron"].strip() if every is Every.CRON else "",
    )


def _reason(error: Exception) -> str:
    """Unknown zones are told by the key that was not found alone."""
    return str(error.args[0]) if error.args else str(error)
