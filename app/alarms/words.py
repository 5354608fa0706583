"""What an alarm watches for, in words."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
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
from app.format import ENGLISH, Style, counted, number
from app.format import words as stored

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
_STORED: Final = frozenset({"call_types", "directions", "outcomes"})
"""Lists of calls that hold words and no names."""


def in_words(watched: SingleCall | Counter | Operation | Unusual, style: Style = ENGLISH) -> str:
    """One line."""
    if isinstance(watched, SingleCall):
        return _call(watched, style)
    if isinstance(watched, Counter):
        return _counter(watched, style)
    if isinstance(watched, Operation):
        return style.say(TROUBLES[watched.trouble]).format(_amount(watched.amount, style))
    return style.say(
        "calls unlike those of the last {weeks} of each {what}",
        weeks=counted(watched.weeks, "week", style),
        what=_word(watched.per, style),
    )


def window_in_words(watched: Counter, style: Style = ENGLISH) -> str:
    """The length of what is looked at together."""
    if watched.window is Window.SLIDING:
        return counted(watched.minutes or 0, "minute", style)
    return _word(watched.window, style)


def _call(watched: SingleCall, style: Style) -> str:
    named: dict[str, Iterable[str]] = {
        style.say("number"): watched.numbers,
        style.say("destination"): watched.destinations,
        style.say("type"): [_word(one, style) for one in watched.call_types],
        style.say("person"): watched.people,
        style.say("department"): watched.departments,
        style.say("trunk"): watched.gateways,
        style.say("direction"): [_word(one, style) for one in watched.directions],
    }
    found = [f"{name} {_either(values, style)}" for name, values in named.items() if values]
    if watched.emergency is not None:
        found.append(style.say("emergency" if watched.emergency else "no emergency"))
    if watched.min_cost is not None:
        found.append(style.say("cost from {amount}", amount=_amount(watched.min_cost, style)))
    if watched.min_talk_s is not None:
        found.append(style.say("talk from {seconds} s", seconds=number(watched.min_talk_s, style)))
    if watched.within is not None:
        found.append(style.say("within {hours}", hours=hours_in_words(watched.within, style)))
    if watched.outside is not None:
        found.append(style.say("outside {hours}", hours=hours_in_words(watched.outside, style)))
    both = style.say("or" if watched.any_of else "and")
    return style.say("a call with {conditions}", conditions=f" {both} ".join(found))


def hours_in_words(hours: Hours, style: Style = ENGLISH) -> str:
    """As in 08:00–18:00 Mon Tue."""
    days = (
        ""
        if len(hours.weekdays) == 7
        else " " + " ".join(style.say(_WEEKDAYS[day - 1]) for day in hours.weekdays)
    )
    return f"{hours.begin:%H:%M}–{hours.end:%H:%M}{days}"


def _counter(watched: Counter, style: Style) -> str:
    is_sliding = watched.window is Window.SLIDING
    words = style.say(
        "{figure} within {window}" if is_sliding else "{figure} of a {window}",
        figure=style.say(MEASURES[watched.measure]),
        window=window_in_words(watched, style),
    )
    compared = style.say(_COMPARED[watched.compare]).format(_amount(watched.amount, style))
    before = ""
    if watched.compare not in (Compare.ABOVE, Compare.BELOW):
        is_weekday = watched.against == "weekday"
        before = " " + style.say("on the week before" if is_weekday else "on the one before")
    further = [
        f"{_word(name, style)} "
        + _either((_word(one, style) if name in _STORED else one for one in values), style)
        for name, values in watched.filters.items()
    ]
    if watched.per is not Per.ALL:
        further.insert(0, style.say("each {what}", what=_word(watched.per, style)))
    if watched.measure in SHARES:
        calls = counted(watched.least_calls, "call", style)
        further.append(style.say("from {calls} on", calls=calls))
    return ", ".join((f"{words} {compared}{before}", *further))


def _amount(amount: Decimal, style: Style) -> str:
    """With the places that it was written with."""
    return number(amount, style, max(-int(amount.as_tuple().exponent), 0))


def _word(value: str, style: Style) -> str:
    return stored(value, style).lower()


def _either(values: Iterable[str], style: Style) -> str:
    return f" {style.say('or')} ".join(values)
