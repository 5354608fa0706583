"""A month's personal bills: everybody gets their own calls, all of them, and nobody else's."""

from __future__ import annotations

import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from email.headerregistry import Address
from pathlib import Path

import polars as pl
import pytest

from app.mail.letterhead import Letterhead
from app.mail.mailer import Mailer, Security, Server
from app.schedules.audience import recipients
from app.schedules.book import Book
from app.schedules.cadence import Cadence, Every
from app.schedules.schedule import Audience, Schedule
from app.schedules.service import Scheduler
from pipeline.directory.dimensions import dimensions
from pipeline.directory.read import read_directory
from tests.app.homes import leg
from tests.app.schedules.conftest import Letterbox
from tests.smtp import smtp_server
from warehouse.clock import fixed_clock
from warehouse.dimensions import note_dimensions
from warehouse.errors import Unavailable
from warehouse.home import Home
from warehouse.legs import LEG_SCHEMA
from warehouse.load import load
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.scope import Scope
from warehouse.snapshot import Snapshot, Snapshots
from warehouse.state.state import State

CALLS = 60
"""Of each in the month, three a working day."""
NOW = datetime(2024, 11, 1, 6, tzinfo=UTC)
MOST_CPU_S = {"html": 600, "pdf": 1500}
"""To set the pages of a PDF takes longer than all the rest of a bill."""
FIRST_NUMBER = 7_000_000_000
"""Each call goes to a number of its own, which tells whose it is."""
BILLS = Schedule(
    "Bills",
    "personal-bill",
    Cadence(Every.MONTH, zone="Europe/Rome"),
    audience=Audience.PEOPLE,
    scope=Scope(everything=True),
)


def billed(folder: Path, people: int) -> Home:
    """A home in which each of so many people has had `CALLS` calls in October."""
    home = Home(folder)
    step = pl.int_range(people * CALLS)
    user = pl.format("p{}@aurora.example", (step % people).cast(pl.String).str.zfill(5))
    day = (step // people) % 28
    started = pl.datetime(2024, 10, 1, 8) + pl.duration(days=day, minutes=step % 480)
    cost = ((step % 997) / 1000).cast(LEG_SCHEMA["cost"])
    usual = pl.DataFrame([leg("x", datetime(2024, 10, 1, 8))], LEG_SCHEMA)
    facts = pl.select(
        leg_id=step.cast(pl.String),
        call_id=step.cast(pl.String),
        started_at=started,
        answered_at=started + pl.duration(seconds=5),
        ended_at=started + pl.duration(seconds=65),
        started_local=started,
        day=started.dt.date(),
        hour=started.dt.hour(),
        from_user=user,
        charged_user=user,
        person=pl.format("Person {}", step % people),
        department=pl.format("Department {}", step % people % 40),
        to_number=pl.format("+44{}", step + FIRST_NUMBER),
        cost=cost,
        charge=cost,
    )
    legs = usual.drop(facts.columns).join(facts, how="cross").select(*LEG_SCHEMA)
    legs = legs.cast(LEG_SCHEMA)  # type: ignore[arg-type]
    names = [f"p{number:05}@aurora.example" for number in range(people)]
    rows = [f"{name},Person {n},Department {n % 40},Rome" for n, name in enumerate(names)]
    home.users.write_text("user,name,department,site\n" + "\n".join(rows), encoding="utf-8")
    home.sites.write_text("site,country,time_zone\nRome,IT,Europe/Rome\n", encoding="utf-8")
    home.gateways.write_text("gateway,site,tariff\n", encoding="utf-8")
    with Master.open(home.warehouse) as master:
        load(master, legs, file="rome_1.v1.csv", sha256="1", loaded_at=NOW)
        note_dimensions(master, dimensions(read_directory(home, ())), NOW)
        publish(master, NOW)
    return home


@contextmanager
def own_cpu(of_others: list[threading.Thread]) -> Iterator[list[float]]:
    """Seconds of processor time that the block takes, without those of the mail server here."""

    def spent() -> float:
        theirs = sum(
            time.clock_gettime(time.pthread_getcpuclockid(one.ident or 0)) for one in of_others
        )
        return time.process_time() - theirs

    taken: list[float] = []
    begun = spent()
    yield taken
    taken.append(spent() - begun)


@pytest.mark.parametrize(
    ("people", "form"),
    [
        (30, "pdf"),
        pytest.param(5_000, "html", marks=pytest.mark.long),
        pytest.param(5_000, "pdf", marks=pytest.mark.long),
    ],
)
def test_everybody_gets_their_own_calls_and_nobody_elses(
    tmp_path: Path, people: int, form: str
) -> None:
    home = billed(tmp_path, people)
    snapshots, before = Snapshots(home.warehouse), set(threading.enumerate())
    state = State.open(home.state)
    with smtp_server() as inbox:
        servers = [one for one in threading.enumerate() if one not in before]
        server = Server(
            "127.0.0.1", inbox.port, Security.NONE, Address("Calls", "calls", "aurora.example")
        )
        clock = fixed_clock(NOW)
        book = Book(state)
        scheduler = Scheduler(
            book,
            snapshots.current,
            lambda: Mailer(server, clock),
            clock,
            Letterhead("Aurora Instruments"),
        )
        with own_cpu(servers) as taken:
            number = book.add(replace(BILLS, format=form), NOW)
            readers = recipients(BILLS, snapshots.current(), date(2024, 10, 1), date(2024, 10, 31))
            book.plan_now(number, date(2024, 10, 1), date(2024, 10, 31), readers, NOW)
            scheduler.send_what_waits()
    # What it took is told by `-s`, and in the report of a failure.
    sys.stdout.write(f"{people} bills as {form}: {taken[0]:.0f} s of processor time\n")
    assert book.outbox.counts() == {"sent": people}
    state.close()
    snapshots.close()
    assert len(inbox.raw) == people
    for mail in inbox.mails:
        number = int(str(mail["To"])[1:6])
        own = {f"+44{FIRST_NUMBER + number + people * step}" for step in range(CALLS)}
        for kind in ("plain", "html"):
            part = mail.get_body((kind,))
            assert part is not None
            assert set(re.findall(r"\+447\d{9}", part.get_content())) == own
        attached = [one.get_content() for one in mail.iter_attachments()]
        assert [one[:4] for one in attached] == ([] if form == "html" else [b"%PDF"])
    assert taken[0] < MOST_CPU_S[form]


def test_bills_go_out_where_the_calls_of_many_cannot_be_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = billed(tmp_path, 6)
    asked = []

    @contextmanager
    def refused(_: Snapshot, users: set[str]) -> Iterator[Snapshot]:
        asked.append(len(users))
        raise Unavailable("no room")
        yield

    monkeypatch.setattr(Snapshot, "narrowed", refused)
    snapshots, letterbox = Snapshots(home.warehouse), Letterbox()
    with State.open(home.state) as state:
        book = Book(state)
        clock = fixed_clock(NOW)
        scheduler = Scheduler(
            book, snapshots.current, lambda: letterbox, clock, Letterhead("Aurora")
        )
        scheduler.send_now(book.add(BILLS, NOW), date(2024, 10, 1), date(2024, 10, 31))
        scheduler.send_what_waits()
        assert book.outbox.counts() == {"sent": 6}
    snapshots.close()
    assert asked == [6]
    assert len({mail.text for mail in letterbox.mails}) == 6
