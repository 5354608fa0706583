"""`alarms` and `schedule`: from the command line to a mail server and a webhook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.main import cli
from tests.app.alarms.conftest import Receiver, begun, receiving
from tests.app.homes import make_home
from tests.smtp import Inbox, smtp_server
from warehouse.errors import InvalidInput
from warehouse.home import Home

NOW, LATER = "2024-10-21T12:00:00Z", "2024-10-21T12:30:00Z"
SETTINGS = """company = "Aurora Instruments"
[mail]
host = "localhost"
port = {mail}
security = "none"
sender = "calls@aurora.example"
[[webhooks]]
name = "chat"
url = "http://127.0.0.1:{web}/hook"
"""


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with smtp_server() as found:
        yield found


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def home(tmp_path: Path, inbox: Inbox, receiver: Receiver) -> Home:
    found = make_home(tmp_path / "home", [begun(-60, "before", cost=Decimal(9))])
    text = SETTINGS.format(mail=inbox.port, web=receiver.port)
    found.settings.write_text(text, encoding="utf-8")
    return found


def run(home: Home, *arguments: str, now: str | None = None) -> str:
    clock = ("--now", now) if now else ()
    found = CliRunner().invoke(
        cli, [*arguments, "--home", str(home.path), *clock], catch_exceptions=False
    )
    assert found.exit_code == 0, found.output
    return found.stdout


def test_an_alarm_is_kept_listed_told_and_acknowledged(
    home: Home, inbox: Inbox, receiver: Receiver
) -> None:
    told = ("--to", "anna@aurora.example", "--webhook", "chat", "--mask", "2")
    dear = ("--call-type", "premium", "--min-cost", "5", "--any", "--outside", "8:00-18:00 mon-fri")
    run(home, "alarms", "add", "call", "dear", *dear, *told, now=NOW)
    assert run(home, "alarms", "list") == (
        "dear: a call with type premium or cost from 5 or outside 08:00–18:00 Mon Tue Wed Thu Fri; "
        "tells anna@aurora.example, chat\n"
    )
    make_home(home.path, [begun(10, "dear", cost=Decimal("7.25")), begun(11, "cheap")], serial=1)
    for _ in range(2):
        run(home, "schedule", "--once", now=LATER)
    (mail,) = inbox.mails
    assert mail["Subject"] == "Alarm: Anna Bianchi called +4420794600xx (United Kingdom)"
    body = mail.get_body(("plain",))
    assert body is not None
    assert "tollbook alarms acknowledge 1" in body.get_content()
    assert [said["calls"][0]["to_number"] for said in receiver.told] == ["+4420794600xx"]
    (event,) = json.loads(run(home, "alarms", "history", "--open", "--json"))
    assert event["title"] == "Anna Bianchi called +4420794600xx (United Kingdom)"
    assert "+4420794600xx  United Kingdom  0:01:00  €7.2500  dear" in run(
        home, "alarms", "calls", "1"
    )
    assert "anna@aurora.example  sent" in run(home, "alarms", "history", "--event", "1")
    run(home, "alarms", "acknowledge", "1", "--silence-hours", "2", now=LATER)
    assert json.loads(run(home, "alarms", "history", "--open", "--json")) == []
    assert "seen to by" in run(home, "alarms", "history")


def test_an_alarm_is_changed_paused_resumed_and_removed(home: Home) -> None:
    to = ("--to", "anna@aurora.example")
    run(home, "alarms", "add", "call", "one", "--emergency", *to, now=NOW)
    run(home, "alarms", "pause", "one")
    run(home, "alarms", "change", "call", "one", "--number", "+39899*", *to, now=NOW)
    assert run(home, "alarms", "list") == (
        "one: a call with number +39899*; tells anna@aurora.example, paused\n"
    )
    run(home, "alarms", "resume", "one")
    (listed,) = json.loads(run(home, "alarms", "list", "--json"))
    assert (listed["paused"], listed["test"]["numbers"]) == (False, ["+39899*"])
    run(home, "alarms", "remove", "one")
    assert run(home, "alarms", "list") == ""


def test_a_test_message_arrives_or_says_why_not(
    home: Home, inbox: Inbox, receiver: Receiver
) -> None:
    to = ("--to", "anna@aurora.example", "--to", "bruno@aurora.example", "--webhook", "chat")
    run(home, "alarms", "add", "call", "one", "--emergency", *to, now=NOW)
    inbox.refuses = {"bruno@aurora.example": "550 no such user"}
    told = run(home, "alarms", "test", "one", now=NOW).splitlines()
    assert told == [
        "anna@aurora.example  sent",
        "bruno@aurora.example  failed: the server refuses it: 550 no such user",
        "chat  sent",
    ]
    (mail,) = inbox.mails
    assert mail["Subject"] == "Alarm: Test of one"
    assert receiver.told[0]["calls"] == []


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (("call", "x"), "name at least one condition"),
        (("call", "x", "--min-cost", "dear"), "not an amount"),
        (("call", "x", "--outside", "at night"), "no hours"),
        (("call", "x", "--outside", "08:00-25:00"), "no hours"),
        (("call", "x", "--call-type", "lunar"), "input should be"),
        (("call", "x", "--number", "+3906699999999"), "its last digits are hidden"),
        (("counter", "x", "--measure", "calls", "--amount", "5", "--minutes", "5"), "sliding"),
        (("unusual", "x", "--per", "site"), "input should be"),
    ],
)
def test_what_is_wrong_with_an_alarm_is_said(home: Home, words: tuple[str, ...], rule: str) -> None:
    with pytest.raises(InvalidInput, match=rule):
        run(home, "alarms", "add", *words, "--to", "anna@aurora.example")


def test_what_there_is_not_is_said(home: Home) -> None:
    with pytest.raises(InvalidInput, match="no such alarm"):
        run(home, "alarms", "remove", "nothing")
    with pytest.raises(InvalidInput, match="no such event"):
        run(home, "alarms", "acknowledge", "7")
    with pytest.raises(InvalidInput, match="no such webhook"):
        run(home, "alarms", "add", "call", "x", "--emergency", "--webhook", "pager")


def test_webhooks_alone_need_no_mail_server(home: Home, receiver: Receiver) -> None:
    text = home.settings.read_text(encoding="utf-8")
    home.settings.write_text(text[text.index("[[webhooks]]") :], encoding="utf-8")
    run(home, "alarms", "add", "call", "x", "--min-cost", "5", "--webhook", "chat", now=NOW)
    make_home(home.path, [begun(10, "dear", cost=Decimal(7))], serial=1)
    run(home, "schedule", "--once", now=LATER)
    assert [said["calls"][0]["call_id"] for said in receiver.told] == ["dear"]


def test_web_addresses_are_checked_and_never_shown(home: Home) -> None:
    home.settings.write_text('[[webhooks]]\nname = "chat"\nurl = "ftp://x/t0ken"\n')
    with pytest.raises(InvalidInput) as refused:
        run(home, "alarms", "list")
    assert "not a web address" in str(refused.value)
    assert "t0ken" not in str(refused.value)
