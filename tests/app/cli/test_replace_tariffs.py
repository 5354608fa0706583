"""Another price list takes the place of the present one, or all that is wrong with it is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.app.books import TARIFFS, book_home
from tests.app.cli.console import tollbook
from warehouse.home import Home

DEARER = TARIFFS.replace("0.60", "0.66")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return book_home(tmp_path / "home")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "new.csv"
    path.write_text(DEARER, encoding="utf-8")
    return path


def test_the_former_list_is_kept_beside_the_new_one(home: Home, file: Path) -> None:
    done = tollbook("replace-tariffs", str(file), "--json", home=home.path)
    told = json.loads(done.stdout)
    assert told["changed"]
    assert DEARER == home.tariffs.read_text()
    assert TARIFFS == Path(told["backup"]).read_text()


def test_a_dry_run_writes_nothing(home: Home, file: Path) -> None:
    done = tollbook("replace-tariffs", str(file), "--dry-run", home=home.path)
    assert 0 == done.returncode
    assert "It can be used; nothing was written." in done.stderr
    assert TARIFFS == home.tariffs.read_text()


def test_the_present_list_again_changes_nothing(home: Home, file: Path) -> None:
    file.write_text(TARIFFS)
    done = tollbook("replace-tariffs", str(file), "--json", home=home.path)
    assert {"changed": False, "backup": None} == {
        name: value
        for name, value in json.loads(done.stdout).items()
        if name in ("changed", "backup")
    }
    assert not list(home.path.glob("tariffs.csv.*"))


def test_all_that_is_wrong_with_it_and_with_the_trunks_is_told_at_once(
    home: Home, file: Path
) -> None:
    # Prices of hudson, to which a trunk points, are missing.
    lines = [line for line in TARIFFS.splitlines() if not line.startswith("hudson")]
    file.write_text("\n".join([*lines, "aurelia,44,UK,abroad,cheap,0,EUR"]) + "\n")
    done = tollbook("replace-tariffs", str(file), "--json", home=home.path)
    assert 2 == done.returncode
    found = [
        (one["file"], one["line"], one["column"]) for one in json.loads(done.stdout)["problems"]
    ]
    assert ("tariffs.csv", 4, "call_type") in found
    assert ("tariffs.csv", 4, "price_per_minute") in found
    assert ("gateways.csv", 3, "tariff") in found
    assert TARIFFS == home.tariffs.read_text()


def test_a_file_that_is_not_there_is_told(home: Home, tmp_path: Path) -> None:
    done = tollbook("replace-tariffs", str(tmp_path / "none.csv"), home=home.path)
    assert 2 == done.returncode
    assert "no such file" in done.stderr
