"""How findings speak of amounts."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

_UNITS = (
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
    (timedelta(minutes=1), "minute"),
    (timedelta(seconds=1), "second"),
)


def lasting(duration: timedelta) -> str:
    """A duration in its largest whole unit, as `3 days`; the sign is dropped."""
    length = abs(duration)
    for unit, name in _UNITS:
        if length >= unit:
            return counted(length // unit, name)
    return counted(0, "second")


def counted(number: int, noun: str) -> str:
    """`1 row`, `1,200 rows`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def share(part: int, whole: int) -> str:
    """`12.5 %`."""
    return f"{100 * part / whole if whole else 0:.1f} %"


def total(rows: pl.DataFrame, column: str) -> int:
    """The sum of a column of counts."""
    return int(rows[column].sum())
