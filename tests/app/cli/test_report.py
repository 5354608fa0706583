"""`report` on a home with calls."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from app.cli.main import cli
from app.reports.catalogue import REPORTS
from tests.app.homes import leg, make_home, unpriced
from tests.app.reports.conftest import MADE_AT
from warehouse.errors import InvalidInput
from warehouse.home import Home

NOW = ("--now", "2024-11-01T06:00:00Z")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    at = MADE_AT.replace(tzinfo=None, month=10)
    rows = [leg("1", at), leg("2", at.replace(day=3)), leg("3", at, **unpriced("no_prefix"))]
    found = make_home(tmp_path / "home", rows)
    found.settings.write_text('company = "Aurora Instruments"\n', encoding="utf-8")
    return found


def run(*arguments: str) -> str:
    found = CliRunner().invoke(cli, ["report", *arguments], catch_exceptions=False)
    assert found.exit_code == 0
    return found.stdout


def refused(home: Home, *arguments: str) -> list[str]:
    with pytest.raises(InvalidInput) as error:
        run(*arguments, "--home", str(home.path), *NOW)
    return [f"{problem.file}: {problem.rule}" for problem in error.value.problems]


def test_without_a_name_all_reports_are_listed() -> None:
    assert all(f"  {name} " in run() for name in REPORTS)
    told = {one["name"]: one for one in json.loads(run("--json"))}
    assert list(told) == list(REPORTS)
    assert told["long-calls"]["options"] == {"minutes": 60, "rows": 1000}


def test_the_last_month_is_written_unless_another_period_is_named(home: Home) -> None:
    target = home.path / "costs.csv"
    told = json.loads(
        run("costs-by-department", "--out", str(target), "--json", "--home", str(home.path), *NOW)
    )
    assert (told["first"], told["last"]) == ("2024-10-01", "2024-10-31")
    assert told["files"] == [str(target), f"{target}.about.json"]
    assert pl.read_csv(target)["calls"].to_list() == [3]
    of_a_day = ("--from", "2024-10-03", "--to", "2024-10-03")
    run("costs-by-department", *of_a_day, "--out", str(target), "--home", str(home.path), *NOW)
    assert pl.read_csv(target)["calls"].to_list() == [1]
    about = json.loads((home.path / "costs.csv.about.json").read_text(encoding="utf-8"))
    assert about["company"] == "Aurora Instruments"


def test_filters_and_masking_reach_the_file(home: Home) -> None:
    target = home.path / "calls.csv"
    place = ("--out", str(target), "--home", str(home.path), *NOW)
    run("dearest-calls", "--mask", "3", "--set", "rows=5", *place)
    assert pl.read_csv(target)["to_number"].str.ends_with("xxx").all()
    run("dearest-calls", "--department", "Nobody's", *place)
    assert pl.read_csv(target).is_empty()


MAIL = """\
[mail]
host = "smtp.example.com"
security = "none"
sender = "calls@example.com"
logo = "logo.png"
"""


def test_a_report_bears_the_logo_of_mails(home: Home) -> None:
    home.settings.write_text(MAIL, encoding="utf-8")
    logo = b"\x89PNG\r\n\x1a\n and more"
    (home.path / "logo.png").write_bytes(logo)
    target = home.path / "costs.html"
    run("costs-summary", "--out", str(target), "--home", str(home.path), *NOW)
    assert b64encode(logo).decode() in target.read_text(encoding="utf-8")


def test_a_logo_that_is_no_picture_is_told(home: Home) -> None:
    home.settings.write_text(MAIL, encoding="utf-8")
    assert ["cannot be read"] == [
        rule.split(" (")[0].split(": ")[1] for rule in refused(home, "costs-summary")
    ]
    checked = CliRunner().invoke(cli, ["check", "--json", "--home", str(home.path)])
    rules = [problem["rule"] for problem in json.loads(checked.stdout)["problems"]]
    assert any("cannot be read" in rule for rule in rules)


def test_what_is_wrong_is_told_all_at_once(home: Home) -> None:
    assert refused(home, "cost-by-department", "--format", "doc", "--zone", "Mars") == [
        "NAME: no such report",
        "--format: no such format",
        "--zone: no IANA zone",
    ]
    assert refused(home, "costs-by-site", "--period", "whenever") == ["--period: no such period"]
    assert refused(home, "costs-by-site", "--period", "today", "--from", "2024-10-01") == [
        "--period: given beside --from or --to"
    ]
    backwards = ("--from", "2024-10-02", "--to", "2024-10-01")
    assert refused(home, "costs-by-site", *backwards) == ["--to: before --from"]
    assert refused(home, "dearest-calls", "--set", "rows") == [
        "--set: not a name and a whole number"
    ]
    assert refused(home, "costs-by-site", "--direction", "up", "--min-cost", "x") == [
        "--direction: no such word",
        "--min-cost: not an amount",
    ]
