"""A schedule in words."""

from __future__ import annotations

from typing import Final

from app.periods import Preset
from app.schedules.cadence import Cadence, Every
from app.schedules.schedule import Audience, Schedule

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FINISHED: Final = {
    Every.DAY: "the day before",
    Every.WORKDAY: "everything since the workday before",
    Every.WEEK: "the week before",
    Every.MONTH: "the month before",
    Every.CRON: "the day before",
}


def when_in_words(cadence: Cadence) -> str:
    """As in: every mon at 06:00 (Europe/Rome)."""
    at = f"at {cadence.at:%H:%M} ({cadence.zone})"
    return {
        Every.DAY: f"every day {at}",
        Every.WORKDAY: f"every workday {at}",
        Every.WEEK: f"every {WEEKDAYS[cadence.weekday - 1]} {at}",
        Every.MONTH: f"on day {cadence.month_day} of the month {at}",
        Every.CRON: f"at {cadence.cron} ({cadence.zone})",
    }[cadence.every]


def whom_in_words(schedule: Schedule) -> str:
    """Who gets it."""
    return {
        Audience.ADDRESSES: ", ".join(schedule.addresses),
        Audience.HEADS: "each head of department",
        Audience.PEOPLE: "everybody with calls",
    }[schedule.audience]


def in_words(schedule: Schedule) -> str:
    """When, to whom and as what."""
    when = when_in_words(schedule.cadence)
    return f"{when} to {whom_in_words(schedule)} as {schedule.format}"


def about_in_words(schedule: Schedule) -> str:
    """Which period a mail is about."""
    if schedule.period:
        return Preset(schedule.period).label.lower()
    return _FINISHED[schedule.cadence.every]
