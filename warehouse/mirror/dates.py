"""The days of whole years: what reports count by, also where nobody called."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from warehouse.mirror.tables import table


def calendar(first: int, last: int) -> pl.DataFrame:
    """Every day from the first to the last year, both included: the rows of `dates`."""
    begin, end = date(first, 1, 1), date(last, 12, 31)
    days = [begin + timedelta(days=step) for step in range((end - begin).days + 1)]
    return pl.DataFrame([_row(day) for day in days], table("dates").schema, orient="row")


def _row(day: date) -> tuple[object, ...]:
    week_year, week, weekday = day.isocalendar()
    return (
        *(day, day.year, (day.month + 2) // 3, day.month, _MONTHS[day.month]),
        *(week_year, week, weekday, _DAYS[weekday], weekday > 5),
    )


_MONTHS = (
    *("", "January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ("", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
