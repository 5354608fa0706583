"""What the scheduler does each minute: note what fell due, and send what waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from datetime import date
from sqlite3 import Row
from typing import Final, Protocol

import structlog

from app.mail.letterhead import Letterhead
from app.mail.message import Mail
from app.schedules.audience import Recipient, recipients
from app.schedules.book import Book
from app.schedules.compose import mail_of
from app.schedules.schedule import scope_of
from app.state.outbox import send_one
from warehouse.clock import Clock
from warehouse.errors import TollbookError
from warehouse.scope import Scope
from warehouse.snapshot import Snapshot

_AT_ONCE: Final = 100
"""Mails looked up at a time."""
_FEWEST_PEOPLE: Final = 5
"""From so many people on it is quicker to read the calls of all of them once."""

log = structlog.get_logger()


class Sends(Protocol):
    """Sends a mail, or says why not; as `Mailer` does."""

    def send(self, mail: Mail) -> None: ...


class Scheduler:
    """Works on one book; mails go out over a connection that is opened when there are any."""

    def __init__(
        self,
        book: Book,
        snapshot: Callable[[], Snapshot],
        mailer: Callable[[], AbstractContextManager[Sends]],
        clock: Clock,
        head: Letterhead,
        is_to_end: Callable[[], bool] = lambda: False,
    ) -> None:
        self._book = book
        self._snapshot = snapshot
        self._mailer = mailer
        self._clock = clock
        self._head = head
        self._is_to_end = is_to_end
        """Asked before each mail: thousands may wait, and none is left half sent."""
        self._narrow: Snapshot | None = None
        self._narrowed_to: frozenset[str] = frozenset()

    def tick(self) -> None:
        """Does what there is to do now. An error of one schedule does not keep the others."""
        self.note_what_fell_due()
        self.send_what_waits()

    def note_what_fell_due(self) -> None:
        """Notes a mail for each reader of each report that fell due since the last look."""
        now = self._clock()
        for number, schedule in self._book.schedules().items():
            if schedule.is_paused:
                continue
            due = self._book.fallen_due(number, schedule, now)
            if not due:
                continue
            try:
                snapshot = self._snapshot()
            except TollbookError as error:
                # Without calls nobody knows the readers; it stays due.
                log.warning("nothing_to_report_from", reason=str(error))
                return
            found = [
                (at, first, last, recipients(schedule, snapshot, first, last))
                for at, first, last in due
            ]
            self._book.plan(number, schedule.missed, found, now)
            readers = sum(len(one[-1]) for one in found)
            log.info("report_due", schedule=schedule.name, periods=len(found), mails=readers)

    def send_now(self, number: int, first: date, last: date) -> int:
        """Notes the mails of a schedule about a period, beside the calendar; gives their number."""
        schedule = self._book.schedule(number)
        readers = recipients(schedule, self._snapshot(), first, last)
        self._book.plan_now(number, first, last, readers, self._clock())
        return len(readers)

    def send_what_waits(self) -> None:
        """Sends until nothing is left or the server takes no more."""
        if not self._book.outbox.to_do(self._clock(), 1):
            return
        with self._mailer() as mailer:
            while found := self._book.outbox.to_do(self._clock(), _AT_ONCE):
                with self._seen_by(found):
                    for row in found:
                        if self._is_to_end() or not self._send(row, mailer):
                            return

    @contextmanager
    def _seen_by(self, found: list[Row]) -> Iterator[None]:
        """Reads the calls of many people once for the mails of all, where each gets their own."""
        scopes = [scope_of(row["scope"], 0) for row in found]
        own = {user for one in scopes if _is_of_people(one) for user in one.users}
        if len(own) < _FEWEST_PEOPLE:
            yield
            return
        with ExitStack() as stack:
            # Each mail can be made without, or says itself why it cannot.
            with suppress(TollbookError):
                self._narrow = stack.enter_context(self._snapshot().narrowed(own))
                self._narrowed_to = frozenset(own)
            try:
                yield
            finally:
                self._narrow, self._narrowed_to = None, frozenset()

    def _snapshot_for(self, scope: Scope) -> Snapshot:
        is_covered = _is_of_people(scope) and self._narrowed_to >= {*scope.users}
        if self._narrow is not None and is_covered:
            return self._narrow
        return self._snapshot()

    def _send(self, row: Row, mailer: Sends) -> bool:
        """False where it is of no use to go on with the next one."""
        return send_one(
            self._book.outbox, row["id"], self._clock, lambda: self._mail(row), mailer.send
        )

    def _mail(self, row: Row) -> Mail:
        schedule = self._book.schedule(row["schedule"])
        scope = scope_of(row["scope"], schedule.scope.mask_digits)
        first, last = (date.fromisoformat(row[name]) for name in ("first_day", "last_day"))
        period = f"{first}-{last}".replace("-", "")
        return mail_of(
            schedule,
            self._snapshot_for(scope),
            Recipient(row["recipient"], scope),
            (first, last),
            self._head,
            self._clock(),
            f"tollbook.{row['schedule']}.{period}.{row['id']}",
            self._book.state,
        )


def _is_of_people(scope: Scope) -> bool:
    """Whether it lets people see calls by their owners alone."""
    return bool(scope.users) and not (scope.everything or scope.departments or scope.sites)
