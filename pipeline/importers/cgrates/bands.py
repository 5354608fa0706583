"""Timings of CGRateS, which have a start only → bands of the week that do not overlap by chance.

Among the timings that hold on a day the heavier wins; among equal ones the one that began last, so
that each ends where the next begins, or at midnight.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.importers.amounts import CellError
from pipeline.importers.cgrates.plan import Record

_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOLIDAY = 7
"""Stands beside the days of the week, 0 for Monday to 6."""
_MIDNIGHT = 24 * 60
_ANY = frozenset({"", "*any", "*always"})


@dataclass(frozen=True, slots=True)
class Timing:
    """Days of the week (0 is Monday) or certain dates, and the minute at which it begins."""

    days: frozenset[int]
    start: int
    dates: frozenset[date] = frozenset()


ALWAYS = Timing(frozenset(range(7)), 0)
ALWAYS_NAMES = _ANY


@dataclass(frozen=True, slots=True)
class Band:
    """What `tariffs.csv` says of one entry: `entry` is its place among those given."""

    entry: int
    days: str
    from_time: str
    to_time: str
    weight: int


@dataclass(frozen=True, slots=True)
class Clash:
    """An entry that was left out where another may hold: CGRateS itself does not say which."""

    entry: int
    other: int


def read_timing(record: Record, holiday_years: Iterable[int]) -> Timing:
    """The timing of a row; raises `CellError`."""
    start = _minute(record["Time"])
    fields = (record["Years"], record["Months"], record["MonthDays"])
    if all(text in _ANY for text in fields):
        return Timing(_weekdays(record["WeekDays"]), start)
    if record["WeekDays"] not in _ANY:
        raise CellError(
            "days of the week within certain months or years",
            "Give the prices of those months their own valid_from and valid_to.",
        )
    return Timing(frozenset({_HOLIDAY}), start, _dates(*fields, holiday_years))


def bands(entries: Sequence[tuple[Timing, int]]) -> tuple[list[Band], list[Clash]]:
    """The bands of timings with weights that price the same prefix.

    Only bands of different weight overlap.
    """
    found: dict[tuple[int, int, int], set[int]] = defaultdict(set)
    clashes: list[Clash] = []
    for weight in sorted({weight for _, weight in entries}):
        equal = [at for at, (_, own) in enumerate(entries) if own == weight]
        special = [at for at in equal if _HOLIDAY in entries[at][0].days]
        if special and len(special) < len(equal):
            equal = [at for at in equal if at not in special]
            clashes += [Clash(at, equal[0]) for at in special]
        for day in range(_HOLIDAY + 1):
            held = sorted(
                (at for at in equal if day in entries[at][0].days),
                key=lambda at: entries[at][0].start,
            )
            for nth, at in enumerate(held):
                following = held[nth + 1 : nth + 2]
                start = entries[at][0].start
                end = entries[following[0]][0].start if following else _MIDNIGHT
                if start < end:
                    found[at, start, end].add(day)
                else:
                    clashes.append(Clash(at, following[0]))
    return [
        Band(at, _days_text(days), _time_text(start), _time_text(end), entries[at][1])
        for (at, start, end), days in found.items()
    ], list(dict.fromkeys(clashes))


def _minute(text: str) -> int:
    start, _, end = text.partition(";")
    found = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::00)?", start)
    if end or found is None:
        raise CellError(
            "must be the time of day, in whole minutes, at which the timing begins",
            "Write 08:00:00; CGRateS ends it where the next timing begins.",
        )
    return 60 * int(found[1]) + int(found[2])


def _weekdays(text: str) -> frozenset[int]:
    if text in _ANY:
        return ALWAYS.days
    # 1 is Monday, and Sunday is both 0 and 7.
    return frozenset((number - 1) % 7 for number in _numbers(text, range(8)))


def _numbers(text: str, allowed: range) -> list[int]:
    found = [int(part) if re.fullmatch(r"[0-9]{1,4}", part) else -1 for part in text.split(";")]
    if any(number not in allowed for number in found):
        raise CellError(
            "must be *any or numbers with semicolons between them",
            f"Write whole numbers from {allowed[0]} to {allowed[-1]}.",
        )
    return found


def _dates(years: str, months: str, days: str, holiday_years: Iterable[int]) -> frozenset[date]:
    if months in _ANY or days in _ANY:
        raise CellError(
            "whole months or years, or a day of every month",
            "Give the prices of that time their own valid_from and valid_to.",
        )
    in_years = list(holiday_years) if years in _ANY else _numbers(years, range(1900, 2200))
    if not in_years:
        raise CellError(
            "a day of every year", "Name the years to write it out for in holiday_years."
        )
    found = set()
    for year in in_years:
        for month in _numbers(months, range(1, 13)):
            for day in _numbers(days, range(1, 32)):
                try:
                    found.add(date(year, month, day))
                except ValueError:
                    continue  # 29 February is no day of most years.
    return frozenset(found)


def _days_text(days: set[int]) -> str:
    if days == {_HOLIDAY}:
        return "holiday"
    if days == ALWAYS.days:
        return "*"
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(
        f"{_WEEK[run[0]]}-{_WEEK[run[-1]]}" if len(run) > 2 else ",".join(_WEEK[d] for d in run)
        for run in runs
    )


def _time_text(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
