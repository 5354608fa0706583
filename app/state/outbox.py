"""What is to be sent, and how far each of it has got: kept so that nothing goes out twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from sqlite3 import Row
from typing import Literal, TypeVar

import structlog

from app.mail.mailer import NotSent, PerhapsSent
from warehouse.clock import Clock
from warehouse.errors import TollbookError
from warehouse.state.state import State

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=1)
_MOST_DOUBLINGS = 6
"""Beyond which the longest pause holds anyway."""
_GIVEN_UP_AFTER = timedelta(days=2)

Thing = TypeVar("Thing")

log = structlog.get_logger()


class Stage(StrEnum):
    """How far a mail, or whatever else is sent, has got."""

    WAITING = "waiting"
    MAKING = "making"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    PERHAPS = "perhaps"
    """Handed over, and never heard of: sending it again could double it."""
    SKIPPED = "skipped"


def stamp(at: datetime) -> str:
    """An instant as the state database has it: UTC, to the second, in the order of time."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class Outbox:
    """One table of what is to be sent; every change is one transaction.

    It has the columns `id`, `due_at`, `state`, `attempts`, `next_at`, `reason` and `changed_at`.
    """

    def __init__(
        self, state: State, table: Literal["deliveries", "alarm_notices"], order: str = "id"
    ) -> None:
        """`order` are the columns by which those stand that have waited equally long."""
        self._state = state
        self._table = table
        self._order = order

    def to_do(self, now: datetime, limit: int) -> list[Row]:
        """What waits and may be tried now, the longest waiting first."""
        return self._state.rows(
            f"select * from {self._table} where state = 'waiting' and next_at <= ? "
            f"order by next_at, {self._order} limit ?",
            stamp(now),
            limit,
        )

    def claim(self, number: int, now: datetime) -> bool:
        """Takes something waiting in hand; False where somebody else has it."""
        with self._state.transaction() as connection:
            found = connection.execute(
                f"update {self._table} set state = 'making', attempts = attempts + 1, "
                "changed_at = ? where id = ? and state = 'waiting'",
                (stamp(now), number),
            )
            return found.rowcount == 1

    def note(self, number: int, stage: Stage, now: datetime, reason: str = "") -> None:
        """Notes how far it has got."""
        with self._state.transaction() as connection:
            connection.execute(
                f"update {self._table} set state = ?, reason = ?, changed_at = ? where id = ?",
                (stage.value, reason, stamp(now), number),
            )

    def put_off(self, number: int, now: datetime, reason: str) -> None:
        """Lets it wait for a while, each time longer; after two days it has failed."""
        (row,) = self._state.rows(
            f"select attempts, due_at from {self._table} where id = ?", number
        )
        if now - datetime.fromisoformat(row["due_at"]) > _GIVEN_UP_AFTER:
            self.note(number, Stage.FAILED, now, f"{reason}; given up after two days")
            return
        doublings = min(row["attempts"] - 1, _MOST_DOUBLINGS)
        pause = min(_FIRST_PAUSE * 2**doublings, _LONGEST_PAUSE)
        with self._state.transaction() as connection:
            connection.execute(
                f"update {self._table} set state = 'waiting', next_at = ?, reason = ?, "
                "changed_at = ? where id = ?",
                (stamp(now + pause), reason, stamp(now), number),
            )

    def recover(self, now: datetime) -> None:
        """Settles what a dead scheduler had in hand; to be called by the only one that runs.

        What was being made is made again; of what was being sent nobody knows whether it went.
        """
        with self._state.transaction() as connection:
            connection.execute(
                f"update {self._table} set state = 'waiting', changed_at = ? "
                "where state = 'making'",
                (stamp(now),),
            )
            connection.execute(
                f"update {self._table} set state = 'perhaps', changed_at = ?, reason = ? "
                "where state = 'sending'",
                (stamp(now), "the scheduler ended while it was sending; it may have arrived"),
            )

    def send_again(self, number: int, now: datetime) -> None:
        """Lets wait what failed, or perhaps arrived, to be sent once more."""
        with self._state.transaction() as connection:
            connection.execute(
                f"update {self._table} set state = 'waiting', attempts = 0, next_at = ?, "
                "due_at = ?, changed_at = ? "
                "where id = ? and state in ('failed', 'perhaps', 'skipped')",
                (stamp(now), stamp(now), stamp(now), number),
            )

    def counts(self) -> dict[str, int]:
        """How many there are in each stage."""
        found = self._state.rows(f"select state, count(*) from {self._table} group by state")
        return {row[0]: row[1] for row in found}


def send_one(
    outbox: Outbox,
    number: int,
    clock: Clock,
    make: Callable[[], Thing],
    send: Callable[[Thing], None],
) -> bool:
    """Makes and sends what waits under a number, and notes what became of it.

    False where the way itself is blocked, so that it is of no use to go on with the next one.
    """
    if not outbox.claim(number, clock()):
        return True
    try:
        made = make()
    except TollbookError as error:
        outbox.put_off(number, clock(), str(error))
        return True
    # From here on a death leaves it open whether it went: it is not sent again by itself.
    outbox.note(number, Stage.SENDING, clock())
    try:
        send(made)
    except PerhapsSent as error:
        outbox.note(number, Stage.PERHAPS, clock(), str(error))
        log.warning("mail_perhaps_sent", mail=number, reason=str(error))
    except NotSent as error:
        if error.for_good:
            outbox.note(number, Stage.FAILED, clock(), str(error))
        else:
            outbox.put_off(number, clock(), str(error))
        log.warning("mail_not_sent", mail=number, reason=str(error))
        return error.for_good
    else:
        outbox.note(number, Stage.SENT, clock())
    return True
