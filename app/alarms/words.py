"""What an alarm watches for, in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from app.alarms.watched import (
    SHARES,
    Compare,
    Counter,
    Hours,
    Measure,
    Operation,
    Per,
    SingleCall,
    Trouble,
    Unusual,
    Window,
)

_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MEASURES: Final = {
    Measure.COST: "cost",
    Measure.CALLS: "calls",
    Measure.MINUTES: "minutes",
    Measure.LOST_SHARE: "percent lost",
    Measure.ASR: "percent answered",
    Measure.ALOC: "average seconds of answered calls",
    Measure.CONCURRENT: "calls at once",
}
_COMPARED: Final = {
    Compare.ABOVE: "above {}",
    Compare.BELOW: "below {}",
    Compare.RISE: "up by more than {}",
    Compare.FALL: "down by more than {}",
    Compare.RISE_PERCENT: "up by more than {} %",
    Compare.FALL_PERCENT: "down by more than {} %",
}
TROUBLES: Final = {
    Trouble.SILENT: "no new call for {} minutes in office hours",
    Trouble.SOURCE_DOWN: "a source that cannot be read for {} minutes",
    Trouble.BEHIND: "a source that will soon remove what was not read",
    Trouble.STOPPED: "a process that has ended",
    Trouble.REJECTED: "{} or more call files with rows put aside",
    Trouble.UNRATED: "more than {} % of the outbound calls without a price",
    Trouble.TARIFF_ENDS: "a tariff whose last price ends within {} days",
    Trouble.MIRROR_BEHIND: "a mirror that is behind for {} minutes",
    Trouble.JOB_MISSED: "a report or the scheduler itself overdue for {} minutes",
    Trouble.DISK_LOW: "less than {} GB free",
    Trouble.MAILS_FAILED: "{} or more mails or messages that failed in a day",
}
UNITS: Final = {
    Trouble.SILENT: "minutes",
    Trouble.SOURCE_DOWN: "minutes",
    Trouble.REJECTED: "files",
    Trouble.UNRATED: "percent",
    Trouble.TARIFF_ENDS: "days",
    Trouble.MIRROR_BEHIND: "minutes",
    Trouble.JOB_MISSED: "minutes",
    Trouble.DISK_LOW: "gigabytes",
    Trouble.MAILS_FAILED: "mails",
}
"""What the amounts of troubles are in; the others have none."""


def in_words(watched: SingleCall | Counter | Operation | Unusual) -> str:
    """One line."""
    if isinstance(watched, SingleCall):
        return _call(watched)
    if isinstance(watched, Counter):
        return _counter(watched)
    if isinstance(watched, Operation):
        return TROUBLES[watched.trouble].format(watched.amount)
    return f"calls unlike those of the last {watched.weeks} weeks of each {watched.per}"


def window_in_words(watched: Counter) -> str:
    """The length of what is looked at together."""
    return f"{watched.minutes} minutes" if watched.window is Window.SLIDING else watched.window


def _call(watched: SingleCall) -> str:
    named: dict[str, Iterable[str]] = {
        "number": watched.numbers,
        "destination": watched.destinations,
        "type": watched.call_types,
        "person": watched.people,
        "department": watched.departments,
        "trunk": watched.gateways,
        "direction": watched.directions,
    }
    found = [f"{name} {' or '.join(values)}" for name, values in named.items() if values]
    if watched.emergency is not None:
        found.append("emergency" if watched.emergency else "no emergency")
    if watched.min_cost is not None:
        found.append(f"cost from {watched.min_cost}")
    if watched.min_talk_s is not None:
        found.append(f"talk from {watched.min_talk_s} s")
    if watched.within is not None:
        found.append(f"within {hours_in_words(watched.within)}")
    if watched.outside is not None:
        found.append(f"outside {hours_in_words(watched.outside)}")
    return f"a call with {(' or ' if watched.any_of else ' and ').join(found)}"


def hours_in_words(hours: Hours) -> str:
    """As in 08:00–18:00 Mon Tue."""
    days = (
        ""
        if len(hours.weekdays) == 7
        else " " + " ".join(_WEEKDAYS[day - 1] for day in hours.weekdays)
    )
    return f"{hours.begin:%H:%M}–{hours.end:%H:%M}{days}"


def _counter(watched: Counter) -> str:
    words = f"{MEASURES[watched.measure]} of a {window_in_words(watched)}"
    if watched.window is Window.SLIDING:
        words = f"{MEASURES[watched.measure]} within {window_in_words(watched)}"
    compared = _COMPARED[watched.compare].format(watched.amount)
    before = ""
    if watched.compare not in (Compare.ABOVE, Compare.BELOW):
        before = " on the week before" if watched.against == "weekday" else " on the one before"
    per = "" if watched.per is Per.ALL else f", each {watched.per}"
    least = f", from {watched.least_calls} calls on" if watched.measure in SHARES else ""
    chosen = "".join(
        f", {name.replace('_', ' ')} {' or '.join(values)}"
        for name, values in watched.filters.items()
    )
    return f"{words} {compared}{before}{per}{chosen}{least}"
