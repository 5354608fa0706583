"""Slices of calls and legs as files: complete, harmless, and saying what is in them."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from warehouse.legs import LEG_SCHEMA
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.queries.slices import COLUMNS, about_path, write_slice
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshots

ALL = Scope(everything=True)
EVER = Filters(date.min, date.max)


@pytest.fixture
def slice_of(
    put: Any, leg: Any, master: Master, snapshots: Snapshots, now: Any, tmp_path: Path
) -> Any:
    put(
        leg("A", "2024-08-31 23:30:00", to_number="+442079460001", person="=1+1"),
        leg("B", "2024-10-14 08:00:00", department="Service", gateway_out="gw-2", cost=Decimal(7)),
        leg("B2", "2024-10-14 08:00:10", call_id="B", department="Service", gateway_out="gw-2"),
        leg("C", "2024-10-15 08:00:00", department=None, gateway_out=None, gateway_in="gw-3"),
    )
    publish(master, now)

    def write(what: Any, name: str = "f.csv", scope: Scope = ALL, **filters: Any) -> Path:
        path = tmp_path / name
        chosen = Filters(**{"first": date.min, "last": date.max} | filters)
        rows = write_slice(snapshots.current(), scope, chosen, what, path)
        assert rows == json.loads(about_path(path).read_text(encoding="utf-8"))["rows"]
        return path

    return write


def keys(path: Path, what: str) -> list[str]:
    key = "leg_id" if what == "legs" else "call_id"
    if path.suffix == ".csv":
        return pl.read_csv(path, infer_schema=False)[key].to_list()
    return pl.read_parquet(path)[key].to_list()


def test_every_instant_of_a_leg_says_that_it_is_utc(slice_of: Any) -> None:
    legs = pl.read_csv(slice_of("legs"), infer_schema=False)
    for column in ("started_at", "answered_at", "ended_at"):
        assert {True} == set(legs[column].drop_nulls().str.ends_with("Z")), column


@pytest.mark.parametrize("name", ["f.csv", "f.parquet"])
@pytest.mark.parametrize(("what", "expected"), [("calls", "ABC"), ("legs", ["A", "B", "B2", "C"])])
def test_all_of_it_comes_oldest_first(slice_of: Any, name: str, what: Any, expected: Any) -> None:
    assert [*expected] == keys(slice_of(what, name), what)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"first": date(2024, 10, 1), "last": date(2024, 10, 14)}, ["B", "B2"]),
        ({"departments": ("Service",)}, ["B", "B2"]),
        ({"departments": ("", "Sales")}, ["A", "C"]),
        ({"gateways": ("gw-3",)}, ["C"]),
        ({"destinations": ("Nowhere",)}, []),
        ({"people": ("anna@aurora.example",), "min_cost": Decimal(7)}, ["B"]),
        ({"text": "60001"}, ["A"]),
        ({"sites": ("",)}, []),
    ],
)
def test_filters_choose_legs(slice_of: Any, filters: Any, expected: list[str]) -> None:
    for name in ("f.csv", "f.parquet"):
        assert expected == keys(slice_of("legs", name, **filters), "legs")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [({"gateways": ("gw-2",)}, ["B"]), ({"destinations": ("United Kingdom",)}, ["A", "B", "C"])],
)
def test_calls_are_chosen_by_gateway_and_destination(
    slice_of: Any, filters: Any, expected: list[str]
) -> None:
    assert expected == keys(slice_of("calls", **filters), "calls")


def test_a_parquet_file_keeps_types_and_says_what_it_is(slice_of: Any) -> None:
    path = slice_of("legs", "f.parquet", departments=("Service",))
    frame = pl.read_parquet(path)
    assert [*LEG_SCHEMA] == frame.columns
    assert pl.Decimal(18, 6) == frame.schema["cost"]
    assert pl.Datetime("ms", "UTC") == frame.schema["started_at"]
    assert pl.Datetime("ms") == frame.schema["started_local"]
    about = json.loads(pq.read_schema(path).metadata[b"tollbook"])
    assert ("legs", ["Service"]) == (about["what"], about["filters"]["departments"])


def test_an_empty_slice_has_its_columns_all_the_same(slice_of: Any) -> None:
    for name, read in (("f.csv", pl.read_csv), ("f.parquet", pl.read_parquet)):
        frame = read(slice_of("legs", name, sites=("Nowhere",)))
        assert ([*LEG_SCHEMA], 0) == (frame.columns, frame.height)


def test_text_that_a_spreadsheet_would_run_is_marked_in_csv(slice_of: Any) -> None:
    frame = pl.read_csv(slice_of("legs"), infer_schema=False)
    assert ["'=1+1", "Anna Bianchi"] == frame["person"].head(2).to_list()
    assert "=1+1" == pl.read_parquet(slice_of("legs", "f.parquet"))["person"][0]


def test_masked_digits_are_in_neither_kind_of_file(slice_of: Any) -> None:
    hidden = Scope(everything=True, mask_digits=4)
    for what in COLUMNS:
        for name in ("f.csv", "f.parquet"):
            path = slice_of(what, name, hidden)
            assert keys(path, what)
            assert b"79460001" not in path.read_bytes()


def test_a_scope_that_allows_nothing_gets_nothing(slice_of: Any) -> None:
    for what in COLUMNS:
        assert [] == keys(slice_of(what, "f.csv", Scope()), what)
        assert [] == keys(slice_of(what, "f.csv", Scope(departments=("Nobody",))), what)


def test_columns_that_do_not_exist_are_refused(
    snapshots: Any, slice_of: Any, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="number"):
        write_slice(snapshots.current(), ALL, EVER, "legs", tmp_path / "f.csv", ["number"])
    assert not (tmp_path / "f.csv").exists()
