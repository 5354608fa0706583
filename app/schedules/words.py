"""A schedule in words."""

from __future__ import annotations

from typing import Final

from app.format import ENGLISH, Style
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


def when_in_words(cadence: Cadence, style: Style = ENGLISH) -> str:
    """As in: every mon at 06:00 (Europe/Rome)."""
    at = cadence.cron if cadence.every is Every.CRON else f"{cadence.at:%H:%M}"
    day = {
        Every.DAY: style.say("every day"),
        Every.WORKDAY: style.say("every workday"),
        Every.WEEK: style.say("every {weekday}", weekday=style.say(WEEKDAYS[cadence.weekday - 1])),
        Every.MONTH: style.say("on day {day} of the month", day=cadence.month_day),
        Every.CRON: "",
    }[cadence.every]
    return f"{day} {style.say('at {time} ({zone})', time=at, zone=cadence.zone)}".lstrip()


def whom_in_words(schedule: Schedule, style: Style = ENGLISH) -> str:
    """Who gets it."""
    return {
        Audience.ADDRESSES: ", ".join(schedule.addresses),
        Audience.HEADS: style.say("each head of department"),
        Audience.PEOPLE: style.say("everybody with calls"),
    }[schedule.audience]


def in_words(schedule: Schedule) -> str:
    """When, to whom and as what."""
    when = when_in_words(schedule.cadence)
    return f"{when} to {whom_in_words(schedule)} as {schedule.format}"


def about_in_words(schedule: Schedule, style: Style = ENGLISH) -> str:
    """Which period a mail is about."""
    if schedule.period:
        return style.say(Preset(schedule.period).label).lower()
    return style.say(_FINISHED[schedule.cadence.every])
