"""`check` as its user meets it: what sources say of themselves, and what it means here."""

from __future__ import annotations

import errno
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.cli import asking
from app.cli.demo import make_demo
from app.cli.main import cli
from app.cli.settings import load_settings
from pipeline.sources.source import Description, Finding, Source, Tone, Trunk
from warehouse.clock import fixed_clock
from warehouse.errors import Unavailable
from warehouse.home import Home

NOW = "2026-11-20T15:30:00Z"

SOURCES = """
[[sources]]
name = "{name}"
kind = "lync"
connection = "file:{name}.sqlite"
site = "Headquarters"
"""


class Telling:
    """A source that says what a test wants to hear."""

    def __init__(self, *findings: Finding, error: str = "") -> None:
        self.findings, self.error = findings, error

    def describe(self) -> Description:
        if self.error:
            raise Unavailable(self.error)
        return Description("Telling 1.0", None)

    def discover(self, _now: datetime) -> list[Finding]:
        return list(self.findings)


class Silent(Telling):
    """A source that never answers, until the test is over."""

    def __init__(self) -> None:
        super().__init__()
        self.over = threading.Event()

    def describe(self) -> Description:
        self.over.wait()
        return super().describe()


class Raising(Telling):
    """A source that fails in a way that its driver did not foresee."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.raised = error

    def describe(self) -> Description:
        raise self.raised


@pytest.fixture
def home(tmp_path: Path) -> Path:
    assert 0 == CliRunner().invoke(cli, ["init", "--home", str(tmp_path)]).exit_code
    return tmp_path


@pytest.fixture
def sources(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The sources of the home by name, to be filled by the test before it checks."""
    known: dict[str, Any] = {}

    def opened(settings: Any, _home: Path) -> Source:
        found: Source = known[settings.name]
        return found

    monkeypatch.setattr(asking, "open_source", opened)
    yield known
    for one in known.values():
        if isinstance(one, Silent):
            one.over.set()


def check(home: Path, sources: dict[str, Any], *options: str) -> Result:
    settings = home / "tollbook.toml"
    tables = "".join(SOURCES.format(name=name) for name in sources)
    settings.write_text(settings.read_text(encoding="utf-8") + tables, encoding="utf-8")
    return CliRunner().invoke(cli, ["check", "--home", str(home), "--now", NOW, *options])


def test_facts_and_advice_are_no_failure(home: Path, sources: dict[str, Any]) -> None:
    sources["rome"] = Telling(
        Finding(Tone.FACT, "It is [old]."), Finding(Tone.ADVICE, "It is slow.", "Be patient.")
    )
    done = check(home, sources)
    assert 0 == done.exit_code
    assert "  · It is [old].\n  ! It is slow. Be patient.\n" in done.output


def test_a_fault_ends_with_1(home: Path, sources: dict[str, Any]) -> None:
    sources["rome"] = Telling(Finding(Tone.FAULT, "It lies.", "Ask another."))
    done = check(home, sources)
    assert (1, True) == (done.exit_code, "✗ It lies. Ask another." in done.output)


def test_a_source_that_is_down_keeps_no_other_from_being_asked(
    home: Path, sources: dict[str, Any]
) -> None:
    sources["rome"] = Telling(error="Start the server: PWD=secret.")
    sources["milan"] = Telling(Finding(Tone.FACT, "It is well."))
    done = check(home, sources)
    assert 1 == done.exit_code
    (line,) = [one for one in done.output.splitlines() if "cannot be read" in one]
    assert "It cannot be read: Start the server: PWD=" in line
    assert "It is well." in done.output
    assert "secret" not in done.output


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (PermissionError(errno.EACCES, "Permission denied", "/x"), "Give this user the right"),
        (KeyError("duration"), "Its driver did not expect this: KeyError: 'duration'. Report it"),
    ],
)
def test_whatever_a_driver_raises_is_one_line_at_once(
    home: Path, sources: dict[str, Any], error: Exception, told: str
) -> None:
    sources["rome"] = Raising(error)
    done = check(home, sources)
    (line,) = [one for one in done.output.splitlines() if "cannot be read" in one]
    assert (1, True) == (done.exit_code, told in line)


def test_a_source_under_another_name_is_asked_about(home: Path, sources: dict[str, Any]) -> None:
    memory = Home(home).recorder
    memory.mkdir(parents=True)
    (memory / "rome.parquet").touch()
    sources["roma"] = Telling()
    (line,) = [one for one in check(home, sources).output.splitlines() if "give it its old" in one]
    assert "'rome'" in line
    assert "now there is roma" in line


def test_a_source_that_was_given_up_is_not_asked_about(home: Path, sources: dict[str, Any]) -> None:
    memory = Home(home).recorder
    memory.mkdir(parents=True)
    for name in ("old", "rome"):
        (memory / f"{name}.parquet").touch()
    sources["rome"] = Telling()
    assert "everything is in order." in check(home, sources).output


def test_a_source_that_does_not_answer_in_time_is_told(home: Path, sources: dict[str, Any]) -> None:
    sources["rome"] = Silent()
    sources["milan"] = Telling(Finding(Tone.FACT, "It is well."))
    done = check(home, sources, "--limit", "1")
    assert (1, True, True) == (
        done.exit_code,
        "did not answer within 1 seconds" in done.output,
        "It is well." in done.output,
    )


def test_faults_of_files_win_over_those_of_sources(home: Path, sources: dict[str, Any]) -> None:
    (home / "users.csv").write_text("nobody\n", encoding="utf-8")
    sources["rome"] = Telling(Finding(Tone.FAULT, "It lies.", "Ask another."))
    done = check(home, sources, "--json")
    told = json.loads(done.output)
    assert 2 == done.exit_code
    assert {"users.csv"} == {one["file"] for one in told["problems"]}
    assert [
        {
            "source": "rome",
            "product": "Telling 1.0",
            "keeps_days": None,
            "findings": [{"tone": "fault", "text": "It lies.", "mend": "Ask another."}],
        }
    ] == told["sources"]


def test_trunks_are_compared_with_gateways_csv(home: Path, sources: dict[str, Any]) -> None:
    trunks = (Trunk("gw-1.example.com", 1, 1), Trunk("gw-new", 1, 1))
    sources["rome"] = Telling(Finding(Tone.FACT, "Trunks.", trunks=trunks))
    done = check(home, sources)
    assert "No row of gateways.csv is valid for gw-new" in done.output
    assert "for gw-1" not in done.output


def test_numbers_are_shown_by_their_shapes_only(home: Path, sources: dict[str, Any]) -> None:
    sources["rome"] = Telling(Finding(Tone.FACT, "Numbers.", numbers=("+390612345678", "7101")))
    done = check(home, sources)
    assert "+9…9 (1: international numbers)" in done.output
    assert "390612345678" not in done.output


def test_a_demonstration_has_no_fault(tmp_path: Path) -> None:
    home = Home(tmp_path / "demo")
    now = datetime.fromisoformat(NOW).astimezone(UTC)
    make_demo(home, fixed_clock(now), seed=1, days=2)
    name = load_settings(home.settings).sources[0].name
    done = CliRunner().invoke(cli, ["check", "--home", str(home.path), "--now", NOW, "--json"])
    told = json.loads(done.output)
    assert (0, [], name) == (done.exit_code, told["problems"], told["sources"][0]["source"])
    tones = {finding["tone"] for finding in told["sources"][0]["findings"]}
    assert {"fact"} == tones


def test_charges_that_nobody_pays_are_warned_of_with_their_place(
    home: Path, sources: dict[str, Any]
) -> None:
    (home / "users.csv").write_text("user,name,department\na@x.org,A,Sales\n", encoding="utf-8")
    settings = home / "tollbook.toml"
    lines = settings.read_text(encoding="utf-8").count("\n")
    with settings.open("a", encoding="utf-8") as out:
        out.write('[[charges]]\ndepartment = "Sales"\n[[charges]]\ndepartment = "Slaes"\n')
    done = check(home, sources, "--json")
    (warning,) = json.loads(done.output)["warnings"]
    assert 0 == done.exit_code
    assert ("tollbook.toml", lines + 4, "Slaes") == (
        warning["file"],
        warning["line"],
        warning["value"],
    )


def test_a_currency_of_the_price_list_without_a_rate_is_warned_of(
    home: Path, sources: dict[str, Any]
) -> None:
    settings = home / "tollbook.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text('reporting_currency = "CHF"\n' + text, encoding="utf-8")
    (warning,) = json.loads(check(home, sources, "--json").output)["warnings"]
    assert ("exchange_rates.csv", "EUR") == (warning["file"], warning["value"])
    rates = home / "exchange_rates.csv"
    rates.write_text("from,to,rate,valid_from\nEUR,CHF,0.95,2026-11-01\n", encoding="utf-8")
    assert "everything is in order." in CliRunner().invoke(
        cli, ["check", "--home", str(home), "--now", NOW]
    ).output.replace("\n", " ")
    rates.write_text("from,to\nEUR,CHF\n", encoding="utf-8")
    told = CliRunner().invoke(cli, ["check", "--home", str(home)]).exception
    assert "exchange_rates.csv, line 1, column rate: column missing" in str(told)
