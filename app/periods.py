"""Periods that people choose, and the period that each is compared with."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

WEEK = 7
_WEEKS_OF_A_YEAR = 52


class Preset(StrEnum):
    """A period by its name, which stands in links: they stay current. The first is the usual."""

    LAST_30_DAYS = "last-30-days"
    LAST_7_DAYS = "last-7-days"
    TODAY = "today"
    YESTERDAY = "yesterday"
    THIS_WEEK = "this-week"
    LAST_WEEK = "last-week"
    THIS_MONTH = "this-month"
    LAST_MONTH = "last-month"
    THIS_QUARTER = "this-quarter"
    LAST_QUARTER = "last-quarter"
    THIS_YEAR = "this-year"
    LAST_YEAR = "last-year"
    CUSTOM = "custom"

    @property
    def label(self) -> str:
        return self.value.replace("-", " ").capitalize()


class Compared(StrEnum):
    """What a period is compared with."""

    PREVIOUS = "previous"
    YEAR = "year"
    """The same of the year before."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole local days, both ends included; what it is compared with lies so far back."""

    first: date
    last: date
    months_back: int = 0
    days_back: int = 0

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def named(preset: Preset, today: date) -> Period:
    """The period that a preset means on a day; those that still run end today.

    Weeks begin on Monday. `CUSTOM` means nothing by itself: `custom` makes its periods.
    """
    day = timedelta(days=1)
    yesterday = today - day
    monday = today - timedelta(days=today.weekday())
    last_monday = monday - timedelta(days=WEEK)
    month = today.replace(day=1)
    quarter = months_before(month, (today.month - 1) % 3)
    year = today.replace(month=1, day=1)
    return {
        # The day before a Monday is no measure of it; the Monday before is.
        Preset.TODAY: Period(today, today, days_back=WEEK),
        Preset.YESTERDAY: Period(yesterday, yesterday, days_back=WEEK),
        Preset.LAST_7_DAYS: _last_days(7, today),
        Preset.LAST_30_DAYS: _last_days(30, today),
        Preset.THIS_WEEK: Period(monday, today, days_back=WEEK),
        Preset.LAST_WEEK: Period(last_monday, monday - day, days_back=WEEK),
        Preset.THIS_MONTH: Period(month, today, months_back=1),
        Preset.LAST_MONTH: Period(months_before(month, 1), month - day, months_back=1),
        Preset.THIS_QUARTER: Period(quarter, today, months_back=3),
        Preset.LAST_QUARTER: Period(months_before(quarter, 3), quarter - day, months_back=3),
        Preset.THIS_YEAR: Period(year, today, months_back=12),
        Preset.LAST_YEAR: Period(months_before(year, 12), year - day, months_back=12),
    }[preset]


def custom(first: date, last: date) -> Period:
    """Any days; from the first of a month to its end, or to a day within it, counts as months."""
    if first > last:
        first, last = last, first
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if first.day == 1 and (_ends_month(last) or months == 1):
        return Period(first, last, months_back=months)
    return Period(first, last, days_back=(last - first).days + 1)


def compared_with(period: Period, compared: Compared) -> Period:
    """The period that another is measured by."""
    return a_year_before(period) if compared is Compared.YEAR else previous(period)


def a_year_before(period: Period) -> Period:
    """The same dates of the year before; of single days and weeks the same weekdays."""
    if not period.months_back and period.days_back % WEEK == 0:
        back = timedelta(weeks=_WEEKS_OF_A_YEAR)
        return Period(period.first - back, period.last - back, days_back=period.days_back)
    last = months_before(period.last, 12)
    if _ends_month(period.last):
        last = last.replace(day=monthrange(last.year, last.month)[1])
    return Period(months_before(period.first, 12), last, period.months_back, period.days_back)


def previous(period: Period) -> Period:
    """What a period is compared with.

    The same number of days before; whole months with whole months, and a month, quarter or year
    that still runs with the same dates of the one before, as far as that one has them.
    """
    if not period.months_back:
        back = timedelta(days=period.days_back)
        return Period(period.first - back, period.last - back, days_back=period.days_back)
    first = months_before(period.first, period.months_back)
    last = months_before(period.last, period.months_back)
    if _ends_month(period.last) and months_before(period.first, -period.months_back) == (
        period.last + timedelta(days=1)
    ):
        last = period.first - timedelta(days=1)
    return Period(first, last, months_back=period.months_back)


def _last_days(days: int, today: date) -> Period:
    return Period(today - timedelta(days=days - 1), today, days_back=days)


def _ends_month(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last one where it has no such day."""
    count = day.year * 12 + day.month - 1 - months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
