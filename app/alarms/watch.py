"""Looks at what is new, and keeps what crosses a line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from app.alarms import operation
from app.alarms.desk import Desk
from app.alarms.judge import Judge, Look, apart
from app.alarms.operation import Facts
from app.alarms.rule import Rule
from app.alarms.watched import Operation, SingleCall
from app.state.outbox import stamp
from warehouse.clock import Clock
from warehouse.errors import TollbookError
from warehouse.snapshot import Snapshot

_LOOKED_AT: Final = "at"
"""Beside the days of which marks are kept."""
_NOTED_EVERY: Final = timedelta(minutes=10)
"""Where nothing is new."""

log = structlog.get_logger()


class Watch:
    """Works on one desk."""

    def __init__(
        self,
        desk: Desk,
        snapshot: Callable[[], Snapshot],
        clock: Clock,
        facts: Callable[[], Facts] = Facts,
    ) -> None:
        """`facts` tells what is known of the operation now."""
        self._desk = desk
        self._snapshot = snapshot
        self._clock = clock
        self._facts = facts
        self._judge = Judge()

    def look(self) -> int:
        """Judges what is new for every alarm; gives the number of new events.

        An error of one alarm does not keep the others: it looks at the same again next time.
        """
        rules = {number: rule for number, rule in self._desk.rules().items() if not rule.is_paused}
        if not rules:
            return 0
        look: Look | None = None
        try:
            look = Look(self._snapshot(), self._clock())
        except TollbookError as error:
            log.warning("no_calls_to_watch", reason=str(error))
        found, facts, now = 0, cache(self._facts), self._clock()
        for number, rule in rules.items():
            try:
                if isinstance(rule.watched, Operation):
                    fresh = self._operation(number, rule, rule.watched, facts())
                else:
                    fresh = self._look_at(look, number, rule) if look else 0
            except TollbookError as error:
                log.warning("alarm_cannot_look", alarm=rule.name, reason=str(error))
                continue
            self._desk.end_quiet(origin(number), rule.told, now)
            if fresh:
                log.info("alarm_found", alarm=rule.name, events=fresh)
            found += fresh
        return found

    def _operation(self, number: int, rule: Rule, watched: Operation, facts: Facts) -> int:
        now = self._clock()
        wrong = operation.standing(watched, facts, now, ZoneInfo(rule.zone))
        return self._desk.tell_standing(origin(number), rule.told, wrong, now, number)

    def _look_at(self, look: Look, number: int, rule: Rule) -> int:
        since, seen = self._desk.progress(number)
        marks = look.marks(rule.scope)
        changed = frozenset(
            date.fromisoformat(day)
            for day, mark in marks.items()
            # A call of the instant itself may stand on the day before, by the clock of its place.
            if seen.get(day) != mark and date.fromisoformat(day) >= since.date() - timedelta(days=1)
        )
        last = datetime.fromisoformat(seen[_LOOKED_AT]) if _LOOKED_AT in seen else since
        known: set[str] = set()
        if changed and isinstance(rule.watched, SingleCall):
            recent = max(since, _midnight(min(changed)) - timedelta(days=1))
            known = self._desk.known_keys(origin(number), recent)
        events = self._judge.crossings(look, rule, since, changed, last, known)
        if not changed and not events and look.now - last < _NOTED_EVERY:
            return 0
        noted = {**marks, _LOOKED_AT: stamp(look.now)}
        return self._desk.tell(
            origin(number), rule.told, events, look.now, number, noted, apart(rule)
        )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def origin(number: int) -> str:
    """What events of an alarm are known by."""
    return f"alarm {number}"
