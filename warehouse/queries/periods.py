"""The period that another one is compared with."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Literal

Earlier = Literal["previous", "last_year"] | tuple[date, date]


def earlier_period(first: date, last: date, earlier: Earlier) -> tuple[date, date]:
    """First and last day of the period to compare with; both ends are inclusive.

    `previous`: as many days just before; whole months with as many months. `last_year`: the same
    dates, of a leap day the 28th.
    """
    if isinstance(earlier, tuple):
        return earlier
    whole_months = first.day == 1 and last.day == monthrange(last.year, last.month)[1]
    if earlier == "last_year":
        end = _months_before(last, 12)
        return _months_before(first, 12), _end_of_month(end) if whole_months else end
    before = first - timedelta(days=1)
    if whole_months:
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        return _months_before(first, months), before
    return first - (last - first) - timedelta(days=1), before


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
