"""Cells by any keys add up to what other questions say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, get_args

import polars as pl
import pytest

from tests.warehouse.company import legs
from warehouse.load import load
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.queries import cells, costs, overview, traffic
from warehouse.queries.cells import CellKey, Figures
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot, Snapshots

ALL = Scope(everything=True)
PERIOD = Filters(date(2024, 9, 25), date(2024, 10, 20))
KEYS: list[CellKey] = [key for part in get_args(CellKey) for key in get_args(part)]
COUNTS = ("calls", "answered", "talk_s")


@pytest.fixture(scope="module")
def snapshot(
    tmp_path_factory: pytest.TempPathFactory, leg: Any, frame: Any, now: datetime
) -> Iterator[Snapshot]:
    folder = tmp_path_factory.mktemp("warehouse")
    with Master.open(folder) as master:
        made = [row for _, row in legs(leg, 5, calls=300)]
        load(master, frame(made), file="one", sha256="", loaded_at=now)
        publish(master, now)
    snapshots = Snapshots(folder)
    yield snapshots.current()
    snapshots.close()


def sums(rows: pl.DataFrame, names: tuple[str, ...]) -> dict[str, Any]:
    return rows.select(pl.col(names).sum()).row(0, named=True)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("figures", get_args(Figures))
def test_cells_by_any_key_add_up_to_the_totals(
    snapshot: Snapshot, key: CellKey, figures: Figures
) -> None:
    found = cells.by(snapshot, ALL, PERIOD, (key,), figures)
    names = (*COUNTS, "cost", "charge") if figures == "money" else COUNTS
    assert sums(overview.totals(snapshot, ALL, PERIOD), names) == sums(found, names)
    assert found.height > 1


def test_several_keys_give_what_each_of_them_gives(snapshot: Snapshot) -> None:
    found = cells.by(snapshot, ALL, PERIOD, ("user", "country", "month"), "money")
    by_country = costs.by_country(snapshot, ALL, PERIOD)
    grouped = found.group_by("country", "currency").agg(pl.col("cost").sum())
    assert sorted(by_country.select("country", "currency", "cost").rows(), key=repr) == sorted(
        grouped.rows(), key=repr
    )
    assert {date(2024, 9, 1), date(2024, 10, 1)} == set(found["month"])
    assert found.filter(pl.col("user").is_not_null())["person"].drop_nulls().len() > 0


def test_hours_and_weekdays_are_those_of_the_heat_map(snapshot: Snapshot) -> None:
    found = cells.by(snapshot, ALL, PERIOD, ("weekday", "hour"))
    week = traffic.heat_map(snapshot, ALL, PERIOD).filter(pl.col("calls") > 0)
    assert week.select("weekday", "hour", "calls").rows() == sorted(
        found.select("weekday", "hour", "calls").rows()
    )


def test_weeks_begin_on_monday(snapshot: Snapshot) -> None:
    assert {0} == {day.weekday() for day in cells.by(snapshot, ALL, PERIOD, ("week",))["week"]}
