"""`verify` as its user meets it, on the invented company and the real recorder and miner."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner, Result

from app.cli.main import cli
from app.cli.verify import SHOWN
from pipeline.callfile.spool import Spool
from tests.demonstration import build
from warehouse.errors import InvalidInput
from warehouse.home import Home

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
DAY = "2026-11-19"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three days of calls, recorded and mined. Not to be changed."""
    home = tmp_path_factory.mktemp("company")
    build(Home(home), NOW, 3)
    return home


@pytest.fixture
def home(company: Path, tmp_path: Path) -> Path:
    """A copy of it, to be spoilt."""
    return Path(shutil.copytree(company, tmp_path / "home"))


def verify(home: Path, *options: str) -> Result:
    days = () if "--from" in options else ("--from", DAY, "--to", DAY)
    arguments = ["verify", "--home", str(home), "--now", NOW.isoformat(), *days, *options]
    return CliRunner().invoke(cli, arguments)


def told(home: Path, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(verify(home, "--json", *options).output)
    return found


def spoil(home: Path, statement: str) -> int:
    """Changes the source behind Tollbook's back; gives how many rows."""
    with closing(sqlite3.connect(home / "lcscdr.sqlite")) as database:
        changed = database.execute(statement).rowcount
        database.commit()
    return changed


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def one_call(condition: str) -> str:
    """The key of one answered PSTN session of the day, as a condition."""
    return (
        "(SessionIdTime, SessionIdSeq) IN (SELECT s.SessionIdTime, s.SessionIdSeq "
        "FROM SessionDetails s JOIN VoipDetails v USING (SessionIdTime, SessionIdSeq) "
        "WHERE s.SessionIdTime BETWEEN '2026-11-19 08:00' AND '2026-11-19 16:00' "
        "AND s.ResponseCode = 200 AND s.SessionEndTime IS NOT NULL "
        "AND s.ReplacesDialogIdTime IS NULL AND s.CorrelationId IS NULL "
        f"AND {condition} ORDER BY s.SessionIdTime LIMIT 1)"
    )


OUTBOUND = "v.ToGatewayId IS NOT NULL AND v.FromGatewayId IS NULL"


def test_the_invented_company_is_stored_as_its_source_has_it(company: Path) -> None:
    done = verify(company, "--from", "2026-11-18", "--to", "2026-11-20")
    assert (0, True) == (done.exit_code, "stored as the source has them" in done.output)
    found = told(company, "--from", "2026-11-18", "--to", "2026-11-20")
    assert found["sound"]
    assert 3 == len([day for day in found["days"] if day["in_source"] == day["in_warehouse"] > 100])
    assert found["days"][-1]["waiting"] > 0


def test_the_last_full_days_are_compared_by_themselves(company: Path) -> None:
    arguments = ["verify", "--home", str(company), "--now", NOW.isoformat(), "--json"]
    arguments += ["--source", "aurora"]
    found = json.loads(CliRunner().invoke(cli, arguments).output)
    days = [day["day"] for day in found["days"]]
    assert (7, "2026-11-13", DAY) == (len(days), days[0], days[-1])


def test_a_leg_that_the_source_got_behind_our_back_is_missing(home: Path, tmp_path: Path) -> None:
    assert 1 == spoil(
        home,
        "INSERT INTO SessionDetails (SessionIdTime, SessionIdSeq, InviteTime, ResponseTime, "
        "SessionEndTime, ResponseCode, MediaTypes, User1Id, SessionStartedById) "
        "SELECT '2026-11-19 09:00:00.003', 99, '2026-11-19 09:00:00.003', "
        "'2026-11-19 09:00:05.003', '2026-11-19 09:01:05.003', 200, 16, MIN(UserId), MIN(UserId) "
        "FROM Users WHERE UriTypeId = 1",
    )
    out = tmp_path / "differences.csv"
    done = verify(home, "--csv", str(out))
    assert (1, True) == (done.exit_code, "1 legs are missing" in done.output)
    assert [["S20261119T090000.003-99", "missing"]] == [
        [row["leg_id"], row["verdict"]] for row in rows_of(out)
    ]


def test_a_leg_that_changed_in_the_source_is_told_with_both_values(home: Path) -> None:
    assert 1 == spoil(
        home,
        "UPDATE SessionDetails SET SessionEndTime = "
        f"strftime('%Y-%m-%d %H:%M:%f', SessionEndTime, '+60 seconds') WHERE {one_call(OUTBOUND)}",
    )
    found = told(home)
    assert (False, 1) == (found["sound"], found["days"][0]["different"])
    fields = {row["field"]: row for row in found["differences"] if row["verdict"] == "different"}
    assert {"ended_at", "talk_s"} == fields.keys()
    talk = fields["talk_s"]
    assert 60 == pytest.approx(float(talk["in_source"]) - float(talk["in_warehouse"]), abs=0.02)


def test_a_leg_that_the_source_has_deleted_is_no_fault(home: Path) -> None:
    condition = one_call(OUTBOUND)
    with closing(sqlite3.connect(home / "lcscdr.sqlite")) as database:
        key = database.execute(
            f"SELECT SessionIdTime, SessionIdSeq FROM SessionDetails WHERE {condition}"
        ).fetchone()
        for table in ("SessionDetails", "VoipDetails"):
            database.execute(
                f"DELETE FROM {table} WHERE SessionIdTime = ? AND SessionIdSeq = ?", key
            )
        database.commit()
    found = told(home)
    (day,) = found["days"]
    assert (True, 1, 0, 0) == (found["sound"], day["deleted"], day["missing"], day["different"])
    assert day["in_source"] + 1 == day["in_warehouse"]


def test_days_beyond_the_retention_of_the_source_cannot_be_proved(home: Path) -> None:
    spoil(home, "UPDATE PurgeSettings SET KeepCallDetailForDays = 1")
    found = told(home)
    assert ("forgotten", True) == (found["days"][0]["proof"], found["sound"])
    done = verify(home)
    assert (0, True) == (done.exit_code, "no day could be compared" in done.output)


def test_call_files_that_wait_are_told_apart(home: Path) -> None:
    spool = Spool(home / "spool")
    done = verify(home)
    assert 0 == done.exit_code
    snapshots = home / "warehouse" / "snapshots"
    day = told(home)["days"][0]
    for path in (*snapshots.glob("base-*"), *snapshots.glob("hot-*")):
        path.chmod(0o600)
        with duckdb.connect(path) as database:
            database.execute(
                "delete from legs where started_at between '2026-11-18' and '2026-11-20'"
            )
    for path in spool.done.glob("*.csv"):
        path.rename(spool.incoming / path.name)
    waiting = told(home)["days"][0]
    assert day["in_source"] == waiting["waiting"]
    assert (0, True) == (waiting["missing"], waiting["sound"])


def test_many_differences_are_shown_in_part_and_written_in_full(home: Path, tmp_path: Path) -> None:
    spoil(
        home,
        "UPDATE SessionDetails SET ResponseCode = 486 WHERE ResponseCode = 200 "
        "AND SessionIdTime BETWEEN '2026-11-19 08:00' AND '2026-11-19 16:00'",
    )
    assert "--csv FILE writes all of them" in verify(home).output
    out = tmp_path / "all.csv"
    verify(home, "--csv", str(out))
    rows = rows_of(out)
    assert len(rows) > SHOWN
    assert {"outcome"} <= {row["field"] for row in rows}


@pytest.mark.parametrize(
    "options", [("--source", "nobody"), ("--from", "2026-11-19", "--to", "2026-11-18")]
)
def test_what_makes_no_sense_is_refused(company: Path, options: tuple[str, ...]) -> None:
    assert isinstance(verify(company, *options).exception, InvalidInput)
