"""`schedules` and `schedule`: from the command line to a real mail server."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.main import cli
from tests.app.homes import make_home, plausible_legs
from tests.app.schedules.conftest import START
from tests.smtp import Inbox, free_port, smtp_server
from warehouse.errors import InvalidInput
from warehouse.home import Home

SETTINGS = """company = "Aurora Instruments"
[mail]
host = "localhost"
port = {port}
security = "none"
sender = "calls@aurora.example"
sender_name = "Calls"
timeout_s = 5
"""
NOW, LATER = "2024-10-20T12:00:00Z", "2024-10-21T12:00:00Z"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with smtp_server() as found:
        yield found


@pytest.fixture
def home(tmp_path: Path, inbox: Inbox) -> Home:
    found = make_home(tmp_path / "home", plausible_legs(START.date(), days=2, per_day=20))
    found.settings.write_text(SETTINGS.format(port=inbox.port), encoding="utf-8")
    return found


def run(home: Home, *arguments: str, now: str | None = None) -> str:
    clock = ("--now", now) if now else ()
    found = CliRunner().invoke(
        cli, [*arguments, "--home", str(home.path), *clock], catch_exceptions=False
    )
    assert found.exit_code == 0, found.output
    return found.stdout


def add(home: Home, name: str, *more: str) -> None:
    usual = ("--report", "costs-summary", "--every", "day", "--zone", "Europe/Rome")
    run(home, "schedules", "add", name, *usual, *more, now=NOW)


def test_a_schedule_is_kept_listed_sent_and_its_history_told(home: Home, inbox: Inbox) -> None:
    add(home, "daily", "--to", "anna@aurora.example", "--format", "pdf", "--mask", "4")
    (listed,) = json.loads(run(home, "schedules", "list", "--json"))
    assert listed["when"] == ("every day at 06:00 (Europe/Rome) to anna@aurora.example as pdf")
    run(home, "schedule", "--once", now=NOW)
    assert not inbox.raw
    run(home, "schedule", "--once", now=LATER)
    run(home, "schedule", "--once", now=LATER)
    (mail,) = inbox.mails
    assert mail["Subject"] == "Cost summary, Sun 20 Oct 2024"
    assert mail["From"].addresses[0].display_name == "Calls"
    (attached,) = mail.iter_attachments()
    assert attached.get_content().startswith(b"%PDF")
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert "Numbers hidden: the last 4 digits" in plain.get_content()
    (row,) = json.loads(run(home, "schedules", "history", "--json"))
    assert (row["state"], row["recipient"]) == ("sent", "anna@aurora.example")


def test_a_schedule_is_changed_paused_resumed_and_removed(home: Home, inbox: Inbox) -> None:
    add(home, "daily", "--to", "anna@aurora.example")
    add(home, "daily", "--to", "bruno@aurora.example", "--change")
    run(home, "schedules", "pause", "daily", now=NOW)
    assert json.loads(run(home, "schedules", "list", "--json"))[0]["paused"]
    run(home, "schedule", "--once", now=LATER)
    run(home, "schedules", "resume", "daily", now=LATER)
    run(home, "schedule", "--once", now="2024-10-22T12:00:00Z")
    assert [mail["To"] for mail in inbox.mails] == ["bruno@aurora.example"]
    run(home, "schedules", "send", "daily", "--from", "2024-10-01", now=LATER)
    run(home, "schedule", "--once", now="2024-10-22T12:00:00Z")
    assert len(inbox.raw) == 2
    run(home, "schedules", "remove", "daily")
    assert json.loads(run(home, "schedules", "list", "--json")) == []


def test_a_mail_that_was_refused_can_be_sent_again(home: Home, inbox: Inbox) -> None:
    inbox.refuses = {"anna@aurora.example": "550 no such user"}
    add(home, "daily", "--to", "anna@aurora.example", "--to", "bruno@aurora.example")
    run(home, "schedule", "--once", now=LATER)
    (row,) = json.loads(run(home, "schedules", "history", "--state", "failed", "--json"))
    assert "550 no such user" in row["reason"]
    inbox.refuses = {}
    run(home, "schedules", "again", str(row["id"]), now=LATER)
    run(home, "schedule", "--once", now=LATER)
    assert sorted(mail["To"] for mail in inbox.mails) == [
        "anna@aurora.example",
        "bruno@aurora.example",
    ]


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        (("--at", "six"), "no time of day"),
        (("--zone", "Mars"), "Mars"),
        (("--weekday", "someday", "--every", "week"), "no weekday"),
        (("--every", "cron", "--cron", "0 6 * * 1"), "weekdays by name"),
        (("--audience", "heads"), "only where the mail goes to them"),
        (("--set", "rows=1"), "the report has no such option"),
    ],
)
def test_what_is_wrong_with_a_schedule_is_said(
    home: Home, more: tuple[str, ...], rule: str
) -> None:
    with pytest.raises(InvalidInput, match=rule):
        add(home, "daily", "--to", "anna@aurora.example", *more)


def test_without_a_mail_server_it_says_so(home: Home) -> None:
    home.settings.write_text('company = "Aurora"\n', encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"no \[mail\] table"):
        run(home, "schedule", "--once")
    with pytest.raises(InvalidInput, match="no such schedule"):
        run(home, "schedules", "remove", "nothing")


@pytest.mark.parametrize("kills", [4, pytest.param(60, marks=pytest.mark.long)])
def test_killed_at_random_moments_each_mail_arrives_once_or_is_listed(
    home: Home, inbox: Inbox, kills: int
) -> None:
    chance = random.Random(kills)
    readers = [f"reader{number}@aurora.example" for number in range(15 * kills)]
    addresses = [word for reader in readers for word in ("--to", reader)]
    add(home, "daily", "--report", "traffic-matrix", *addresses)
    command = [
        *(sys.executable, "-m", "app.cli", "schedule", "--once"),
        *("--home", str(home.path), "--now", LATER),
    ]
    begun = time.monotonic()
    assert subprocess.run([*command[:-1], NOW], check=False).returncode == 0
    start_up = time.monotonic() - begun
    for _ in range(kills):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        time.sleep(start_up * chance.uniform(0.8, 1.6))
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode == 0
    rows = json.loads(run(home, "schedules", "history", "--limit", "100000", "--json"))
    stages = {row["recipient"]: row["state"] for row in rows}
    assert sorted(stages) == sorted(readers)
    assert set(stages.values()) <= {"sent", "perhaps"}
    arrived = [mail["To"] for mail in inbox.mails]
    assert len(arrived) == len(set(arrived))
    assert {reader for reader, stage in stages.items() if stage == "sent"} <= set(arrived)
    assert sum(stage == "perhaps" for stage in stages.values()) <= kills


def test_the_process_works_until_it_is_told_to_end(home: Home, inbox: Inbox) -> None:
    # By the real clock years of days are due: it ends in the middle of them.
    add(home, "daily", "--to", "anna@aurora.example")
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "schedule", "--home", str(home.path)],
        stdout=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 60
        while not inbox.raw and time.monotonic() < end:
            time.sleep(0.1)
        second = subprocess.run(
            [sys.executable, "-m", "app.cli", "schedule", "--once", "--home", str(home.path)],
            check=False,
            capture_output=True,
            text=True,
        )
        assert second.returncode == 1
        assert "Another scheduler" in second.stderr
        process.terminate()
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
    stages = {
        row["state"]
        for row in json.loads(run(home, "schedules", "history", "--limit", "9999", "--json"))
    }
    assert stages == {"sent", "waiting"}


def test_a_server_that_is_down_keeps_the_mails_waiting(tmp_path: Path) -> None:
    found = make_home(tmp_path / "home", plausible_legs(START.date(), days=1, per_day=20))
    port = free_port()
    found.settings.write_text(SETTINGS.format(port=port), encoding="utf-8")
    add(found, "daily", "--to", "anna@aurora.example")
    run(found, "schedule", "--once", now=LATER)
    (row,) = json.loads(run(found, "schedules", "history", "--json"))
    assert row["state"] == "waiting"
    assert "cannot be reached" in row["reason"]
    with smtp_server(port=port) as inbox:
        run(found, "schedule", "--once", now="2024-10-21T12:01:00Z")
        assert len(inbox.raw) == 1


def test_clocks_that_go_back_send_nothing_twice(home: Home, inbox: Inbox) -> None:
    add(home, "daily", "--to", "anna@aurora.example")
    at = START + timedelta(days=1)
    for step in (0, 1, -2, -1, 0, 1):
        run(home, "schedule", "--once", now=(at + timedelta(days=step)).isoformat())
    assert [mail["Subject"] for mail in inbox.mails] == [
        "Cost summary, Sun 20 Oct 2024",
        "Cost summary, Mon 21 Oct 2024",
    ]
