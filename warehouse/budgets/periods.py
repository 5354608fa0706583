"""Days, weeks and months of budgets. Days are local days of calls: clocks do not move them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Literal

Period = Literal["day", "week", "month"]
"""Weeks begin on Monday."""


def first_of(period: Period, day: date) -> date:
    """The first day of the period that a day lies in."""
    if period == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if period == "week" else day


def following(period: Period, first: date) -> date:
    """The first day of the period after the one that begins with `first`."""
    if period == "month":
        return (first + timedelta(days=31)).replace(day=1)
    return first + timedelta(days=7 if period == "week" else 1)


def firsts_between(period: Period, day: date, last: date) -> Iterator[date]:
    """The first days of all periods from that of `day` to that of `last`."""
    first = first_of(period, day)
    while first <= last:
        yield first
        first = following(period, first)


def days_of(period: Period, firsts: Iterable[date]) -> Iterator[tuple[Period, date, date]]:
    """The period, its first day, and the day, for each day of some periods."""
    for first in firsts:
        for ahead in range((following(period, first) - first).days):
            yield period, first, first + timedelta(days=ahead)
