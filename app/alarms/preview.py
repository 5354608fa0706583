"""What an alarm would have found, had it been watching: nothing of it is kept or told."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.alarms.event import Event
from app.alarms.judge import Judge, Look, apart
from app.alarms.rule import Rule
from app.alarms.watched import Operation, Unusual
from warehouse.snapshot import Snapshot


def can_look_back(rule: Rule) -> bool:
    """Whether the past can be asked: nobody knows any more which disk was full then."""
    return not isinstance(rule.watched, Operation)


def would_have_found(snapshot: Snapshot, rule: Rule, now: datetime, days: int) -> list[Event]:
    """What a rule on calls crosses in the last `days` days up to `now`, the oldest first.

    Each crossing once, as it would have been found; quiet time only says which of them are told
    together. Days are those of the rule's zone.
    """
    zone = ZoneInfo(rule.zone)
    today = now.astimezone(zone).date()
    first = today - timedelta(days=days - 1)
    since = datetime.combine(first, time(), zone).astimezone(UTC)
    asked = [first + timedelta(days=step) for step in range(days)]
    judge = Judge()
    if isinstance(rule.watched, Unusual):
        # What is usual was learnt anew each day, from what lay before it.
        found = [
            event
            for day in asked
            for event in judge.crossings(
                Look(snapshot, _noon(day)), rule, since, frozenset([day]), since
            )
        ]
    else:
        found = judge.crossings(Look(snapshot, now), rule, since, frozenset(asked), since)
    return _each_once(found, apart(rule))


def _each_once(found: list[Event], length: timedelta) -> list[Event]:
    kept: dict[str, Event] = {}
    last: dict[str, datetime] = {}
    for event in sorted(found, key=lambda one: (one.at, one.key)):
        before = last.get(event.subject)
        is_seen_again = length and before is not None and event.at - before <= length
        if event.key in kept or is_seen_again:
            continue
        kept[event.key] = event
        last[event.subject] = event.at
    return list(kept.values())


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
