"""Every report goes to each reader once, and says what that reader may see."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail.letterhead import Letterhead
from app.mail.mailer import NotSent, PerhapsSent
from app.mail.message import Mail
from app.schedules.book import Book
from app.schedules.cadence import Cadence, Every
from app.schedules.schedule import Audience, Missed, Schedule
from app.schedules.service import Scheduler
from app.state.outbox import Stage
from tests.app.homes import PEOPLE
from tests.app.schedules.conftest import START, Letterbox, Time, daily
from warehouse.errors import InvalidInput, Unavailable
from warehouse.scope import Scope
from warehouse.snapshot import Snapshot
from warehouse.state.state import State


def test_a_report_falls_due_once_for_each_finished_period(
    book: Book, scheduler: Scheduler, letterbox: Letterbox, clock: Time
) -> None:
    book.add(daily(), clock())
    for _ in range(72):
        scheduler.tick()
        clock.pass_by(hours=1)
    assert [mail.subject.split(", ", 1)[1] for mail in letterbox.mails] == [
        "Sun 20 Oct 2024",
        "Mon 21 Oct 2024",
        "Tue 22 Oct 2024",
    ]
    assert len({mail.key for mail in letterbox.mails}) == 3
    assert book.outbox.counts() == {"sent": 3}


@pytest.mark.parametrize(("missed", "sent", "skipped"), [("send", 10, 0), ("skip", 1, 9)])
def test_what_was_missed_is_sent_once_each_or_only_the_last(
    book: Book,
    scheduler: Scheduler,
    letterbox: Letterbox,
    clock: Time,
    missed: str,
    sent: int,
    skipped: int,
) -> None:
    book.add(daily(missed=Missed(missed)), clock())
    clock.pass_by(days=10)
    scheduler.tick()
    scheduler.tick()
    assert len(letterbox.mails) == sent
    assert book.outbox.counts() == {"sent": sent, **({"skipped": skipped} if skipped else {})}
    assert letterbox.mails[-1].subject.endswith("Tue 29 Oct 2024")


def test_a_paused_schedule_sends_nothing_of_the_time_in_between(
    book: Book, scheduler: Scheduler, letterbox: Letterbox, clock: Time
) -> None:
    number = book.add(daily(), clock())
    book.pause(number, clock(), paused=True)
    clock.pass_by(days=3)
    scheduler.tick()
    book.pause(number, clock(), paused=False)
    scheduler.tick()
    assert not letterbox.mails
    clock.pass_by(days=1)
    scheduler.tick()
    assert len(letterbox.mails) == 1


def test_heads_get_their_own_department_and_people_their_own_calls(
    book: Book, scheduler: Scheduler, letterbox: Letterbox, clock: Time
) -> None:
    month = Cadence(Every.MONTH, zone="Europe/Rome")
    heads = {"audience": Audience.HEADS, "addresses": (), "cadence": month}
    book.add(daily("heads", report="departmental-bill", **heads), clock())
    people = {"audience": Audience.PEOPLE, "addresses": (), "cadence": month}
    book.add(daily("bills", report="personal-bill", **people), clock())
    clock.pass_by(days=20)
    scheduler.tick()
    by_kind: dict[str, dict[str, Mail]] = {}
    for mail in letterbox.mails:
        by_kind.setdefault(mail.subject.split(",")[0], {})[mail.to] = mail
    assert sorted(by_kind["Departmental bill"]) == [
        "anna@aurora.example",
        "bruno.conti@aurora.example",
        "erin@aurora.example",
    ]
    departments = {"anna": "Sales", "bruno.conti": "Service", "erin": "Engineering"}
    for to, mail in by_kind["Departmental bill"].items():
        own = departments[to.split("@")[0]]
        assert own in mail.text
        assert not any(
            other in mail.text or other in mail.html for other in {*departments.values()} - {own}
        )
    assert sorted(by_kind["Personal bill"]) == [
        "anna@aurora.example",
        "bruno.conti@aurora.example",
        "carol@aurora.example",
        "dev@aurora.example",
    ]
    names = {user: name for user, name, *_ in PEOPLE if name}
    for to, mail in by_kind["Personal bill"].items():
        own_name = names[to.replace(".conti", "")]
        assert own_name.casefold() in mail.text.casefold()
        others = {name.casefold() for name in names.values()} - {own_name.casefold()}
        assert not any(name in mail.text.casefold() for name in others)


@settings(max_examples=25)
@given(st.data())
def test_no_row_of_another_department_is_in_a_mail(data: st.DataObject) -> None:
    # Fixtures that live as long as the session can be asked for inside.
    snapshot = data.draw(st.just(_shared["snapshot"]))
    own = data.draw(st.sets(st.sampled_from(["Sales", "Service", "Engineering"]), min_size=1))
    mask = data.draw(st.integers(0, 6))
    report = data.draw(st.sampled_from(["dearest-calls", "costs-by-person", "personal-bill"]))
    scope = Scope(departments=tuple(sorted(own)), mask_digits=mask)
    sent = _sent(snapshot, daily(report=report, scope=scope))
    foreign = {name for _, name, place, _ in PEOPLE if name and place not in own}
    assert not any(name in sent.text or name in sent.html for name in foreign)
    if mask:
        hidden = "x" * mask
        numbers = [word for word in sent.text.split() if word.startswith("+") and len(word) > 8]
        outside = [word for word in numbers if not word.startswith("+39069999")]
        assert all(word.endswith(hidden) for word in outside)


_shared: dict[str, Any] = {}


@pytest.fixture(autouse=True)
def _share(snapshot: Snapshot) -> None:
    _shared.update(snapshot=snapshot)


def _sent(snapshot: Snapshot, schedule: Schedule) -> Mail:
    letterbox, clock = Letterbox(), Time()
    with TemporaryDirectory() as folder:
        state = State.open(Path(folder) / "state.db")
        book = Book(state)
        book.add(schedule, clock())
        clock.pass_by(days=1)
        Scheduler(book, lambda: snapshot, lambda: letterbox, clock, Letterhead("Aurora")).tick()
        state.close()
    (mail,) = letterbox.mails
    return mail


def test_the_formats_are_attached_and_the_mail_is_complete_without_them(
    book: Book, scheduler: Scheduler, letterbox: Letterbox, clock: Time
) -> None:
    for form in ("html", "pdf", "xlsx", "csv"):
        book.add(daily(form, format=form, report="costs-summary"), clock())
    clock.pass_by(days=1)
    scheduler.tick()
    attached = {tuple(one.name for one in mail.attachments): mail for mail in letterbox.mails}
    assert sorted(attached) == [
        (),
        (
            "costs-summary-2024-10-20-2024-10-20.csv",
            "costs-summary-2024-10-20-2024-10-20-by-call-type.csv",
            "costs-summary-2024-10-20-2024-10-20.csv.about.json",
        ),
        ("costs-summary-2024-10-20-2024-10-20.pdf",),
        ("costs-summary-2024-10-20-2024-10-20.xlsx",),
    ]
    for mail in letterbox.mails:
        assert "BY DEPARTMENT" in mail.text
        assert "Total" in mail.text
        assert {name for name, _ in mail.pictures} == {"chart-1.png"}


def test_a_server_that_is_down_is_tried_ever_later_and_given_up_after_two_days(
    book: Book, scheduler: Scheduler, letterbox: Letterbox, clock: Time
) -> None:
    book.add(daily(), clock())
    clock.pass_by(hours=17)
    letterbox.faults = [NotSent("down", for_good=False)] * 1000
    tries = []
    for _ in range(60 * 50):
        before = len(letterbox.faults)
        scheduler.send_what_waits() if tries else scheduler.tick()
        if len(letterbox.faults) < before:
            tries.append(clock())
        clock.pass_by(minutes=1)
    pauses = [
        (later - earlier) // timedelta(minutes=1) for earlier, later in itertools.pairwise(tries)
    ]
    assert pauses[:7] == [1, 2, 4, 8, 16, 32, 60]
    assert set(pauses[7:]) == {60}
    assert book.outbox.counts() == {"failed": 1}
    (row,) = book.history(10)
    assert row["reason"] == "down; given up after two days"
    letterbox.faults = []
    book.outbox.send_again(row["id"], clock())
    scheduler.send_what_waits()
    assert len(letterbox.mails) == 1


def test_a_refused_reader_does_not_keep_the_others(
    book: Book, scheduler: Scheduler, letterbox: Letterbox, clock: Time
) -> None:
    book.add(daily(addresses=("a@x.example", "b@x.example", "c@x.example")), clock())
    clock.pass_by(days=1)
    letterbox.faults = [NotSent("550 no such user", for_good=True)]
    scheduler.tick()
    assert [mail.to for mail in letterbox.mails] == ["b@x.example", "c@x.example"]
    assert book.outbox.counts() == {"failed": 1, "sent": 2}


def test_what_may_have_arrived_is_not_sent_again_by_itself(
    book: Book, scheduler: Scheduler, letterbox: Letterbox, clock: Time
) -> None:
    book.add(daily(), clock())
    clock.pass_by(days=1)
    letterbox.faults = [PerhapsSent("broke off")]
    for _ in range(5):
        scheduler.tick()
        clock.pass_by(minutes=30)
    assert not letterbox.mails
    assert book.outbox.counts() == {"perhaps": 1}


def test_two_schedulers_by_mistake_send_each_mail_once(
    snapshot: Snapshot, tmp_path: Path, letterbox: Letterbox, clock: Time
) -> None:
    states = [State.open(tmp_path / "state.db") for _ in range(2)]
    books = [Book(state) for state in states]
    books[0].add(daily(addresses=tuple(f"p{n}@x.example" for n in range(20))), clock())
    both = [
        Scheduler(one, lambda: snapshot, lambda: letterbox, clock, Letterhead("Aurora"))
        for one in books
    ]
    clock.pass_by(days=2)
    due = [
        (number, schedule, one.fallen_due(number, schedule, clock()))
        for one in books
        for number, schedule in one.schedules().items()
    ]
    assert due[0][2] == due[1][2]
    for one in both:
        one.note_what_fell_due()
    waiting = [one.outbox.to_do(clock(), 100) for one in books]
    assert len(waiting[0]) == len(waiting[1]) == 40
    for rows in zip(*waiting, strict=True):
        for one, row in zip(both, rows, strict=True):
            one._send(row, letterbox)
    assert len(letterbox.mails) == len({mail.key for mail in letterbox.mails}) == 40
    for state in states:
        state.close()


def test_it_waits_where_nothing_is_published_yet(
    book: Book, letterbox: Letterbox, clock: Time, snapshot: Snapshot
) -> None:
    published: list[Snapshot] = []

    def current() -> Snapshot:
        if not published:
            raise Unavailable("nothing is published")
        return published[0]

    scheduler = Scheduler(book, current, lambda: letterbox, clock, Letterhead("Aurora"))
    book.add(daily(), clock())
    clock.pass_by(days=1)
    scheduler.tick()
    assert not letterbox.mails
    published.append(snapshot)
    scheduler.tick()
    assert len(letterbox.mails) == 1


def test_send_now_is_beside_the_calendar(
    book: Book, scheduler: Scheduler, letterbox: Letterbox, clock: Time
) -> None:
    number = book.add(daily(), clock())
    for _ in range(2):
        assert scheduler.send_now(number, date(2024, 10, 1), date(2024, 10, 7)) == 1
        clock.pass_by(seconds=5)
    scheduler.tick()
    assert [mail.subject.split(", ", 1)[1] for mail in letterbox.mails] == ["1 – 7 Oct 2024"] * 2


class Died(BaseException):
    """The process was killed."""


class Fate:
    """Kills at random calls, and counts what got through."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.arrived: list[str] = []
        self.is_down = False

    def mortal(self, target: Any, name: str) -> None:
        real = getattr(target, name)

        def call(*arguments: Any, **named: Any) -> Any:
            self.perhaps_die()
            found = real(*arguments, **named)
            self.perhaps_die()
            return found

        setattr(target, name, call)

    def perhaps_die(self) -> None:
        if self.chance.random() < 0.02:
            raise Died

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def send(self, mail: Mail) -> None:
        luck = self.chance.random()
        if self.is_down or luck < 0.02:
            raise NotSent("down", for_good=False)
        if luck < 0.03:
            raise NotSent("550 refused", for_good=True)
        if luck < 0.04:
            raise PerhapsSent("before it came")
        self.perhaps_die()
        self.arrived.append(mail.key)
        self.perhaps_die()
        if luck < 0.05:
            raise PerhapsSent("after it came")


@pytest.mark.parametrize("many", [300, pytest.param(10_000, marks=pytest.mark.long)])
def test_every_mail_arrives_once_or_is_listed_through_deaths_and_outages(
    many: int, snapshot: Snapshot, tmp_path: Path
) -> None:
    fate, clock = Fate(random.Random(many)), Time()
    readers = tuple(f"reader{number}@x.example" for number in range(many // 15))
    state = State.open(tmp_path / "state.db")
    Book(state).add(daily(addresses=readers), clock())
    state.close()
    end = clock() + timedelta(days=19)
    deaths = 0
    while clock() < end:
        state = State.open(tmp_path / "state.db")
        book = Book(state)
        book.outbox.recover(clock())
        fate.mortal(book, "plan")
        for name in ("claim", "note", "put_off"):
            fate.mortal(book.outbox, name)
        scheduler = Scheduler(book, lambda: snapshot, lambda: fate, clock, Letterhead("Aurora"))
        try:
            while clock() < end:
                fate.is_down = fate.chance.random() < 0.1
                scheduler.tick()
                clock.pass_by(minutes=fate.chance.randrange(1, 120))
        except Died:
            deaths += 1
        finally:
            state.close()
    state = State.open(tmp_path / "state.db")
    stages = {row["id"]: row["state"] for row in Book(state).history(10**6)}
    state.close()
    assert deaths > many // 50
    assert len(stages) == len(readers) * 19
    arrived = [int(key.split(".")[-1]) for key in fate.arrived]
    assert len(arrived) == len(set(arrived))
    assert {number for number, stage in stages.items() if stage == Stage.SENT} <= set(arrived)
    settled = {Stage.SENT, Stage.FAILED, Stage.PERHAPS}
    late = [number for number, stage in stages.items() if stage not in settled]
    # Only the last evening may still wait.
    assert len(late) < len(readers) * 2
    assert {stages[number] for number in arrived} <= {Stage.SENT, Stage.PERHAPS}


def test_everything_wrong_with_a_schedule_is_told_at_once(book: Book) -> None:
    wrong = daily(
        report="nonsense",
        format="doc",
        period="soon",
        addresses=("anna", "b@x.example"),
        filters={"planets": ("Mars",)},
    )
    with pytest.raises(InvalidInput) as refused:
        book.add(wrong, START)
    assert [problem.rule for problem in refused.value.problems] == [
        "no such report",
        "no such format",
        "no such period",
        "no such filter",
        "no mail address",
    ]
    book.add(daily(), START)
    with pytest.raises(InvalidInput, match="there is a schedule of that name"):
        book.add(daily(), START)


def test_a_schedule_is_read_as_it_was_written(book: Book) -> None:
    full = daily(
        report="dearest-calls",
        options={"rows": 7},
        filters={"departments": ("Sales", "")},
        scope=Scope(sites=("Rome",), mask_digits=4),
        period="last-30-days",
        format="xlsx",
        locale="it-IT",
        missed=Missed.SKIP,
        made_by="anna",
    )
    number = book.add(full, START)
    assert book.schedules() == {number: full}


def test_due_instants_are_kept_to_the_second_in_utc(book: Book) -> None:
    number = book.add(daily(), datetime(2024, 10, 20, 12, 0, 0, 999, tzinfo=UTC))
    found = book.fallen_due(number, daily(), START + timedelta(days=1))
    assert [due for due, _, _ in found] == [datetime(2024, 10, 21, 4, tzinfo=UTC)]
