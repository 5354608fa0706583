"""`import-people`: what it prints, how it ends, and that calls of last month do not move."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.main import cli
from pipeline.miner.books import Shelf
from warehouse.errors import InvalidInput, Unavailable
from warehouse.home import Home

TOML = """\
[people.csv]
file = "export.csv"
delimiter = ";"

[people.csv.columns]
user = "SIP"
name = "Name"
department = "Dept"
"""
EXPORT = "SIP;Name;Dept\nanna.example@example.com;Anna Example;{}\nbob@x.org;Bob;Sales\n"
NOW = ("--now", "2026-03-01T12:00:00Z")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    CliRunner().invoke(cli, ["init", "--home", str(tmp_path)])
    place = Home(tmp_path)
    place.settings.write_text(TOML)
    (tmp_path / "export.csv").write_text(EXPORT.format("Finance"))
    return place


def run(home: Home, *options: str) -> tuple[str, str]:
    done = CliRunner().invoke(cli, ["import-people", "--home", str(home.path), *NOW, *options])
    if done.exception is not None:
        raise done.exception
    return done.stdout, done.stderr


def test_a_dry_run_shows_who_comes_and_changes_and_writes_nothing(home: Home) -> None:
    before = home.users.read_bytes()
    shown, told = run(home, "--dry-run")
    assert [
        "~ anna.example@example.com  Anna Example  department: Sales → Finance",
        "+ bob@x.org  Bob",
    ] == shown.splitlines()
    assert "1 added, 1 changed, 0 corrected, 0 left, 0 unchanged" in told
    assert before == home.users.read_bytes()


def test_a_running_miner_books_by_the_new_file_and_the_past_stays(home: Home) -> None:
    shelf = Shelf(home, {})
    run(home)
    assert shelf.refresh()
    assert () == shelf.problems
    rows = shelf.books.directory.users.filter(user="anna.example@example.com")
    assert ["Sales", "Finance"] == rows["department"].to_list()
    assert rows["until"][0] == rows["since"][1]
    assert not shelf.refresh()


def test_machines_are_told_the_same(home: Home) -> None:
    told = json.loads(run(home, "--json")[0])
    assert (True, ["bob@x.org"], [], []) == (
        told["written"],
        [one["user"] for one in told["added"]],
        told["left"],
        told["problems"],
    )
    assert {"before": "Sales", "after": "Finance"} == told["changed"][0]["cells"]["department"]
    assert Path(told["backup"]).exists()


def test_an_empty_answer_ends_nobodys_employment(home: Home) -> None:
    (home.path / "export.csv").write_text("SIP;Name;Dept\n")
    before = home.users.read_bytes()
    with pytest.raises(Unavailable, match="no one at all was read"):
        run(home)
    assert before == home.users.read_bytes()
    run(home, "--max-leavers", "100")
    assert "2026-03-01" in home.users.read_text()


@pytest.mark.parametrize(
    ("toml", "export", "options", "rule"),
    [
        pytest.param("", "", (), "does not say where people are", id="no table"),
        pytest.param(TOML, "SIP;Name\nx;y\n", (), "column missing", id="a column too few"),
        pytest.param(TOML, EXPORT + "x;y\n", (), "2 cells where the header has 3", id="short row"),
        pytest.param(TOML, EXPORT, ("--day", "1.3.2026"), "not a date", id="a day in other form"),
        pytest.param(TOML, EXPORT, ("--file", "no.csv"), "cannot be read", id="no such file"),
        pytest.param(TOML, EXPORT, ("--from", "ldap"), "does not say where", id="no server"),
        pytest.param(
            f'{TOML}[people.ldap]\nserver="x"\nbase="x"\n', "", (), "holds both", id="a choice"
        ),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_changed(
    home: Home, toml: str, export: str, options: tuple[str, ...], rule: str
) -> None:
    home.settings.write_text(toml)
    (home.path / "export.csv").write_text(export)
    before = home.users.read_bytes()
    with pytest.raises(InvalidInput, match=rule):
        run(home, *options)
    assert before == home.users.read_bytes()
