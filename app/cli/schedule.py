"""`schedule`: the process that mails reports and tells of alarms."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from apscheduler.events import EVENT_SCHEDULER_STARTED  # type: ignore[import-untyped]
from apscheduler.executors.debug import DebugExecutor  # type: ignore[import-untyped]
from apscheduler.schedulers.blocking import BlockingScheduler  # type: ignore[import-untyped]
from apscheduler.triggers.interval import IntervalTrigger  # type: ignore[import-untyped]

from app.administration.signs import show_life
from app.alarms.budgets import tell_of_budgets
from app.alarms.desk import Desk
from app.alarms.telling import Teller
from app.alarms.watch import Watch
from app.cli.common import HomeOption, NowOption, OnceOption, Stop, clock_of, home_of, sole_process
from app.cli.facts import Operation
from app.cli.letterheads import letterhead_of
from app.cli.logs import start_logs
from app.cli.settings import Settings, load_settings
from app.mail.mailer import Mailer, Server
from app.schedules.book import Book
from app.schedules.service import Scheduler
from warehouse.clock import Clock
from warehouse.errors import InvalidInput, Problem, TollbookError
from warehouse.home import Home
from warehouse.snapshot import Snapshots
from warehouse.state.state import State

_TICK_S = 20
"""How late a mail may go out."""

log = structlog.get_logger()


def schedule(home: HomeOption = None, once: OnceOption = False, now: NowOption = None) -> None:
    """Mail the reports that fall due, and tell of alarms: see `schedules` and `alarms`."""
    place, clock = home_of(home), clock_of(now)
    settings = load_settings(place.settings)
    start_logs(place, "schedule")
    taken = f"Another scheduler works on {place.path} already: end that one first"
    with sole_process(place.status / "schedule.lock", taken):
        if once:
            with opened(place, settings, clock) as office:
                office.recover()
                office.tick()
            return
        stop = Stop()
        with opened(place, settings, clock, lambda: stop.asked) as office:
            # The lock is ours: whoever had these in hand is dead.
            office.recover()
            _tick_until_told(_watched(office, place, clock), stop)


@dataclass(frozen=True, slots=True)
class Office:
    """All that the scheduler of a home works with."""

    scheduler: Scheduler
    book: Book
    watch: Watch
    teller: Teller
    desk: Desk
    state: State
    clock: Clock

    def recover(self) -> None:
        """Settles what a dead scheduler had in hand."""
        self.book.outbox.recover(self.clock())
        self.desk.outbox.recover(self.clock())

    def tick(self) -> None:
        """Does what there is to do now. Alarms come first: thousands of reports may wait."""
        self.watch.look()
        tell_of_budgets(self.state, self.desk, self.clock())
        self.teller.send_what_waits()
        self.scheduler.tick()


@contextmanager
def opened(
    place: Home,
    settings: Settings,
    clock: Clock,
    is_to_end: Callable[[], bool] = lambda: False,
) -> Iterator[Office]:
    """The scheduler of a home; raises `InvalidInput` where there is no way to tell anybody."""
    server = server_of(place, settings) if settings.mail or not settings.webhooks else None
    endpoints = {one.name: one.endpoint(place.path) for one in settings.webhooks}
    state = State.open(place.state)
    snapshots = Snapshots(place.warehouse)

    letterhead = letterhead_of(place, settings)

    def mailer() -> Mailer:
        return Mailer(server or server_of(place, settings), clock)

    try:
        book, desk = Book(state), Desk(state, endpoints)
        yield Office(
            Scheduler(book, snapshots.current, mailer, clock, letterhead, is_to_end),
            book,
            Watch(desk, snapshots.current, clock, Operation(place, snapshots, desk, book, clock)),
            Teller(desk, snapshots.current, mailer, endpoints, clock, letterhead, is_to_end),
            desk,
            state,
            clock,
        )
    finally:
        snapshots.close()
        state.close()


def server_of(place: Home, settings: Settings) -> Server:
    """The mail server of the settings."""
    if settings.mail is None:
        mend = "Add one: `tollbook init` writes an example"
        raise InvalidInput([Problem(place.settings.name, "no [mail] table", mend)])
    server = settings.mail.server(place.path)
    if server.ca_file is not None:
        try:
            ssl.create_default_context(cafile=server.ca_file)
        except (OSError, ssl.SSLError) as error:
            rule, mend = f"cannot be read ({error})", "Name a file of certificates (PEM)"
            raise InvalidInput([Problem("mail.ca_file", rule, mend, str(server.ca_file))]) from None
    return server


def _watched(office: Office, place: Home, clock: Clock) -> Callable[[], None]:
    def tick() -> None:
        try:
            office.tick()
        except TollbookError as error:
            log.warning("scheduler_tick_failed", reason=str(error))
        show_life(
            place,
            "schedule",
            clock,
            mails=office.book.outbox.counts(),
            alarms=office.desk.outbox.counts(),
        )

    return tick


def _tick_until_told(tick: Callable[[], None], stop: Stop) -> None:
    """Ticks in this very thread, which alone may use the state."""
    ticking = BlockingScheduler(
        timezone="UTC",
        executors={"default": DebugExecutor()},
        # What is late is done once, whenever there is time.
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )

    def end() -> None:
        stop.wait(threading.TIMEOUT_MAX)
        ticking.shutdown(wait=False)

    ticking.add_job(tick, IntervalTrigger(seconds=_TICK_S))
    watching = threading.Thread(target=end, daemon=True)
    ticking.add_listener(lambda _: watching.start(), EVENT_SCHEDULER_STARTED)
    tick()
    ticking.start()
