"""Instants as the simulator counts them: whole milliseconds of UTC since 1970."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache

SECOND = 1_000
MINUTE = 60_000
HOUR = 3_600_000
DAY = 86_400_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_NEAREST_TICK = (0, 0, 3, 3, 3, 7, 7, 7, 7, 10)
"""Last digit of a millisecond → where SQL Server's `datetime` (1/300 s) shows it."""


def millis(instant: datetime) -> int:
    """The milliseconds of an aware instant; finer parts are cut off."""
    return (instant - EPOCH) // timedelta(milliseconds=1)


def moment(at: int) -> datetime:
    return EPOCH + timedelta(milliseconds=at)


def midnight(day: date) -> int:
    """Start of a UTC day."""
    return (day.toordinal() - EPOCH.toordinal()) * DAY


def day_of(at: int) -> date:
    """The UTC day of an instant."""
    return date.fromordinal(EPOCH.toordinal() + at // DAY)


def tick(at: int) -> int:
    """The nearest instant that a `datetime` column can hold: it ends in 0, 3 or 7 ms."""
    return at - at % 10 + _NEAREST_TICK[at % 10]


@cache
def _clock_texts() -> tuple[str, ...]:
    return tuple(
        f"{hour:02}:{minute:02}:{second:02}"
        for hour in range(24)
        for minute in range(60)
        for second in range(60)
    )


@cache
def _day_text(number: int) -> str:
    return day_of(number * DAY).isoformat()


@lru_cache(maxsize=256)
def stamp(at: int) -> str:
    """`YYYY-MM-DD HH:MM:SS.mmm`, as the embedded database keeps a `datetime`."""
    number, rest = divmod(at, DAY)
    second, fraction = divmod(rest, SECOND)
    return f"{_day_text(number)} {_clock_texts()[second]}.{fraction:03}"


def leg_id(table: str, at: int, seq: int) -> str:
    """The stable key of a leg: `S` or `C`, the time of its session id, and its sequence."""
    compact = stamp(at).replace("-", "").replace(":", "").replace(" ", "T")
    return f"{table}{compact}-{seq}"
