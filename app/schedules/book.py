"""The schedules of a home, and what became of each of their mails."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from sqlite3 import Connection, Row

from app.schedules.audience import Recipient
from app.schedules.cadence import dues, period
from app.schedules.schedule import Missed, Schedule, checked, from_row, scope_text, stamp, to_row
from warehouse.errors import InvalidInput, Problem
from warehouse.state.state import State

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=1)
_MOST_DOUBLINGS = 6
"""Beyond which the longest pause holds anyway."""
_GIVEN_UP_AFTER = timedelta(days=2)


class Stage(StrEnum):
    """How far a mail has got."""

    WAITING = "waiting"
    MAKING = "making"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    PERHAPS = "perhaps"
    """Handed over, and never heard of: sending it again could double it."""
    SKIPPED = "skipped"


class Book:
    """Reads and writes them; every change is one transaction."""

    def __init__(self, state: State) -> None:
        self._state = state

    def schedules(self) -> dict[int, Schedule]:
        """All, by id, in the order of their names."""
        found = self._state.rows("select * from schedules order by name")
        return {row["id"]: from_row(dict(row)) for row in found}

    def add(self, schedule: Schedule, at: datetime) -> int:
        """Keeps a new one, which begins now: nothing before falls due. Raises `InvalidInput`."""
        row = to_row(checked(schedule)) | {"made_at": stamp(at), "checked_until": stamp(at)}
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        with self._state.transaction() as connection:
            self._refuse_doubled(connection, schedule.name, None)
            sql = f"insert into schedules ({names}) values ({marks}) returning id"
            return int(connection.execute(sql, tuple(row.values())).fetchone()[0])

    def change(self, number: int, schedule: Schedule) -> None:
        """Puts another in its place; what fell due already stays as it is."""
        row = to_row(checked(schedule))
        sets = ", ".join(f"{name} = ?" for name in row)
        with self._state.transaction() as connection:
            self._refuse_doubled(connection, schedule.name, number)
            connection.execute(f"update schedules set {sets} where id = ?", (*row.values(), number))

    def remove(self, number: int) -> None:
        """Forgets a schedule and the history of its mails."""
        with self._state.transaction() as connection:
            connection.execute("delete from schedules where id = ?", (number,))

    def pause(self, number: int, at: datetime, *, paused: bool) -> None:
        """Lets nothing fall due until it is resumed; what would have in between never does."""
        with self._state.transaction() as connection:
            connection.execute(
                "update schedules set is_paused = ?, checked_until = max(checked_until, ?) "
                "where id = ?",
                (int(paused), stamp(at), number),
            )

    def fallen_due(
        self, number: int, schedule: Schedule, now: datetime
    ) -> list[tuple[datetime, date, date]]:
        """When something fell due since the last look, and the period that each is about."""
        (row,) = self._state.rows("select checked_until from schedules where id = ?", number)
        since = datetime.fromisoformat(row["checked_until"])
        return [
            (due, *period(schedule.cadence, due, schedule.period))
            for due in dues(schedule.cadence, since, now)
        ]

    def plan(
        self,
        number: int,
        missed: Missed,
        found: list[tuple[datetime, date, date, list[Recipient]]],
        now: datetime,
    ) -> None:
        """Notes a mail for each recipient of what fell due, and that all is known until `now`."""
        with self._state.transaction() as connection:
            for place, (due, first, last, readers) in enumerate(found):
                is_left = missed is Missed.SKIP and place < len(found) - 1
                stage = Stage.SKIPPED if is_left else Stage.WAITING
                _note(connection, number, "", (due, first, last, readers), stage, now)
            connection.execute(
                "update schedules set checked_until = max(checked_until, ?) where id = ?",
                (stamp(now), number),
            )

    def plan_now(
        self, number: int, first: date, last: date, readers: list[Recipient], now: datetime
    ) -> None:
        """Notes mails that somebody asks for beside the calendar."""
        with self._state.transaction() as connection:
            due = (now, first, last, readers)
            _note(connection, number, stamp(now), due, Stage.WAITING, now)

    def to_do(self, now: datetime, limit: int) -> list[Row]:
        """The mails that wait and may be tried now, the longest waiting first."""
        return self._state.rows(
            "select * from deliveries where state = 'waiting' and next_at <= ? "
            "order by next_at, schedule, first_day, id limit ?",
            stamp(now),
            limit,
        )

    def claim(self, number: int, now: datetime) -> bool:
        """Takes a waiting mail in hand; False where somebody else has it."""
        with self._state.transaction() as connection:
            found = connection.execute(
                "update deliveries set state = 'making', attempts = attempts + 1, changed_at = ? "
                "where id = ? and state = 'waiting'",
                (stamp(now), number),
            )
            return found.rowcount == 1

    def note(self, number: int, stage: Stage, now: datetime, reason: str = "") -> None:
        """Notes how far a mail has got."""
        with self._state.transaction() as connection:
            connection.execute(
                "update deliveries set state = ?, reason = ?, changed_at = ? where id = ?",
                (stage.value, reason, stamp(now), number),
            )

    def put_off(self, number: int, now: datetime, reason: str) -> None:
        """Lets a mail wait for a while, each time longer; after two days it has failed."""
        (row,) = self._state.rows("select attempts, due_at from deliveries where id = ?", number)
        if now - datetime.fromisoformat(row["due_at"]) > _GIVEN_UP_AFTER:
            self.note(number, Stage.FAILED, now, f"{reason}; given up after two days")
            return
        doublings = min(row["attempts"] - 1, _MOST_DOUBLINGS)
        pause = min(_FIRST_PAUSE * 2**doublings, _LONGEST_PAUSE)
        with self._state.transaction() as connection:
            connection.execute(
                "update deliveries set state = 'waiting', next_at = ?, reason = ?, changed_at = ? "
                "where id = ?",
                (stamp(now + pause), reason, stamp(now), number),
            )

    def recover(self, now: datetime) -> None:
        """Settles what a dead scheduler had in hand; to be called by the only one that runs.

        What was being made is made again; of what was being sent nobody knows whether it went.
        """
        with self._state.transaction() as connection:
            connection.execute(
                "update deliveries set state = 'waiting', changed_at = ? where state = 'making'",
                (stamp(now),),
            )
            connection.execute(
                "update deliveries set state = 'perhaps', changed_at = ?, reason = ? "
                "where state = 'sending'",
                (stamp(now), "the scheduler ended while it was sending; it may have arrived"),
            )

    def send_again(self, number: int, now: datetime) -> None:
        """Lets a mail that failed, or perhaps arrived, wait to be sent once more."""
        with self._state.transaction() as connection:
            connection.execute(
                "update deliveries set state = 'waiting', attempts = 0, next_at = ?, due_at = ?, "
                "changed_at = ? where id = ? and state in ('failed', 'perhaps', 'skipped')",
                (stamp(now), stamp(now), stamp(now), number),
            )

    def history(self, limit: int, stage: Stage | None = None) -> list[Row]:
        """The newest mails with the names of their schedules."""
        return self._state.rows(
            "select schedules.name, deliveries.* from deliveries "
            "join schedules on schedules.id = deliveries.schedule "
            "where ? is null or deliveries.state = ? "
            "order by deliveries.changed_at desc, deliveries.id desc limit ?",
            stage,
            stage,
            limit,
        )

    def counts(self) -> dict[str, int]:
        """How many mails there are in each stage."""
        found = self._state.rows("select state, count(*) from deliveries group by state")
        return {row[0]: row[1] for row in found}

    def _refuse_doubled(self, connection: Connection, name: str, number: int | None) -> None:
        sql = "select 1 from schedules where name = ? and id is not ?"
        if connection.execute(sql, (name, number)).fetchone():
            rule = "there is a schedule of that name"
            raise InvalidInput([Problem("schedule", rule, "Choose another name", value=name)])


def _note(
    connection: Connection,
    schedule: int,
    occasion: str,
    due: tuple[datetime, date, date, list[Recipient]],
    stage: Stage,
    now: datetime,
) -> None:
    at, first, last, readers = due
    connection.executemany(
        "insert into deliveries (schedule, occasion, first_day, last_day, recipient, scope, "
        "due_at, state, next_at, changed_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "on conflict do nothing",
        [
            (
                schedule,
                occasion,
                first.isoformat(),
                last.isoformat(),
                reader.address,
                scope_text(reader.scope),
                stamp(at),
                stage.value,
                stamp(at),
                stamp(now),
            )
            for reader in readers
        ],
    )
