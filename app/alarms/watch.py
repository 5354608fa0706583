"""Looks at what is new, and keeps what crosses a line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl
import structlog

from app.alarms import calls as on_calls
from app.alarms import counters, figures, operation, unusual
from app.alarms.desk import Desk
from app.alarms.event import Event
from app.alarms.habits import Habits, learnt
from app.alarms.operation import Facts
from app.alarms.rule import Rule
from app.alarms.watched import FIXED, Counter, Measure, Operation, Per, SingleCall, Unusual, Window
from app.state.outbox import stamp
from warehouse.clock import Clock
from warehouse.errors import TollbookError
from warehouse.queries import calls, costs, habits, trunks
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot

LOOK_BACK: Final = timedelta(days=35)
"""What is loaded later than this after it happened is no alarm any more."""

_DAYS_HELD: Final = 6
"""A history that is priced again changes every day at once, and does not fit into memory."""
_LOOKED_AT: Final = "at"
"""Beside the days of which marks are kept."""
_NOTED_EVERY: Final = timedelta(minutes=10)
"""Where nothing is new."""

log = structlog.get_logger()


class Look:
    """What one look sees: read once, however many alarms ask for it."""

    def __init__(self, snapshot: Snapshot, now: datetime) -> None:
        self.snapshot = snapshot
        self.now = now
        self._marks: dict[Scope, dict[str, str]] = {}
        self._calls: dict[tuple[Scope, date], pl.DataFrame] = {}

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

    def calls(self, scope: Scope, day: date) -> pl.DataFrame:
        """The calls of a day, with `LOOKED_AT`. Only the last few days that were read are kept."""
        asked = (scope, day)
        if asked not in self._calls:
            if len(self._calls) >= _DAYS_HELD:
                del self._calls[next(iter(self._calls))]
            self._calls[asked] = calls.of_day(self.snapshot, scope, day, on_calls.LOOKED_AT)
        return self._calls[asked]


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
        self._usual: dict[tuple[Scope, int, str], tuple[date, Habits]] = {}

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
                    fresh = self._judge(look, number, rule) if look else 0
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

    def _judge(self, look: Look, number: int, rule: Rule) -> int:
        since, seen = self._desk.progress(number)
        marks = look.marks(rule.scope)
        changed = frozenset(
            date.fromisoformat(day)
            for day, mark in marks.items()
            # A call of the instant itself may stand on the day before, by the clock of its place.
            if seen.get(day) != mark and date.fromisoformat(day) >= since.date() - timedelta(days=1)
        )
        last = datetime.fromisoformat(seen[_LOOKED_AT]) if _LOOKED_AT in seen else since
        if isinstance(rule.watched, Counter):
            events = self._counted(look, rule, rule.watched, since, changed, last)
        else:
            events = self._found(look, number, rule, since, changed) if changed else []
        if not changed and not events and look.now - last < _NOTED_EVERY:
            return 0
        noted = {**marks, _LOOKED_AT: stamp(look.now)}
        return self._desk.tell(
            origin(number), rule.told, events, look.now, number, noted, _apart(rule)
        )

    def _found(
        self, look: Look, number: int, rule: Rule, since: datetime, changed: frozenset[date]
    ) -> list[Event]:
        if isinstance(rule.watched, SingleCall):
            recent = max(since, _midnight(min(changed)) - timedelta(days=1))
            known = list(self._desk.known_keys(origin(number), recent))
            found = []
            for day in sorted(changed):
                met = on_calls.meeting(look.calls(rule.scope, day), rule.watched, since)
                found += on_calls.events(met.filter(~on_calls.key().is_in(known)))
            return found
        if isinstance(rule.watched, Unusual):
            return self._unusual(look, rule, rule.watched, since, changed)
        return []

    def _counted(
        self,
        look: Look,
        rule: Rule,
        watched: Counter,
        since: datetime,
        changed: frozenset[date],
        last: datetime,
    ) -> list[Event]:
        zone = ZoneInfo(rule.zone)
        if watched.measure is Measure.CONCURRENT:
            return self._at_once(look, rule, watched, since, changed)
        if watched.window is Window.SLIDING:
            return self._sliding(look, rule, watched, since, changed)
        local = since.astimezone(zone).replace(tzinfo=None)
        found = []
        for start in sorted(self._windows(look, watched, zone, changed, last)):
            end = figures.end_of(watched.window, start)
            is_over = end.replace(tzinfo=zone) + counters.SETTLED <= look.now
            whole = start >= local
            if end <= local or not counters.may_be_told(watched, is_over=is_over and whole):
                continue
            now = self._figures(look, rule.scope, watched, start)
            then = None
            if watched.compare not in FIXED:
                then = self._figures(look, rule.scope, watched, figures.before(watched, start))
            crossed = counters.crossing(now, then, watched)
            found += counters.events(crossed, watched, start, zone)
        return found

    def _sliding(
        self, look: Look, rule: Rule, watched: Counter, since: datetime, changed: frozenset[date]
    ) -> list[Event]:
        found = []
        for day in sorted(changed):
            # The minutes before midnight belong to the first calls of a day.
            before = look.calls(rule.scope, day - timedelta(days=1))
            own = look.calls(rule.scope, day)
            first = own["started_at"].min()
            if isinstance(first, datetime):
                begun = max(since, first.replace(tzinfo=UTC))
                found += counters.sliding(pl.concat([before, own]), watched, begun)
        return found

    def _windows(
        self,
        look: Look,
        watched: Counter,
        zone: ZoneInfo,
        changed: frozenset[date],
        last: datetime,
    ) -> set[datetime]:
        """Those that are running, that have settled since the last look, and that changed."""
        until = look.now.astimezone(zone).replace(tzinfo=None)
        # One of them was not settled then: its end lay within that time, or before it.
        unsettled = max(last, look.now - LOOK_BACK) - counters.SETTLED
        local = unsettled.astimezone(zone) - timedelta(hours=1)
        start = figures.start_of(watched.window, local.date(), local.hour)
        windows = set()
        while start <= until:
            windows.add(start)
            start = figures.end_of(watched.window, start)
        hours = range(24) if watched.window is Window.HOUR else (0,)
        return windows | {
            figures.start_of(watched.window, day, hour) for day in changed for hour in hours
        }

    def _figures(self, look: Look, scope: Scope, watched: Counter, start: datetime) -> pl.DataFrame:
        return figures.of_window(
            look.snapshot, scope, watched, start, lambda day: look.calls(scope, day)
        )

    def _at_once(
        self, look: Look, rule: Rule, watched: Counter, since: datetime, changed: frozenset[date]
    ) -> list[Event]:
        if not changed:
            return []
        # A call may hold its channel into the next day.
        asked = Filters(
            min(changed),
            max(changed) + timedelta(days=1),
            gateways=watched.filters.get("gateways", ()),
        )
        peaks = trunks.by_hour(look.snapshot, rule.scope, asked)
        zone = ZoneInfo(rule.zone)
        return [
            event
            for event in counters.at_once(peaks, watched, zone)
            if event.at + timedelta(hours=1) > since
        ]

    def _unusual(
        self, look: Look, rule: Rule, watched: Unusual, since: datetime, changed: frozenset[date]
    ) -> list[Event]:
        today = look.now.date()
        recent = frozenset(day for day in changed if abs((day - today).days) <= 1)
        if not recent:
            return []
        subject: habits.Subject = "user" if watched.per is Per.PERSON else "gateway"
        usual = self._habits(look, rule.scope, watched.weeks, subject)
        listed = pl.concat([look.calls(rule.scope, day) for day in sorted(recent)])
        scored = unusual.points(listed, usual, subject)
        found = unusual.standing_out(scored, usual, watched.points).filter(
            pl.col("first_at") >= pl.lit(since.replace(tzinfo=None))
        )
        return [unusual.event(row, watched.weeks) for row in found.iter_rows(named=True)]

    def _habits(self, look: Look, scope: Scope, weeks: int, subject: habits.Subject) -> Habits:
        """Learnt once a day, up to the day before yesterday: what is judged is no habit yet."""
        last = look.now.date() - timedelta(days=2)
        asked = (scope, weeks, subject)
        if asked not in self._usual or self._usual[asked][0] != last:
            past = Filters(last - timedelta(weeks=weeks) + timedelta(days=1), last)
            hours = habits.hours(look.snapshot, scope, past, subject)
            places = habits.places(look.snapshot, scope, past, subject)
            self._usual[asked] = (last, learnt(hours, places))
        return self._usual[asked][1]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _apart(rule: Rule) -> timedelta:
    """How far two crossings of a subject lie apart at least; nearer ones are one, seen again."""
    watched = rule.watched
    if isinstance(watched, Counter) and watched.window is Window.SLIDING:
        return timedelta(minutes=watched.minutes or 0)
    is_peak = isinstance(watched, Counter) and watched.measure is Measure.CONCURRENT
    return timedelta(hours=1 if is_peak else 0)


def origin(number: int) -> str:
    """What events of an alarm are known by."""
    return f"alarm {number}"
