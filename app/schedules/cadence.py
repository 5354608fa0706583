"""When something falls due, and which period it is about: pure, by the clock of its owner.

A time of day that a night of 23 hours leaves out is taken an hour later; one that comes twice in a
night of 25 hours is taken the first time.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger  # type: ignore[import-untyped]
from holidays import HolidayBase, country_holidays

from app.periods import Preset, named

_WEEK = 7
_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)
_WEEKDAYS = 5
"""From Monday."""


class Every(StrEnum):
    """How often."""

    DAY = "day"
    WORKDAY = "workday"
    """From Monday to Friday, but not on holidays."""
    WEEK = "week"
    MONTH = "month"
    CRON = "cron"


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often, and when on such a day."""

    every: Every
    at: time = time(6)
    zone: str = "UTC"
    weekday: int = 1
    """Of `WEEK`: 1 is Monday."""
    month_day: int = 1
    """Of `MONTH`: in shorter months the last day stands for those that they lack."""
    holidays: str = ""
    """Of `WORKDAY`: a country, or a part of one (`DE/BW`)."""
    cron: str = ""
    """Of `CRON`: minute, hour, day, month, weekday; weekdays by name (`mon-fri`)."""

    def __post_init__(self) -> None:
        ZoneInfo(self.zone)
        if not 1 <= self.weekday <= _WEEK:
            raise ValueError(f"weekday {self.weekday}: 1 is Monday, 7 is Sunday")
        if not 1 <= self.month_day <= 31:
            raise ValueError(f"day {self.month_day} is in no month")
        if self.holidays:
            _feasts(self.holidays)
        if self.every is Every.CRON:
            fields = self.cron.split()
            # Cron counts weekdays from Sunday, the library from Monday.
            if len(fields) == 5 and any(sign.isdigit() for sign in fields[4]):
                raise ValueError(f"{self.cron!r}: write weekdays by name, as in mon-fri")
            _trigger(self.cron)


def dues(cadence: Cadence, after: datetime, until: datetime) -> Iterator[datetime]:
    """The instants (UTC) at which something falls due, later than `after` and up to `until`."""
    moments = _by_cron if cadence.every is Every.CRON else _by_day
    for at in moments(cadence, after, until):
        if after < at <= until:
            yield at


def period(cadence: Cadence, due: datetime, preset: str = "") -> tuple[date, date]:
    """First and last day that a mail due then is about.

    The named period as of that day; else the last that is over: the day or week or month before, of
    workdays all days since the one before. Crons are about the day before.
    """
    today = due.astimezone(ZoneInfo(cadence.zone)).date()
    if preset:
        chosen = named(Preset(preset), today)
        return chosen.first, chosen.last
    if cadence.every is Every.WEEK:
        chosen = named(Preset.LAST_WEEK, today)
    elif cadence.every is Every.MONTH:
        chosen = named(Preset.LAST_MONTH, today)
    else:
        chosen = named(Preset.YESTERDAY, today)
    if cadence.every is Every.WORKDAY:
        first = chosen.first
        while not _is_workday(first, cadence.holidays):
            first -= _DAY
        return first, chosen.last
    return chosen.first, chosen.last


def _by_day(cadence: Cadence, after: datetime, until: datetime) -> Iterator[datetime]:
    zone = ZoneInfo(cadence.zone)
    day = after.astimezone(zone).date() - _DAY
    last = until.astimezone(zone).date()
    while day <= last:
        if _falls_on(cadence, day):
            yield datetime.combine(day, cadence.at, zone).astimezone(UTC)
        day += _DAY


def _falls_on(cadence: Cadence, day: date) -> bool:
    if cadence.every is Every.WEEK:
        return day.isoweekday() == cadence.weekday
    if cadence.every is Every.MONTH:
        return day.day == min(cadence.month_day, monthrange(day.year, day.month)[1])
    return cadence.every is Every.DAY or _is_workday(day, cadence.holidays)


def _is_workday(day: date, place: str) -> bool:
    return day.weekday() < _WEEKDAYS and not (place and day in _feasts(place))


@lru_cache(maxsize=64)
def _feasts(place: str) -> HolidayBase:
    country, _, part = place.partition("/")
    try:
        return country_holidays(country, subdiv=part or None)
    except NotImplementedError:
        raise ValueError(f"{place!r} is no country or part of one: write IT or DE/BW") from None


def _by_cron(cadence: Cadence, after: datetime, until: datetime) -> Iterator[datetime]:
    """By the clock of the place as if it never changed: over a change the library loses days."""
    zone = ZoneInfo(cadence.zone)
    trigger = _trigger(cadence.cron)
    clock = (after - _DAY).astimezone(zone).replace(tzinfo=UTC)
    end = (until + _DAY).astimezone(zone).replace(tzinfo=UTC)
    before = None
    while (shown := trigger.get_next_fire_time(None, clock)) is not None and shown <= end:
        at = shown.replace(tzinfo=zone).astimezone(UTC)
        if at != before:
            yield at
        before, clock = at, shown + _INSTANT


@lru_cache(maxsize=64)
def _trigger(cron: str) -> CronTrigger:
    try:
        return CronTrigger.from_crontab(cron, UTC)
    except ValueError as error:
        raise ValueError(f"{cron!r} is no cron: {error}") from None
