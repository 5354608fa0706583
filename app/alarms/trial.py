"""A message that tries out whether those whom an alarm tells can be reached."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from app.alarms.desk import Desk
from app.alarms.event import Event
from app.alarms.rule import Rule
from app.alarms.words import in_words

ORIGIN: Final = "test of alarm"


def tell_trial(desk: Desk, number: int, rule: Rule, now: datetime) -> None:
    """Has all whom the alarm of a number tells be told that somebody tries it."""
    event = Event(
        key=f"test {now.isoformat()}",
        subject="test",
        at=now,
        title=f"Test of {rule.name}",
        words=f"Somebody tries out whether this arrives. {rule.name} watches for "
        f"{in_words(rule.watched)}.",
    )
    desk.tell(f"{ORIGIN} {number}", rule.told, [event], now, number)
