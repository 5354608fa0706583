"""Reads users.csv, merges people into it, and puts the new one in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.directory.places import site_problems
from pipeline.directory.tables import SITES, SITES_OPTIONAL, USERS, USERS_OPTIONAL
from pipeline.directory.users import checked_users
from pipeline.people.document import Document
from pipeline.people.entries import Entry
from pipeline.people.merge import merge
from pipeline.people.merged import Merged, Step
from pipeline.people.replace import content, encoded, replace_table
from pipeline.people.settings import Fields, PeopleSettings
from pipeline.people.understand import understand
from pipeline.tables import Table, parse_table, read_table, read_text
from warehouse.errors import InvalidInput, Problem, Unavailable
from warehouse.home import Home

FEW = 5
"""So many may leave at once, however small the company, but never all of it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do."""

    merged: Merged
    before: bytes
    """users.csv as it was read."""
    after: bytes
    problems: tuple[Problem, ...]
    """What was left out, and why."""
    refusal: str | None
    """Why nothing may be written."""

    @property
    def changes_anything(self) -> bool:
        return self.before != self.after


def plan(
    home: Home,
    entries: Sequence[Entry],
    fields: Fields,
    settings: PeopleSettings,
    day: Callable[[Sequence[str]], date],
    max_leavers_percent: float | None = None,
) -> Plan:
    """What entries of the other side would make of users.csv.

    Args:
        home: Whose users.csv and sites.csv; what is wrong with them is raised as `InvalidInput`.
        entries: As read.
        fields: Which names stand for what.
        settings: What may be done.
        day: From which day on changes hold, given the time zones of all sites.
        max_leavers_percent: Instead of that of the settings.
    """
    sites, problems = _sites(home)
    names = sites.rows["site"].drop_nulls().to_list()
    before = content(home.users)
    text = read_text(home.users)
    _checked(home.users.name, text, names, problems)
    people, left_out = understand(entries, fields, settings, sites.rows)
    merged = merge(Document(text), people, fields, settings, day(sites.rows["time_zone"].to_list()))
    after = merged.document.text()
    _checked(home.users.name, after, names, [])
    limit = settings.max_leavers_percent if max_leavers_percent is None else max_leavers_percent
    return Plan(
        merged,
        before,
        encoded(after, before),
        (*left_out, *merged.problems),
        _refusal(merged, sum(not person.has_left for person in people), limit),
    )


def carry_out(planned: Plan, home: Home, now: datetime) -> Path | None:
    """Writes users.csv and keeps the former one beside it; gives the path of that.

    None where there is nothing to change. Raises `Unavailable` where it must not be written.
    """
    if planned.refusal is not None:
        raise Unavailable(planned.refusal)
    if not planned.changes_anything:
        return None
    return replace_table(home.users, planned.before, planned.after, now)


def today_everywhere(now: datetime) -> Callable[[Sequence[str]], date]:
    """The day that it is by `now` at the site furthest east: elsewhere it has not begun to pass."""
    return lambda zones: max(
        (now.astimezone(ZoneInfo(zone)).date() for zone in zones), default=now.date()
    )


def _refusal(merged: Merged, people: int, limit: float) -> str | None:
    leavers = len(merged.of(Step.LEFT))
    if not leavers:
        return None
    few = FEW if leavers < merged.present else 0
    if people and (leavers <= few or leavers * 100 <= merged.present * limit):
        return None
    if not people and limit >= 100:
        return None
    told = "no one at all was read" if not people else f"the limit is {limit:g} %"
    return (
        f"{leavers:,} of {merged.present:,} people would leave, and {told}: nothing was written. "
        "See with --dry-run whether the answer was whole; if so, say --max-leavers 100"
    )


def _sites(home: Home) -> tuple[Table, list[Problem]]:
    sites = read_table(home.sites, required=SITES, optional=SITES_OPTIONAL, notes=True)
    return sites, list(site_problems(sites))


def _checked(name: str, text: str, sites: Sequence[str], problems: list[Problem]) -> None:
    table = parse_table(name, text, required=USERS, optional=USERS_OPTIONAL, notes=True)
    checked_users(table, sites, problems)
    if problems:
        raise InvalidInput(problems)
