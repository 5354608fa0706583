"""Looks at what is new, and keeps what crosses a line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

import polars as pl
import structlog

from app.alarms import calls as on_calls
from app.alarms.desk import Desk
from app.alarms.event import Event
from app.alarms.rule import Rule
from app.alarms.watched import SingleCall
from warehouse.clock import Clock
from warehouse.errors import TollbookError
from warehouse.queries import calls, costs
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot

LOOK_BACK: Final = timedelta(days=35)
"""What is loaded later than this after it happened is no alarm any more."""

log = structlog.get_logger()


class Look:
    """What one look sees: read once, however many alarms ask for it."""

    def __init__(self, snapshot: Snapshot, now: datetime) -> None:
        self.snapshot = snapshot
        self.now = now
        self._marks: dict[Scope, dict[str, str]] = {}
        self._calls: dict[tuple[Scope, frozenset[date]], pl.DataFrame] = {}

    def marks(self, scope: Scope) -> dict[str, str]:
        """What each recent day comes to: it differs where calls have come or changed."""
        if scope not in self._marks:
            # Days of places further east begin earlier.
            last = self.now.date() + timedelta(days=1)
            recent = Filters(last - LOOK_BACK, last)
            found = costs.by(self.snapshot, scope, recent, (), "day")
            marks: dict[str, str] = {}
            for day, *figures in found.iter_rows():
                mark = ":".join(map(str, figures))
                marks[str(day)] = f"{marks[str(day)]} {mark}" if str(day) in marks else mark
            self._marks[scope] = marks
        return self._marks[scope]

    def calls(self, scope: Scope, days: frozenset[date]) -> pl.DataFrame:
        """The calls of some days, with `LOOKED_AT`."""
        asked = (scope, days)
        if asked not in self._calls:
            self._calls[asked] = calls.of_days(self.snapshot, scope, days, on_calls.LOOKED_AT)
        return self._calls[asked]


class Watch:
    """Works on one desk."""

    def __init__(self, desk: Desk, snapshot: Callable[[], Snapshot], clock: Clock) -> None:
        self._desk = desk
        self._snapshot = snapshot
        self._clock = clock

    def look(self) -> int:
        """Judges what is new for every alarm; gives the number of new events.

        An error of one alarm does not keep the others: it looks at the same again next time.
        """
        rules = {number: rule for number, rule in self._desk.rules().items() if not rule.is_paused}
        if not rules:
            return 0
        try:
            look = Look(self._snapshot(), self._clock())
        except TollbookError as error:
            log.warning("nothing_to_watch", reason=str(error))
            return 0
        found = 0
        for number, rule in rules.items():
            try:
                fresh = self._judge(look, number, rule)
            except TollbookError as error:
                log.warning("alarm_cannot_look", alarm=rule.name, reason=str(error))
                continue
            if fresh:
                log.info("alarm_found", alarm=rule.name, events=fresh)
            found += fresh
        return found

    def _judge(self, look: Look, number: int, rule: Rule) -> int:
        since, seen = self._desk.progress(number)
        marks = look.marks(rule.scope)
        changed = frozenset(
            date.fromisoformat(day)
            for day, mark in marks.items()
            # A call of the instant itself may stand on the day before, by the clock of its place.
            if seen.get(day) != mark and date.fromisoformat(day) >= since.date() - timedelta(days=1)
        )
        if not changed:
            return 0
        events = self._found(look, number, rule, since, changed)
        return self._desk.tell(origin(number), rule.told, events, look.now, number, marks)

    def _found(
        self, look: Look, number: int, rule: Rule, since: datetime, changed: frozenset[date]
    ) -> list[Event]:
        if isinstance(rule.watched, SingleCall):
            listed = look.calls(rule.scope, changed)
            met = on_calls.meeting(listed, rule.watched, since)
            known = self._desk.known_keys(origin(number), since)
            return on_calls.events(met.filter(~on_calls.key().is_in(list(known))))
        return []


def origin(number: int) -> str:
    """What events of an alarm are known by."""
    return f"alarm {number}"
