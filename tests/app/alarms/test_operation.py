"""Trouble is told when it begins, once until it is over, and not before its line is crossed."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psutil
import pytest

from app.alarms.desk import Desk
from app.alarms.operation import Facts, Overdue, Source, standing
from app.alarms.watched import Operation
from app.cli.facts import Operation as Look
from app.cli.facts import tariff_ends
from app.schedules.audience import Recipient
from app.schedules.book import Book
from app.schedules.schedule import Missed
from app.state.outbox import Stage
from tests.app.alarms.conftest import NOW, Office, begun, watching
from tests.app.homes import unpriced
from tests.app.schedules.conftest import daily
from warehouse.clock import fixed_clock
from warehouse.home import Home

ROME = ZoneInfo("Europe/Rome")
HOUR = timedelta(hours=1)


def source(**facts: Any) -> Facts:
    return Facts(sources=(Source("rome", **facts),))


@pytest.mark.parametrize(
    ("trouble", "amount", "wrong", "right"),
    [
        (
            "silent",
            30,
            source(newest_call=NOW - timedelta(minutes=30)),
            source(newest_call=NOW - timedelta(minutes=29)),
        ),
        (
            "source_down",
            15,
            source(down_since=NOW - timedelta(minutes=15), reason="no route"),
            source(down_since=NOW - timedelta(minutes=14), reason="no route"),
        ),
        ("behind", 1, source(is_behind=True), source(is_behind=False)),
        ("stopped", 1, Facts(stopped=("mine",)), Facts()),
        ("rejected", 3, Facts(rejected_files=3), Facts(rejected_files=2)),
        ("rejected", 0, Facts(rejected_files=1), Facts()),
        (
            "unrated",
            5,
            Facts(outbound_calls=100, unrated_calls=6),
            Facts(outbound_calls=100, unrated_calls=5),
        ),
        (
            "unrated",
            5,
            Facts(outbound_calls=20, unrated_calls=20),
            Facts(outbound_calls=19, unrated_calls=19),
        ),
        (
            "tariff_ends",
            14,
            Facts(tariff_ends=(("aurelia", date(2024, 11, 4)),)),
            Facts(tariff_ends=(("aurelia", date(2024, 11, 5)),)),
        ),
        ("disk_low", 5, Facts(free_bytes=5 * 10**9 - 1), Facts(free_bytes=5 * 10**9)),
        ("disk_low", 5, Facts(free_bytes=0), Facts(free_bytes=None)),
        ("mails_failed", 2, Facts(failed_mails=2), Facts(failed_mails=1)),
        (
            "mirror_behind",
            15,
            Facts(mirror_behind_since=NOW - timedelta(minutes=15)),
            Facts(mirror_behind_since=NOW - timedelta(minutes=14)),
        ),
        ("mirror_behind", 0, Facts(mirror_behind_since=NOW), Facts(mirror_behind_since=None)),
        (
            "job_missed",
            30,
            Facts(overdue=(Overdue("Costs", NOW - timedelta(minutes=30), "down"),)),
            Facts(overdue=(Overdue("Costs", NOW - timedelta(minutes=29), "down"),)),
        ),
    ],
)
def test_trouble_is_told_from_its_line_on(
    trouble: str, amount: int, wrong: Facts, right: Facts
) -> None:
    watched = Operation(trouble=trouble, amount=amount)
    (event,) = standing(watched, wrong, NOW, ROME)
    assert event.title
    assert standing(watched, right, NOW, ROME) == []


@pytest.mark.parametrize(
    ("local", "is_told"),
    [
        ("2024-10-21T08:29", False),
        ("2024-10-21T08:30", True),
        ("2024-10-21T17:59", True),
        ("2024-10-21T18:00", False),
        ("2024-10-20T12:00", False),
        # The clock was put back the night before.
        ("2024-10-28T08:29", False),
        ("2024-10-28T08:30", True),
    ],
)
def test_silence_counts_in_office_hours_only(local: str, is_told: bool) -> None:
    now = datetime.fromisoformat(local).replace(tzinfo=ROME).astimezone(UTC)
    facts = source(newest_call=now - timedelta(days=2))
    assert bool(standing(Operation(trouble="silent", amount=30), facts, now, ROME)) is is_told


def test_office_hours_may_run_over_midnight() -> None:
    hours = {"begin": "22:00", "end": "06:00", "weekdays": (5,)}
    watched = Operation(trouble="silent", amount=30, hours=hours)
    saturday = datetime(2024, 10, 26, 2, tzinfo=UTC)
    facts = source(newest_call=saturday - timedelta(days=1))
    assert standing(watched, facts, saturday, ZoneInfo("UTC"))
    assert not standing(watched, facts, saturday + timedelta(days=1), ZoneInfo("UTC"))


def test_only_the_sources_that_are_named() -> None:
    facts = Facts(sources=tuple(Source(name, is_behind=True) for name in ("rome", "milan")))
    assert len(standing(Operation(trouble="behind"), facts, NOW, ROME)) == 2
    (event,) = standing(Operation(trouble="behind", sources=("milan",)), facts, NOW, ROME)
    assert event.subject == "milan"


def test_what_lasts_is_told_once_and_again_after_it_was_over(office: Office) -> None:
    office.desk.add(watching(kind="operation", trouble="source_down", amount=10), NOW)
    assert office.tick() == []
    office.facts = source(down_since=NOW - HOUR, reason="no route to host")
    assert office.tick() == ["Alarm: rome cannot be read"]
    assert "no route to host" in office.letterbox.mails[0].text
    for _ in range(3):
        office.clock.pass_by(hours=9)
        assert office.tick() == []
    assert office.desk.history(1)[0]["ended_at"] == ""
    office.facts = Facts()
    assert office.tick() == []
    assert office.desk.history(1)[0]["ended_at"] == "2024-10-22T15:00:00Z"
    office.clock.pass_by(hours=1)
    office.facts = source(down_since=office.clock() - HOUR, reason="login failed")
    assert office.tick() == ["Alarm: rome cannot be read"]


def test_trouble_is_told_before_anything_is_published(office: Office, tmp_path: Path) -> None:
    for path in (tmp_path / "warehouse" / "snapshots").iterdir():
        path.unlink()
    office.desk.add(watching(kind="operation", trouble="stopped"), NOW)
    office.facts = Facts(stopped=("mine",))
    assert office.tick() == ["Alarm: mine does not run"]


def test_facts_are_those_of_the_home(office: Office, tmp_path: Path) -> None:
    home = Home(tmp_path)
    office.arrive(
        begun(-30, "priced"),
        begun(-20, "unpriced", **unpriced("no_prefix")),
        begun(-10, "in", **unpriced("not_charged", direction="inbound")),
    )
    home.status.mkdir()
    me = {"pid": os.getpid(), "born": psutil.Process().create_time(), "at": NOW.isoformat()}
    down = {"state": "behind", "down": "no route", "since": "2024-10-21T10:00:00+00:00"}
    signs: dict[str, dict[str, Any]] = {
        "record-rome": me | down,
        "record-milan": me | {"state": "ok"},
        "mine": me | {"born": 1.0},
        "schedule": me | {"born": 1.0},
    }
    for name, sign in signs.items():
        (home.status / f"{name}.json").write_text(json.dumps({"process": name, **sign}))
    rejected = home.spool / "rejected"
    rejected.mkdir(parents=True)
    (rejected / "rome_1.v1.csv").write_text("x")
    home.tariffs.write_text("tariff,prefix,valid_to\na,39,2024-11-01\nb,39,\n")
    office.desk.tell("test", watching(kind="call", emergency=True).told, [], NOW)
    look = Look(home, office.snapshots, Desk(office.state), Book(office.state), fixed_clock(NOW))
    found = look()
    assert replace(found, free_bytes=None) == Facts(
        sources=(
            Source("milan"),
            Source("rome", NOW - timedelta(minutes=10), NOW - 2 * HOUR, "no route", is_behind=True),
        ),
        stopped=("mine",),
        rejected_files=1,
        outbound_calls=3,
        unrated_calls=1,
        tariff_ends=(("a", date(2024, 11, 1)),),
        overdue=(Overdue("The scheduler", NOW, "it did not run since then."),),
    )
    assert found.free_bytes
    home.tariffs.write_text("tariff,prefix,valid_to\na,39,2024-11-01\na,49,\n")
    assert look().tariff_ends == ()
    home.tariffs.unlink()
    assert look().tariff_ends == ()


@pytest.mark.parametrize(
    ("said", "since"),
    [
        ({"state": "ok", "version": 1}, None),
        ({"state": "writing", "behind_since": "2024-10-21T11:00:00+00:00"}, NOW - HOUR),
        ({"state": "down", "down": "no route", "behind_since": "2024-10-21T11:00:00Z"}, NOW - HOUR),
        # A process that has ended lacks what was published since.
        ({"born": 1.0, "state": "ok", "version": 1, "at": "2024-10-21T10:00:00Z"}, None),
        ({"born": 1.0, "state": "ok", "version": 0, "at": "2024-10-21T10:00:00Z"}, NOW - 2 * HOUR),
    ],
)
def test_the_mirror_says_since_when_it_is_behind(
    office: Office, tmp_path: Path, said: dict[str, Any], since: datetime | None
) -> None:
    home = Home(tmp_path)
    home.status.mkdir()
    me = {"process": "mirror", "pid": os.getpid(), "born": psutil.Process().create_time()}
    sign = me | {"at": NOW.isoformat()} | said
    (home.status / "mirror.json").write_text(json.dumps(sign))
    look = Look(home, office.snapshots, Desk(office.state), Book(office.state), fixed_clock(NOW))
    assert look().mirror_behind_since == since


def test_a_report_that_does_not_go_out_is_overdue_until_it_has(
    office: Office, tmp_path: Path
) -> None:
    book = Book(office.state)
    daily_at_six = daily("Costs", addresses=("a@x.example",))
    number = book.add(daily_at_six, NOW - timedelta(days=1))
    book.add(daily("Paused", is_paused=True), NOW - timedelta(days=1))
    look = Look(Home(tmp_path), office.snapshots, Desk(office.state), book, office.clock)
    due = datetime(2024, 10, 21, 4, tzinfo=UTC)
    assert look().overdue == (Overdue("Costs", due, "no scheduler has looked since"),)
    reader = Recipient("a@x.example", daily_at_six.scope)
    book.plan(number, Missed.SEND, [(due, date(2024, 10, 20), date(2024, 10, 20), [reader])], NOW)
    assert look().overdue == (Overdue("Costs", due, "mails that wait: 1"),)
    book.outbox.claim(1, NOW)
    book.outbox.put_off(1, NOW, "no route to host")
    assert look().overdue == (Overdue("Costs", due, "mails that wait: 1. no route to host"),)
    book.outbox.note(1, Stage.SENT, NOW)
    assert look().overdue == ()


def test_a_scheduler_that_was_away_says_so_when_it_is_back(office: Office, tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.status.mkdir()
    sign = {"process": "schedule", "pid": 1, "born": 1.0, "at": "2024-10-21T10:00:00+00:00"}
    (home.status / "schedule.json").write_text(json.dumps(sign))
    look = Look(home, office.snapshots, Desk(office.state), Book(office.state), office.clock)
    office.facts = look()
    office.desk.add(watching(kind="operation", trouble="job_missed", amount=30), NOW)
    assert office.tick() == ["Alarm: The scheduler is overdue"]
    sign["at"] = NOW.isoformat()
    (home.status / "schedule.json").write_text(json.dumps(sign))
    office.facts = look()
    assert office.tick() == []
    assert office.desk.history(1)[0]["ended_at"]


@pytest.mark.parametrize(
    ("rows", "ends"),
    [
        ("tariff,prefix\na,39\n", ()),
        ("tariff,valid_to\na,2024-01-01\na,2025-01-01\n", (("a", date(2025, 1, 1)),)),
        ("tariff,valid_to\na,soon\na,2025-01-01\n", ()),
    ],
)
def test_tariffs_end_where_every_price_does(
    tmp_path: Path, rows: str, ends: tuple[tuple[str, date], ...]
) -> None:
    path = tmp_path / "tariffs.csv"
    path.write_text(rows)
    assert tariff_ends(path) == ends
