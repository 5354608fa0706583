"""Answers are shared by those who ask the same of the same state, and by nobody else."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Event
from typing import Any

import polars as pl
import pytest

from warehouse.answers import Answers, question
from warehouse.limits import TooSlow
from warehouse.master import Master
from warehouse.publish import HotLimits, publish
from warehouse.queries import calls, overview
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot, Snapshots

NO_NEW_BASE = HotLimits(legs=10**9, days=10**6)
OCTOBER = Filters(date(2024, 10, 1), date(2024, 10, 31))
ALL = Scope(everything=True)


def frame(size: int = 1) -> pl.DataFrame:
    return pl.DataFrame({"n": range(size)}, {"n": pl.Int64})


def refuse() -> pl.DataFrame:
    raise AssertionError("worked out again")


def test_what_was_asked_before_is_not_worked_out_again() -> None:
    answers = Answers()
    first = answers.get("a", frame)
    assert first.equals(answers.get("a", refuse))


def test_who_changes_an_answer_changes_only_the_own_one() -> None:
    answers = Answers()
    for _ in range(2):
        mine = answers.get("a", frame)
        mine.insert_column(0, pl.Series("more", [1]))
        mine[0, "n"] = 7
    assert frame().equals(answers.get("a", refuse))


def test_room_is_bounded_and_what_was_asked_last_stays() -> None:
    answers = Answers(most_bytes=64 * 80)
    for serial in range(100):
        answers.get(serial, lambda: frame(8))
        answers.get(0, lambda: frame(8))
    assert answers.size <= 64 * 80
    for serial in (0, 99, 98):
        answers.get(serial, refuse)
    with pytest.raises(AssertionError, match="worked out again"):
        answers.get(1, refuse)


def test_a_big_answer_does_not_drive_out_the_others() -> None:
    answers = Answers(most_bytes=16 * 80)
    answers.get("small", frame)
    assert 1000 == answers.get("big", lambda: frame(1000)).height
    answers.get("small", refuse)
    with pytest.raises(AssertionError, match="worked out again"):
        answers.get("big", refuse)


def test_what_is_being_worked_out_is_waited_for() -> None:
    answers = Answers()
    begun, let = Event(), Event()

    def slow() -> pl.DataFrame:
        begun.set()
        assert let.wait(60)
        return frame()

    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(answers.get, "a", slow)
        assert begun.wait(60)
        others = [threads.submit(answers.get, "a", refuse) for _ in range(3)]
        assert not any(other.done() for other in others)
        # Nobody waits for what somebody else asks.
        assert frame(2).equals(answers.get("b", lambda: frame(2)))
        let.set()
        assert all(frame().equals(one.result(60)) for one in (first, *others))


def test_an_error_is_not_an_answer() -> None:
    answers = Answers()
    begun, let = Event(), Event()

    def broken() -> pl.DataFrame:
        begun.set()
        assert let.wait(60)
        raise ZeroDivisionError

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(answers.get, "a", broken)
        assert begun.wait(60)
        second = threads.submit(answers.get, "a", frame)
        let.set()
        with pytest.raises(ZeroDivisionError):
            first.result(60)
        assert frame().equals(second.result(60))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (1, 1.0),
        (1, "1"),
        (Decimal("1.0"), Decimal("1.00")),
        (date(2024, 10, 1), datetime(2024, 10, 1)),
        (["a,b"], ["a", "b"]),
        (["a"], "a"),
        (None, ""),
        (list(range(2000)), [*range(1000), 0, *range(1001, 2000)]),
    ],
)
def test_parameters_that_differ_are_different_questions(one: Any, other: Any) -> None:
    assert question("select $x", {"x": one}) != question("select $x", {"x": other})
    assert question("select $x", {"x": one}) == question("select $x", {"x": one})


def test_the_order_of_parameters_does_not_matter() -> None:
    assert question("", {"a": 1, "b": 2}) == question("", {"b": 2, "a": 1})


@pytest.fixture
def two_departments(
    master: Master, put: Any, leg: Any, now: datetime, snapshots: Snapshots
) -> Snapshot:
    put(
        leg("a", department="Sales", from_number="+390612345678", direction="inbound"),
        leg("b", department="Service", charged_user="bruno@aurora.example"),
    )
    publish(master, now, NO_NEW_BASE)
    return snapshots.current()


SCOPES = {
    "all": ALL,
    "sales": Scope(departments=("Sales",)),
    "service": Scope(departments=("Service",)),
    "site": Scope(sites=("Sales",)),
    "bruno": Scope(users=("bruno@aurora.example",)),
    "masked": Scope(everything=True, mask_digits=4),
    "nothing": Scope(),
}


@pytest.mark.parametrize("order", [1, -1])
def test_nobody_is_given_the_answer_to_another_scope(two_departments: Snapshot, order: int) -> None:
    asked: dict[str, Callable[[Scope], pl.DataFrame]] = {
        "totals": lambda scope: overview.totals(two_departments, scope, OCTOBER),
        "page": lambda scope: calls.page(two_departments, scope, OCTOBER, 50),
    }
    for _ in range(2):
        found = {
            (name, question): ask(scope)
            for name, scope in list(SCOPES.items())[::order]
            for question, ask in asked.items()
        }
        counted = {name: int(found[name, "totals"]["calls"].sum()) for name in SCOPES}
        assert counted == {
            "all": 2,
            "sales": 1,
            "service": 1,
            "site": 0,
            "bruno": 1,
            "masked": 2,
            "nothing": 0,
        }
        seen = {name: set(found[name, "page"]["from_number"].to_list()) for name in SCOPES}
        assert "+390612345678" in seen["all"] & seen["sales"]
        assert not any("+390612345678" in seen[name] for name in ("masked", "service", "bruno"))


def test_a_new_version_answers_anew(
    master: Master, snapshots: Snapshots, put: Any, leg: Any, now: datetime
) -> None:
    for serial in range(3):
        put(leg(f"{serial}"))
        publish(master, now, NO_NEW_BASE)
        (total,) = overview.totals(snapshots.current(), ALL, OCTOBER)["calls"]
        assert serial + 1 == total


def test_days_of_the_base_alone_are_answered_anew_only_when_one_of_them_changes(
    master: Master, snapshots: Snapshots, put: Any, leg: Any, now: datetime, counted: list[str]
) -> None:
    september = Filters(date(2024, 9, 1), date(2024, 9, 30))
    put(leg("old", "2024-09-01 08:00:00"), leg("new"))
    publish(master, now, NO_NEW_BASE)

    def total() -> int:
        found = overview.totals(snapshots.current(), ALL, september)["calls"]
        return int(found.sum())

    assert (1, 1) == (total(), len(counted))
    put(leg("newer"))
    publish(master, now, NO_NEW_BASE)
    assert (1, 1) == (total(), len(counted))
    put(leg("older", "2024-09-02 08:00:00"))
    publish(master, now, NO_NEW_BASE)
    assert (2, 2) == (total(), len(counted))
    put(leg("again"))
    publish(master, now, HotLimits(legs=0))
    assert (2, 3) == (total(), len(counted))


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The queries that reached the database."""
    asked: list[str] = []
    fetch = Snapshot._fetch

    def noted(snapshot: Snapshot, sql: str, parameters: Any) -> pl.DataFrame:
        asked.append(sql)
        return fetch(snapshot, sql, parameters)

    monkeypatch.setattr(Snapshot, "_fetch", noted)
    return asked


def test_a_question_that_takes_too_long_is_broken_off(
    master: Master, folder: Any, now: datetime
) -> None:
    publish(master, now)
    hurried = Snapshots(folder, question_seconds=0.05)
    endless = "select count(*) from range(1000000000) as a cross join range(1000000000) as b"
    with pytest.raises(TooSlow, match="shorter period"):
        hurried.current().query(endless)
    hurried.close()
    patient = Snapshots(folder, question_seconds=timedelta(hours=1).total_seconds())
    assert 0 == patient.current().query("select count(*) as n from legs")["n"].item()
    patient.close()


def test_one_reader_opens_a_new_version_while_the_others_go_on(
    master: Master,
    snapshots: Snapshots,
    put: Any,
    leg: Any,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(leg("a"))
    publish(master, now)
    before = snapshots.current()
    opening, let = Event(), Event()
    opened = snapshots._open

    def slow(manifest: Any) -> Snapshot:
        opening.set()
        assert let.wait(60)
        return opened(manifest)

    monkeypatch.setattr(snapshots, "_open", slow)
    put(leg("b"))
    publish(master, now)
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(snapshots.current)
        assert opening.wait(60)
        assert before is snapshots.current()
        let.set()
        after = coming.result(60)
    assert after is snapshots.current()
    assert (1, 2) == tuple(one.query("select count(*) from legs").item() for one in (before, after))
