"""The one source of the current time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the current instant, aware and in UTC."""


def system_clock() -> datetime:
    """The machine's clock, in UTC."""
    return datetime.now(UTC)


def fixed_clock(instant: datetime) -> Clock:
    """A clock that stands still at an aware instant: for replays, demonstrations and tests."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no time zone")
    frozen = instant.astimezone(UTC)
    return lambda: frozen
