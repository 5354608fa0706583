"""What of a rule's calls crosses its line: asked of one snapshot, and nothing kept of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from app.alarms import calls as on_calls
from app.alarms import counters, figures, unusual
from app.alarms.event import Event
from app.alarms.habits import Habits, learnt
from app.alarms.rule import Rule
from app.alarms.watched import FIXED, Counter, Measure, Per, SingleCall, Unusual, Window
from warehouse.queries import calls, costs, habits, trunks
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot

LOOK_BACK: Final = timedelta(days=35)
"""What is loaded later than this after it happened is no alarm any more."""

_DAYS_HELD: Final = 6
"""A history that is priced again changes every day at once, and does not fit into memory."""


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


class Judge:
    """Finds what crosses a line. What is usual it learns once a day."""

    def __init__(self) -> None:
        self._usual: dict[tuple[Scope, int, str], tuple[date, Habits]] = {}

    def crossings(
        self,
        look: Look,
        rule: Rule,
        since: datetime,
        changed: frozenset[date],
        last: datetime,
        known: Collection[str] = (),
    ) -> list[Event]:
        """What began after `since` and crosses the line of a rule on calls.

        `changed` are the days on which there are calls that the look before, at `last`, did not
        see; single calls of the keys `known` are left out.
        """
        if isinstance(rule.watched, Counter):
            return self._counted(look, rule, rule.watched, since, changed, last)
        if not changed:
            return []
        if isinstance(rule.watched, SingleCall):
            return _met(look, rule, rule.watched, since, changed, known)
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


def _met(
    look: Look,
    rule: Rule,
    watched: SingleCall,
    since: datetime,
    changed: frozenset[date],
    known: Collection[str],
) -> list[Event]:
    found = []
    for day in sorted(changed):
        met = on_calls.meeting(look.calls(rule.scope, day), watched, since)
        found += on_calls.events(met.filter(~on_calls.key().is_in(list(known))))
    return found


def apart(rule: Rule) -> timedelta:
    """How far two crossings of a subject lie apart at least; nearer ones are one, seen again."""
    watched = rule.watched
    if isinstance(watched, Counter) and watched.window is Window.SLIDING:
        return timedelta(minutes=watched.minutes or 0)
    is_peak = isinstance(watched, Counter) and watched.measure is Measure.CONCURRENT
    return timedelta(hours=1 if is_peak else 0)
