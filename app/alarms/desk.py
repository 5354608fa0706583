"""The alarms of a home, what they found, and who is to be told."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from sqlite3 import Connection, Row
from typing import Any, Final

from app.alarms.event import CallKey, Event, Told
from app.alarms.rule import Rule, checked, from_row, to_row
from app.state.outbox import Outbox, stamp
from warehouse.errors import InvalidInput, Problem
from warehouse.state.state import State

_TOLD: Final = "is_quiet = 0"
_REMEMBERED: Final = timedelta(days=2)
"""For so long after its quiet time, what came in it may still be told: after an outage."""


class Desk:
    """Reads and writes them; every change is one transaction."""

    def __init__(self, state: State, webhooks: Collection[str] = ()) -> None:
        """`webhooks` are the names of those that the settings have."""
        self._state = state
        self._webhooks = webhooks
        self.outbox = Outbox(state, "alarm_notices")

    def rules(self) -> dict[int, Rule]:
        """All, by id, in the order of their names."""
        found = self._state.rows("select * from alarms order by name")
        return {row["id"]: from_row(dict(row)) for row in found}

    def add(self, rule: Rule, at: datetime) -> int:
        """Keeps a new one, for what begins from now on. Raises `InvalidInput`."""
        row = to_row(checked(rule, self._webhooks)) | {"made_at": stamp(at), "since": stamp(at)}
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        with self._state.transaction() as connection:
            _refuse_doubled(connection, rule.name, None)
            sql = f"insert into alarms ({names}) values ({marks}) returning id"
            return int(connection.execute(sql, tuple(row.values())).fetchone()[0])

    def change(self, number: int, rule: Rule, at: datetime) -> None:
        """Puts another in its place, for what begins from now on."""
        row = to_row(checked(rule, self._webhooks)) | {"since": stamp(at), "seen": "{}"}
        sets = ", ".join(f"{name} = ?" for name in row)
        with self._state.transaction() as connection:
            _refuse_doubled(connection, rule.name, number)
            connection.execute(f"update alarms set {sets} where id = ?", (*row.values(), number))

    def remove(self, number: int) -> None:
        """Forgets an alarm and all that it found."""
        with self._state.transaction() as connection:
            connection.execute("delete from alarms where id = ?", (number,))

    def pause(self, number: int, at: datetime, *, paused: bool) -> None:
        """Looks at nothing until it is resumed; what began in between never counts."""
        since = "" if paused else ", since = max(since, ?), seen = '{}'"
        values = () if paused else (stamp(at),)
        with self._state.transaction() as connection:
            connection.execute(
                f"update alarms set is_paused = ?{since} where id = ?",
                (int(paused), *values, number),
            )

    def progress(self, number: int) -> tuple[datetime, dict[str, str]]:
        """Since when an alarm watches, and what it saw of each recent day when it looked last."""
        (row,) = self._state.rows("select since, seen from alarms where id = ?", number)
        return datetime.fromisoformat(row["since"]), json.loads(row["seen"])

    def tell(
        self,
        origin: str,
        told: Told,
        events: Iterable[Event],
        now: datetime,
        alarm: int | None = None,
        seen: Mapping[str, str] | None = None,
        apart: timedelta = timedelta(0),
    ) -> int:
        """Keeps those events that are new, and a notice of each for all who are told.

        `origin` says who raised them: within one, a key counts once, for ever; so does what lies
        within `apart` of another event of its subject. Gives the number of new events. `seen` is
        what an alarm noted of the days that it looked at.
        """
        with self._state.transaction() as connection:
            fresh = 0
            for event in sorted(events, key=lambda one: (one.at, one.key)):
                if apart and _is_near(connection, origin, event, apart):
                    continue
                fresh += _keep(connection, origin, alarm, event, told, now)
            if alarm is not None and seen is not None:
                connection.execute(
                    "update alarms set seen = ? where id = ?", (json.dumps(dict(seen)), alarm)
                )
            return fresh

    def tell_standing(
        self, origin: str, told: Told, standing: Iterable[Event], now: datetime, alarm: int
    ) -> int:
        """The same of what lasts: one event from its beginning until it is over.

        `standing` is all that is the case now, one for each subject.
        """
        by_subject = {event.subject: event for event in standing}
        with self._state.transaction() as connection:
            lasting = {
                row["subject"]
                for row in connection.execute(
                    "select subject from alarm_events where origin = ? and ended_at = ''", (origin,)
                )
            }
            for subject in lasting - set(by_subject):
                connection.execute(
                    "update alarm_events set ended_at = ? "
                    "where origin = ? and subject = ? and ended_at = ''",
                    (stamp(now), origin, subject),
                )
            return sum(
                _keep(connection, origin, alarm, event, told, now, lasts=True)
                for subject, event in sorted(by_subject.items())
                if subject not in lasting
            )

    def known_keys(self, origin: str, since: datetime) -> set[str]:
        """The keys of what happened since an instant and is kept already."""
        found = self._state.rows(
            "select key from alarm_events where origin = ? and happened_at >= ?",
            origin,
            stamp(since),
        )
        return {row["key"] for row in found}

    def event(self, number: int) -> Row | None:
        """One event, with the `name` of its alarm where there is one."""
        found = self._state.rows(_WITH_NAMES + " where alarm_events.id = ?", number)
        return found[0] if found else None

    def told_with(self, number: int) -> list[Row]:
        """An event, and those of its subject that waited in silence until it was told."""
        return self._state.rows(
            "with told as (select * from alarm_events where id = ?), "
            "before as (select coalesce(max(one.found_at), '') as found_at "
            "from alarm_events as one, told where one.origin = told.origin "
            "and one.subject = told.subject and one.is_quiet = 0 "
            "and one.found_at < told.found_at) "
            "select one.* from alarm_events as one, told, before "
            "where one.id = told.id or (one.origin = told.origin and one.subject = told.subject "
            "and one.is_quiet = 1 and one.found_at > before.found_at "
            "and one.found_at <= told.found_at) order by one.happened_at, one.id",
            number,
        )

    def end_quiet(self, origin: str, told: Told, now: datetime) -> None:
        """Lets what came within a quiet time that is over be told, all of a subject together.

        What came while somebody had silenced the subject is not.
        """
        if not told.quiet_minutes:
            return
        loud = stamp(now - timedelta(minutes=told.quiet_minutes))
        oldest = stamp(now - timedelta(minutes=told.quiet_minutes) - _REMEMBERED)
        due = self._state.rows(
            "select max(one.id) as id from alarm_events as one "
            "where one.origin = ? and one.is_quiet = 1 and one.found_at > ? and not exists ("
            "select 1 from alarm_events as other where other.origin = one.origin "
            "and other.subject = one.subject and ("
            "(other.is_quiet = 0 and (other.found_at >= one.found_at or other.found_at > ?)) "
            "or other.silent_until > one.found_at)) group by one.subject",
            *(origin, oldest, loud),
        )
        if not due:
            return
        with self._state.transaction() as connection:
            for row in due:
                connection.execute(
                    "update alarm_events set is_quiet = 0, found_at = ? where id = ?",
                    (stamp(now), row["id"]),
                )
                _notify(connection, row["id"], told, now)

    def history(self, limit: int, *, is_open: bool = False) -> list[Row]:
        """The newest events, with the names of their alarms; `is_open`: not acknowledged yet."""
        return self._state.rows(
            _WITH_NAMES + " where not ? or acknowledged_at = '' "
            "order by alarm_events.found_at desc, alarm_events.id desc limit ?",
            is_open,
            limit,
        )

    def notices(self, event: int) -> list[Row]:
        """Who is told of an event, and how far that has got."""
        return self._state.rows("select * from alarm_notices where event = ? order by id", event)

    def acknowledge(
        self, number: int, by: str, now: datetime, silence: timedelta = timedelta(0)
    ) -> bool:
        """Notes who saw to an event; what waits to be told of it is not told any more.

        Its subject is left in peace for `silence`. False where there is no such event.
        """
        with self._state.transaction() as connection:
            found = connection.execute(
                "update alarm_events set acknowledged_at = ?, acknowledged_by = ?, "
                "silent_until = ? where id = ?",
                (stamp(now), by, stamp(now + silence) if silence else "", number),
            )
            connection.execute(
                "update alarm_notices set state = 'skipped', reason = ?, changed_at = ? "
                "where event = ? and state = 'waiting'",
                (f"{by} acknowledged it before", stamp(now), number),
            )
            return found.rowcount == 1

    def failures(self, since: datetime) -> int:
        """How many mails and messages have failed, or perhaps did, since an instant."""
        (row,) = self._state.rows(
            "select (select count(*) from deliveries where state in ('failed', 'perhaps') "
            "and changed_at >= ?) + (select count(*) from alarm_notices "
            "where state in ('failed', 'perhaps') and changed_at >= ?)",
            stamp(since),
            stamp(since),
        )
        return int(row[0])


_WITH_NAMES: Final = (
    "select alarms.name, alarm_events.* from alarm_events "
    "left join alarms on alarms.id = alarm_events.alarm"
)


def calls_of(row: Row) -> list[CallKey]:
    """The calls of an event."""
    return [CallKey(**one) for one in _dated(json.loads(row["calls"]))]


def _dated(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one | {"day": datetime.fromisoformat(one["day"]).date()} for one in found]


def _keep(
    connection: Connection,
    origin: str,
    alarm: int | None,
    event: Event,
    told: Told,
    now: datetime,
    *,
    lasts: bool = False,
) -> int:
    calls = [
        {"source": one.source, "call_id": one.call_id, "day": one.day.isoformat()}
        for one in event.calls
    ]
    quiet = _is_quiet(connection, origin, event.subject, told, now)
    found = connection.execute(
        "insert into alarm_events (origin, alarm, key, subject, happened_at, found_at, title, "
        "words, calls, is_quiet, ended_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "on conflict do nothing returning id",
        (
            *(origin, alarm, event.key, event.subject, stamp(event.at), stamp(now)),
            *(event.title, event.words, json.dumps(calls), int(quiet)),
            "" if lasts else stamp(event.at),
        ),
    ).fetchone()
    if found is None:
        return 0
    if not quiet:
        _notify(connection, found[0], told, now)
    return 1


def _notify(connection: Connection, event: int, told: Told, now: datetime) -> None:
    ways = [("mail", one) for one in told.addresses]
    ways += [("webhook", one) for one in told.webhooks]
    connection.executemany(
        "insert into alarm_notices (event, way, recipient, due_at, state, next_at, changed_at) "
        "values (?, ?, ?, ?, 'waiting', ?, ?) on conflict do nothing",
        [(event, *way, stamp(now), stamp(now), stamp(now)) for way in ways],
    )


def _is_quiet(connection: Connection, origin: str, subject: str, told: Told, now: datetime) -> bool:
    """Whether the subject was told of a moment ago, or somebody silenced it."""
    loud = now - timedelta(minutes=told.quiet_minutes)
    sql = (
        "select 1 from alarm_events where origin = ? and subject = ? "
        f"and (({_TOLD} and ? and found_at > ?) or silent_until > ?)"
    )
    values = (origin, subject, told.quiet_minutes > 0, stamp(loud), stamp(now))
    return connection.execute(sql, values).fetchone() is not None


def _is_near(connection: Connection, origin: str, event: Event, apart: timedelta) -> bool:
    sql = (
        "select 1 from alarm_events where origin = ? and subject = ? and key <> ? "
        "and happened_at between ? and ?"
    )
    between = (stamp(event.at - apart), stamp(event.at + apart))
    values = (origin, event.subject, event.key, *between)
    return connection.execute(sql, values).fetchone() is not None


def _refuse_doubled(connection: Connection, name: str, number: int | None) -> None:
    sql = "select 1 from alarms where name = ? and id is not ?"
    if connection.execute(sql, (name, number)).fetchone():
        rule = "there is an alarm of that name"
        raise InvalidInput([Problem("alarm", rule, "Choose another name", value=name)])
