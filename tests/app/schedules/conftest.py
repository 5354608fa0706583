"""A home with calls, heads of department and a book of schedules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Self

import pytest

from app.mail.letterhead import Letterhead
from app.mail.message import Mail
from app.schedules.book import Book
from app.schedules.cadence import Cadence, Every
from app.schedules.schedule import Schedule
from app.schedules.service import Scheduler
from pipeline.directory.dimensions import dimensions
from pipeline.directory.read import read_directory
from tests.app.homes import make_home, plausible_legs
from warehouse.dimensions import note_dimensions
from warehouse.home import Home
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.snapshot import Snapshot, Snapshots
from warehouse.state.state import State

START = datetime(2024, 10, 20, 12, tzinfo=UTC)
SITES = (
    "site,country,time_zone\nRome,IT,Europe/Rome\nNew York,US,America/New_York\n"
    "Singapore,SG,Asia/Singapore\n"
)
USERS = """user,name,email,department,site,role
anna@aurora.example,Anna Bianchi,,Sales,Rome,head
bruno@aurora.example,Bruno Conti,bruno.conti@aurora.example,Service,Rome,head
carol@aurora.example,Carol O'Neill,,Sales,New York,person
dev@aurora.example,Night Desk,,Engineering,Singapore,person
erin@aurora.example,Erin Wu,,Engineering,Rome,head
"""


@dataclass
class Time:
    """A clock that the test moves."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **length: float) -> None:
        self.now += timedelta(**length)


@dataclass
class Letterbox:
    """Takes mails, as `Mailer` does; `faults` are raised instead, one by one."""

    mails: list[Mail] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def send(self, mail: Mail) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.mails.append(mail)


def with_directory(home: Home) -> Home:
    """The same with its people and places."""
    home.users.write_text(USERS, encoding="utf-8")
    home.sites.write_text(SITES, encoding="utf-8")
    home.gateways.write_text("gateway,site,tariff\n", encoding="utf-8")
    with Master.open(home.warehouse) as master:
        note_dimensions(master, dimensions(read_directory(home, ())), START)
        publish(master, START)
    return home


@pytest.fixture(scope="session")
def reporting(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """October's calls and the directory. Not to be changed."""
    legs = plausible_legs(date(2024, 10, 31), days=31, per_day=30)
    return with_directory(make_home(tmp_path_factory.mktemp("reporting"), legs))


@pytest.fixture
def snapshot(reporting: Home) -> Iterator[Snapshot]:
    snapshots = Snapshots(reporting.warehouse)
    yield snapshots.current()
    snapshots.close()


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    state = State.open(tmp_path / "state.db")
    yield Book(state)
    state.close()


@pytest.fixture
def letterbox() -> Letterbox:
    return Letterbox()


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def scheduler(book: Book, snapshot: Snapshot, letterbox: Letterbox, clock: Time) -> Scheduler:
    return Scheduler(
        book, lambda: snapshot, lambda: letterbox, clock, Letterhead("Aurora Instruments")
    )


def daily(name: str = "daily", **facts: Any) -> Schedule:
    """Traffic of the day before, at six in Rome, to Anna."""
    usual: dict[str, Any] = {
        "report": "traffic-matrix",
        "cadence": Cadence(Every.DAY, time(6), "Europe/Rome"),
        "addresses": ("anna@aurora.example",),
    }
    return Schedule(name, **(usual | facts))
