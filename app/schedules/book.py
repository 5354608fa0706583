"""The schedules of a home, and what became of each of their mails."""

from __future__ import annotations

from datetime import date, datetime
from sqlite3 import Connection, Row

from app.schedules.audience import Recipient
from app.schedules.cadence import dues, period
from app.schedules.schedule import Missed, Schedule, checked, from_row, scope_text, to_row
from app.state.outbox import Outbox, Stage, stamp
from warehouse.errors import InvalidInput, Problem
from warehouse.state.state import State


class Book:
    """Reads and writes them; every change is one transaction."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.outbox = Outbox(state, "deliveries", "schedule, first_day, id")

    def schedules(self) -> dict[int, Schedule]:
        """All, by id, in the order of their names."""
        found = self.state.rows("select * from schedules order by name")
        return {row["id"]: from_row(dict(row)) for row in found}

    def schedule(self, number: int) -> Schedule:
        """The one of a number that there is."""
        (row,) = self.state.rows("select * from schedules where id = ?", number)
        return from_row(dict(row))

    def add(self, schedule: Schedule, at: datetime) -> int:
        """Keeps a new one, which begins now: nothing before falls due. Raises `InvalidInput`."""
        row = to_row(checked(schedule)) | {"made_at": stamp(at), "checked_until": stamp(at)}
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        with self.state.transaction() as connection:
            self._refuse_doubled(connection, schedule.name, None)
            sql = f"insert into schedules ({names}) values ({marks}) returning id"
            return int(connection.execute(sql, tuple(row.values())).fetchone()[0])

    def change(self, number: int, schedule: Schedule) -> None:
        """Puts another in its place; what fell due already stays as it is."""
        row = to_row(checked(schedule))
        sets = ", ".join(f"{name} = ?" for name in row)
        with self.state.transaction() as connection:
            self._refuse_doubled(connection, schedule.name, number)
            connection.execute(f"update schedules set {sets} where id = ?", (*row.values(), number))

    def remove(self, number: int) -> None:
        """Forgets a schedule and the history of its mails."""
        with self.state.transaction() as connection:
            connection.execute("delete from schedules where id = ?", (number,))

    def pause(self, number: int, at: datetime, *, paused: bool) -> None:
        """Lets nothing fall due until it is resumed; what would have in between never does."""
        with self.state.transaction() as connection:
            connection.execute(
                "update schedules set is_paused = ?, checked_until = max(checked_until, ?) "
                "where id = ?",
                (int(paused), stamp(at), number),
            )

    def fallen_due(
        self, number: int, schedule: Schedule, now: datetime
    ) -> list[tuple[datetime, date, date]]:
        """When something fell due since the last look, and the period that each is about."""
        (row,) = self.state.rows("select checked_until from schedules where id = ?", number)
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
        with self.state.transaction() as connection:
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
        with self.state.transaction() as connection:
            due = (now, first, last, readers)
            _note(connection, number, stamp(now), due, Stage.WAITING, now)

    def history(self, limit: int, stage: Stage | None = None) -> list[Row]:
        """The newest mails with the names of their schedules."""
        return self.state.rows(
            "select schedules.name, deliveries.* from deliveries "
            "join schedules on schedules.id = deliveries.schedule "
            "where ? is null or deliveries.state = ? "
            "order by deliveries.changed_at desc, deliveries.id desc limit ?",
            stage,
            stage,
            limit,
        )

    def overdue(self, now: datetime) -> list[tuple[str, datetime, str]]:
        """Schedules of which something has not gone out: name, since when (UTC), and why."""
        found = [
            (schedule.name, due, "no scheduler has looked since")
            for number, schedule in self.schedules().items()
            if not schedule.is_paused
            for due, _, _ in self.fallen_due(number, schedule, now)[:1]
        ]
        unsent = self.state.rows(
            "select schedules.name, min(due_at) as due_at, count(*) as mails, "
            "max(reason) as reason "
            "from deliveries join schedules on schedules.id = deliveries.schedule "
            "where state in ('waiting', 'making', 'sending') group by 1 order by 1"
        )
        found += [
            (
                row["name"],
                datetime.fromisoformat(row["due_at"]),
                f"mails that wait: {row['mails']}{'. ' if row['reason'] else ''}{row['reason']}",
            )
            for row in unsent
        ]
        # Of one schedule the longest overdue says it all.
        oldest: dict[str, tuple[str, datetime, str]] = {}
        for one in sorted(found, key=lambda each: (each[1], each[0])):
            oldest.setdefault(one[0], one)
        return list(oldest.values())

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
