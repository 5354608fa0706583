from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from app.frame import downloads
from app.periods import custom
from tests.app.homes import leg, make_home
from warehouse.home import Home
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshots

OCTOBER = custom(date(2024, 10, 1), date(2024, 10, 31))


def downloaded(home: Home, filters: Filters) -> zipfile.ZipFile:
    snapshots = Snapshots(home.warehouse)
    try:
        data = downloads.calls_zip(snapshots.current(), Scope(everything=True), filters)
    finally:
        snapshots.close()
    return zipfile.ZipFile(io.BytesIO(data))


def listed(home: Home, filters: Filters) -> list[dict[str, str]]:
    text = downloaded(home, filters).read("calls.csv").decode("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_holds_every_call_of_the_filters_and_no_other(small_home: Home) -> None:
    filters = Filters(OCTOBER.first, OCTOBER.last, departments=("Sales",))
    assert ["A3", "A4", "A5", "A1"] == [row["call_id"] for row in listed(small_home, filters)]


def test_a_file_without_calls_still_says_its_columns(small_home: Home) -> None:
    assert [] == listed(small_home, Filters(OCTOBER.first, OCTOBER.last, text="nobody"))


def test_the_filters_stand_beside_the_calls(small_home: Home) -> None:
    filters = Filters(OCTOBER.first, OCTOBER.last, departments=("Sales",), min_cost=Decimal("0.01"))
    about = json.loads(downloaded(small_home, filters).read("calls.csv.about.json"))
    assert (["Sales"], "0.01", 1) == (
        about["filters"]["departments"],
        about["filters"]["min_cost"],
        about["rows"],
    )


def test_no_cell_becomes_a_formula(empty_home: Home) -> None:
    person = {"person": "=HYPERLINK(1)", "department": "@Sales"}
    make_home(empty_home.path, [leg("F1", datetime(2024, 10, 30, 9), **person)])
    (row,) = listed(empty_home, Filters(OCTOBER.first, OCTOBER.last))
    assert ("'=HYPERLINK(1)", "'@Sales") == (row["person"], row["department"])
    assert "+442079460000" == row["to_number"]


def test_nothing_stays_behind_on_the_server(
    small_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    downloaded(small_home, Filters(OCTOBER.first, OCTOBER.last))
    assert [] == list(scratch.glob("tollbook-*"))


def test_the_name_says_which_days_are_inside() -> None:
    assert "calls_2024-10-01_2024-10-31.zip" == downloads.file_name("calls", OCTOBER)
