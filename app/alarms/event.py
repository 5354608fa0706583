"""Something that people are to be told of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class CallKey:
    """Where a call is found."""

    source: str
    call_id: str
    day: date


@dataclass(frozen=True, slots=True)
class Event:
    """A line that was crossed, whoever watches it."""

    key: str
    """The same for the same crossing, whenever and however often it is seen."""
    subject: str
    """Whom or what it is about: quiet time and acknowledgement hold for it alone."""
    at: datetime
    """When it happened, in UTC."""
    title: str
    """One line."""
    words: str
    """What was found, and why it is told."""
    calls: tuple[CallKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told of an event, and how often."""

    addresses: tuple[str, ...] = ()
    webhooks: tuple[str, ...] = ()
    """By the names that they have in the settings."""
    quiet_minutes: int = 0
    """For so long after one event of a subject, the next ones wait to be told with a later one."""
