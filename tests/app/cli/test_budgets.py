"""`tollbook budgets` as its user meets it."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli.main import cli
from warehouse.errors import InvalidInput, Problem

USERS = "user,name,department,email\nanna@x.org,Anna,Sales,a@x.org\nbob@x.org,Bob,Legal,b@x.org\n"
CALL = (
    "leg_id,started_at,answered_at,ended_at,to_number,charged_user,gateway_out,direction\n"
    "{leg},2026-02-10T12:00:00Z,2026-02-10T12:00:05Z,2026-02-10T12:10:05Z,+390612345678,"
    "anna@x.org,gw-1.example.com,outbound\n"
)
TARIFFS = "tariff,prefix,destination,price_per_minute\ncarrier,39,Italy,0.60\n"
NOW = "2026-02-12T12:00:00Z"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    assert 0 == CliRunner().invoke(cli, ["init", "--home", str(tmp_path)]).exit_code
    (tmp_path / "users.csv").write_text(USERS, encoding="utf-8")
    (tmp_path / "tariffs.csv").write_text(TARIFFS, encoding="utf-8")
    return tmp_path


def run(home: Path, *arguments: str) -> Any:
    done = CliRunner().invoke(cli, [*arguments, "--home", str(home)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def budgets(home: Path, *arguments: str) -> str:
    done = run(home, "budgets", *arguments)
    assert 0 == done.exit_code, done.output
    return str(done.stdout)


def refused(home: Path, *arguments: str) -> list[Problem]:
    with pytest.raises(InvalidInput) as caught:
        run(home, "budgets", *arguments)
    return list(caught.value.problems)


def listed(home: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(budgets(home, "list", "--json"))
    return found


ANNA = ("add", "Anna", "--person", "Anna@x.org", "--amount", "5", "--currency", "EUR")
MONTHLY = (*ANNA, "--period", "month", "--from", "2026-01-01", "--tell", "person")


def mine(home: Path, leg: str) -> None:
    incoming = home / "spool" / "incoming" / f"rome_{leg}.v1.csv"
    incoming.write_text(CALL.format(leg=leg), encoding="utf-8")
    run(home, "mine", "--once", "--now", NOW)


def test_a_budget_is_added_changed_and_removed(home: Path) -> None:
    budgets(home, *MONTHLY, "--now", NOW)
    (one,) = listed(home)
    assert {
        "name": "Anna",
        "kind": "person",
        "subject": "anna@x.org",
        "amount": "5",
        "warn_at": [80, 100],
        "tell": ["person"],
        "carry_over": False,
    } == {name: one[name] for name in one.keys() & {
        "name", "kind", "subject", "amount", "warn_at", "tell", "carry_over"
    }}  # fmt: skip
    budgets(home, "change", "Anna", "--amount", "7.50", "--carry-over", "--rename", "Anna B.")
    (one,) = listed(home)
    assert ("Anna B.", "7.5", True, "2026-01-01") == (
        *(one["name"], one["amount"], one["carry_over"]),
        one["valid_from"],
    )
    assert "Anna B." in budgets(home, "list")
    budgets(home, "remove", "Anna B.")
    assert [] == listed(home)


def test_what_is_mined_is_spent_and_what_is_reached_waits_to_be_told(home: Path) -> None:
    budgets(home, *MONTHLY)
    budgets(
        home,
        *("add", "Sales", "--department", "Sales", "--amount", "100", "--currency", "EUR"),
        *("--period", "month", "--from", "2026-01-01"),
    )
    mine(home, "A")
    told = json.loads(budgets(home, "status", "--now", NOW, "--json"))
    anna, sales = told["budgets"]
    assert ("6.000000", "-1.000000", 100) == (anna["spent"], anna["left"], anna["reached"])
    assert ("Sales", "94.000000", "14.000000") == (
        sales["budget"],
        sales["left"],
        sales["forecast"],
    )
    assert [("Anna", 80, ["a@x.org"]), ("Anna", 100, ["a@x.org"])] == [
        (one["budget"], one["percent"], one["tell"]) for one in told["untold"]
    ]
    mine(home, "B")
    again = json.loads(budgets(home, "status", "--now", NOW, "--json"))
    assert "12.000000" == again["budgets"][0]["spent"]
    assert told["untold"] == again["untold"]
    march = json.loads(budgets(home, "status", "--on", "2026-03-01", "--json"))
    assert {Decimal(0)} == {Decimal(one["spent"]) for one in march["budgets"]}
    assert "-7.00" in budgets(home, "status", "--now", NOW)


def test_everything_that_is_wrong_is_told_at_once(home: Path) -> None:
    found = refused(
        home,
        *("add", "x", "--person", "zoe@x.org", "--amount", "-1", "--currency", "EUX"),
        *("--period", "year", "--tell", "nobody", "--warn-at", "0"),
        *("--from", "2026-02-01", "--until", "2026-02-01"),
    )
    assert {
        ("--amount", "-1"),
        ("--period", "year"),
        ("--tell", "nobody"),
        ("--warn-at", "0"),
        ("--until", "2026-02-01"),
        ("--currency", "EUX"),
        ("--person, --each-of or --department", "zoe@x.org"),
    } == {(one.file, one.value) for one in found}
    assert {"--amount", "--currency", "--period", "--person"} == {
        one.file for one in refused(home, "add", "x")
    }
    unread = refused(
        home,
        *(*ANNA, "--period", "day", "--amount", "1,5", "--from", "tomorrow", "--warn-at", "much"),
    )
    assert {"--amount", "--from", "--warn-at"} == {one.file for one in unread}
    assert [] == listed(home)


def test_names_are_asked_for_and_kept_apart(home: Path) -> None:
    budgets(home, *MONTHLY)
    assert "there is such a budget" in refused(home, *MONTHLY)[0].rule
    assert "Known: Anna" in refused(home, "change", "Bob", "--amount", "1")[0].mend
    assert "Known: Anna" in refused(home, "remove", "Bob")[0].mend
    both = (*MONTHLY, "--department", "Sales")
    assert "of one of them" in refused(home, *both)[0].rule


def test_a_file_of_budgets_is_taken_whole_or_not_at_all(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "budgets.csv"
    header = "name,kind,subject,period,amount,currency,warn_at,tell,carry_over,valid_from,ours\n"
    good = (
        "Anna,person,Anna@x.org,month,5,EUR,50;100,person;manager,yes,2026-01-01,x\n"
        "Each,member,Sales,week,10,EUR,,boss@x.org,,,\n"
    )
    file.write_text(header + good, encoding="utf-8")
    assert "2 added, 0 changed, 0 as they were." in budgets(home, "import", str(file), "--now", NOW)
    assert ["2026-01-01", "2026-02-12"] == [one["valid_from"] for one in listed(home)]
    file.write_text(header + good.replace(",5,", ",6,"), encoding="utf-8")
    assert "0 added, 1 changed, 1 as they were." in budgets(home, "import", str(file), "--now", NOW)
    file.write_text(
        header
        + "Anna,person,anna@x.org,month,9,EUR,,,,,\n"
        + "Anna,team,Sales,month,x,EUR,,,,,\n"
        + "Bob,department,Sailing,month,0,EUR,,person,maybe,,\n"
        + "Cleo,department,Sailing,month,0,EUR,,person,,,\n"
        + "Dora,,Sales,month,1,EUR,,,,,\n",
        encoding="utf-8",
    )
    found = {(one.line, one.column, one.value) for one in refused(home, "import", str(file))}
    assert {
        (3, "amount", "x"),
        (4, "carry_over", "maybe"),
        (5, "subject", "Sailing"),
        (5, "amount", "0"),
        (5, "tell", "person"),
        (6, "kind", None),
    } == found
    assert ["6", "10"] == [one["amount"] for one in listed(home)]


def test_a_miner_goes_on_where_budgets_cannot_be_had(home: Path) -> None:
    (home / "state.db").write_text("no database at all, and none that could be read" * 40)
    mine(home, "A")
    assert [] == list((home / "spool" / "incoming").iterdir())
