"""The operation on a page: what runs, how old everything is, what was rejected and tried again."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

from app.access.audit import Action, Asked, deeds
from app.access.roles import Role, Viewer
from app.administration import health, rejects, verified
from app.administration.health import Condition
from app.cli import mining
from app.cli.main import cli
from app.state.failures import failures
from app.state.outbox import Stage
from pipeline.callfile.spool import Spool
from tests.app.books import HEADER, MINED_AT
from tests.app.conftest import NOW
from tests.app.opening import at, said
from warehouse.home import Home
from warehouse.scope import Scope
from warehouse.state.state import State

FILE = "rome_2.v1.csv"
GOOD = "new,new,2024-10-30T15:00:00Z,60,anna@x.org,,+390698765432,gw-1,outbound\n"
BAD = "bad,bad,2024-10-30T15:00:00Z,60,anna@x.org,,+390698765432,gw-1,sideways\n"


def sign(home: Home, process: str, seen: datetime, **facts: object) -> None:
    """A sign of this very process, or of one that is gone."""
    home.status.mkdir(exist_ok=True)
    born = psutil.Process().create_time()
    found = {"process": process, "pid": os.getpid(), "born": born, "at": seen.isoformat()} | facts
    (home.status / f"{process}.json").write_text(json.dumps(found))


@pytest.fixture
def faulty(booked_home: Home) -> Home:
    """A row of a call file was rejected."""
    spool = Spool(booked_home.spool)
    (spool.incoming / FILE).write_text(HEADER + GOOD + BAD, encoding="utf-8")
    mining.mine(booked_home.path, once=True, now=MINED_AT)
    return booked_home


def test_each_process_is_told_by_its_last_sign(empty_home: Home) -> None:
    sign(empty_home, "mine", NOW, legs=7)
    sign(empty_home, "schedule", NOW - timedelta(hours=3))
    sign(empty_home, "record-rome", NOW, down="no route", since="2024-10-31T09:00:00+00:00")
    sign(empty_home, "mirror", NOW, born=1.0)
    found = {one.name: one for one in health.processes(empty_home, NOW)}
    assert {
        "mine": Condition.RUNNING,
        "schedule": Condition.SILENT,
        "record-rome": Condition.DOWN,
        "mirror": Condition.STOPPED,
    } == {name: one.condition for name, one in found.items()}
    assert {"legs": 7} == found["mine"].facts
    rome = found["record-rome"]
    assert ("no route", datetime(2024, 10, 31, 9, tzinfo=UTC)) == (rome.reason, rome.down_since)


def test_the_page_tells_how_old_everything_is_while_nothing_runs(booked_home: Home) -> None:
    sign(booked_home, "record-rome", NOW - timedelta(hours=5), born=1.0)
    told = said(at("health"))
    assert "Recorder of rome" in told
    assert "Last sign 31 Oct 2024, 07:00, 5 hours ago" in told
    assert "published 31 Oct 2024, 11:00, 1 hour ago: 7 legs of 7 calls" in told
    assert "Nothing has been compared yet." in told


@pytest.mark.parametrize("is_damaged", [False, True])
def test_the_page_is_there_without_calls_that_can_be_read(
    empty_home: Home, is_damaged: bool
) -> None:
    if is_damaged:
        (empty_home.warehouse / "snapshots").mkdir(parents=True)
        (empty_home.warehouse / "snapshots" / "manifest.json").write_text("{}")
    app = at("health")
    assert ["Health"] == [one.value for one in app.title]
    assert "Nothing has run here yet" in said(app)
    assert is_damaged is bool(app.error)


def test_a_rejected_row_stands_with_its_place_and_reason(faulty: Home) -> None:
    (row,) = rejects.rows(faulty, 10).to_dicts()
    assert (FILE, 3, "direction") == (row["file"], row["line"], row["column"])
    assert "'sideways': not a known direction" in row["reason"]
    assert row["row"].startswith("bad, bad, 2024-10-30T15:00:00Z")


def test_a_file_that_cannot_be_used_stands_with_its_reasons(empty_home: Home) -> None:
    folder = Spool(empty_home.spool).rejected
    folder.mkdir(parents=True)
    (folder / "x.csv").write_bytes(b"\xff\xfe")
    (folder / "x.csv.reasons.txt").write_text("x.csv: not UTF-8. Save it so\n")
    (folder / "y.csv").write_bytes(b"\xff\xfe\x00")
    found = rejects.rows(empty_home, 10)
    assert ["x.csv", "y.csv"] == found["file"].to_list()
    assert "x.csv: not UTF-8. Save it so" == found["reason"][0]
    assert 1 == rejects.rows(empty_home, 1).height


def test_what_was_rejected_is_tried_again_from_the_page(faulty: Home) -> None:
    path = Spool(faulty.spool).rejected / FILE
    app = at("health")
    app.button(key="retry").click().run()
    assert "still rejected" in said(app)
    path.write_text(path.read_text().replace("sideways", "outbound"))
    app.button(key="retry").click().run()
    assert not app.exception
    assert ["2.v1.csv: stored"] == [one.value.partition("_")[2] for one in app.success]
    assert not path.exists()
    with State.open(faulty.state) as state:
        everybody = Viewer("", "", Role.ADMINISTRATOR, Scope(everything=True))
        noted = deeds(state, everybody, Asked(actions=(Action.CHANGE,)))
    assert ["rejected files tried again"] * 2 == [deed.subject for deed in noted]


def test_the_last_comparison_is_noted_and_told(booked_home: Home) -> None:
    app = at("health")
    app.button(key="verify_warehouse").click().run()
    assert not app.exception
    assert "calls and sums = recount from legs" in said(app)
    (found,) = verified.notes(booked_home)
    assert (verified.WAREHOUSE, True, True) == (found.what, found.sound, found.complete)


def test_a_comparison_that_finds_differences_is_no_good_news(booked_home: Home) -> None:
    stolen = Spool(booked_home.spool).done / "rome_1.v1.csv"
    stolen.write_text(HEADER)
    CliRunner().invoke(cli, ["verify", "--home", str(booked_home.path)])
    (found,) = verified.notes(booked_home)
    assert not found.sound
    assert any("rome_1.v1.csv" in line for line in found.told)
    assert ":red[:material/error:]" in said(at("health"))


def test_who_may_not_edit_can_try_nothing_again(
    faulty: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.administration.health_parts.may_edit", lambda: False)
    app = at("health")
    assert {"retry", "verify_warehouse"}.isdisjoint(one.key for one in app.button)


def test_mails_that_failed_are_told_with_the_reason(booked_home: Home) -> None:
    with State.open(booked_home.state) as state, state.transaction() as connection:
        connection.execute(
            "insert into alarm_events (id, origin, key, subject, happened_at, found_at, title, "
            "words, calls) values (1, 'x', 'k', 's', '', '', 'Dear call', '', '[]')"
        )
        connection.executemany(
            "insert into alarm_notices (event, way, recipient, due_at, state, next_at, reason, "
            "changed_at) values (1, 'mail', ?, '', ?, '', 'refused', ?)",
            [
                ("old@x.org", "failed", "2024-09-01T00:00:00Z"),
                ("a@x.org", "failed", "2024-10-30T00:00:00Z"),
                ("b@x.org", "perhaps", "2024-10-31T00:00:00Z"),
                ("c@x.org", "sent", "2024-10-31T00:00:00Z"),
            ],
        )
    with State.open(booked_home.state) as state:
        found = failures(state, NOW - timedelta(days=30), 10)
    assert [("b@x.org", Stage.PERHAPS), ("a@x.org", Stage.FAILED)] == [
        (one.recipient, one.stage) for one in found
    ]
    told = at("health").dataframe[-1].value
    assert ["b@x.org", "a@x.org"] == told["To"].to_list()


def test_sizes_are_those_of_the_files(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (home.spool / "done").mkdir(parents=True)
    (home.spool / "done" / "a.csv").write_bytes(b"x" * 700)
    home.warehouse.mkdir()
    (home.warehouse / "master.duckdb").write_bytes(b"x" * 300)
    found = health.room(home)
    assert (700, 300, 0, 0) == (found.call_files, found.master, found.snapshots, found.logs)
