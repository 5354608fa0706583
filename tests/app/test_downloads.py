from __future__ import annotations

import csv
import io
import tempfile
from datetime import date
from pathlib import Path

import pytest

from app import downloads
from app.periods import custom
from warehouse.home import Home
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshots

OCTOBER = custom(date(2024, 10, 1), date(2024, 10, 31))


def downloaded(home: Home, filters: Filters) -> list[dict[str, str]]:
    snapshots = Snapshots(home.warehouse)
    try:
        data = downloads.calls_csv(snapshots.current(), Scope(everything=True), filters)
    finally:
        snapshots.close()
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"))))


def test_the_file_holds_every_call_of_the_filters_and_no_other(small_home: Home) -> None:
    filters = Filters(OCTOBER.first, OCTOBER.last, departments=("Sales",))
    assert ["A3", "A4", "A5", "A1"] == [row["call_id"] for row in downloaded(small_home, filters)]


def test_a_file_without_calls_still_says_its_columns(small_home: Home) -> None:
    assert [] == downloaded(small_home, Filters(OCTOBER.first, OCTOBER.last, text="nobody"))


def test_nothing_stays_behind_on_the_server(
    small_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    downloaded(small_home, Filters(OCTOBER.first, OCTOBER.last))
    assert [] == list(scratch.glob("tollbook-*"))


def test_the_name_says_which_days_are_inside() -> None:
    assert "calls_2024-10-01_2024-10-31.csv" == downloads.file_name("calls", OCTOBER)
