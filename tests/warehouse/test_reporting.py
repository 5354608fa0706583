"""Sums over several currencies: one row, nothing lost, and what lacks a rate is counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars as pl
import pytest

from tests.warehouse.company import Row, legs
from warehouse.load import load
from warehouse.master import Master
from warehouse.publish import HotLimits, publish
from warehouse.queries import costs, overview
from warehouse.queries.keys import Key
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot, Snapshots
from warehouse.verify import check_published, check_sums

ALL = Scope(everything=True)
PERIOD = Filters(date(2024, 9, 1), date(2024, 11, 30))
RATES = {"EUR": Decimal(1), "USD": Decimal("0.8567")}
NO_RATE_UNTIL = date(2024, 10, 1)
MONEY = ("cost", "charge", "tax")


def in_euro(row: Row) -> Row:
    """The row as the miner would write it; dollars have no rate on the first days."""
    lacks = row["currency"] == "USD" and row["day"] < NO_RATE_UNTIL and row["cost"]
    for name in MONEY:
        rate = RATES.get(row["currency"], Decimal(1))
        empty = lacks or row[name] is None
        row[f"reporting_{name}"] = (
            None if empty else (row[name] * rate).quantize(Decimal("1e-6"), ROUND_HALF_UP)
        )
    return row | {"reporting_currency": "EUR"}


@pytest.fixture(scope="module")
def made(leg: Any) -> list[Row]:
    return [in_euro(row) for _, row in legs(leg, 11, calls=400)]


@pytest.fixture(scope="module")
def stored(
    tmp_path_factory: pytest.TempPathFactory, made: list[Row], frame: Any, now: datetime
) -> Iterator[tuple[Master, Snapshot]]:
    folder = tmp_path_factory.mktemp("warehouse")
    with Master.open(folder) as master:
        for name, part in (("one", made[::2]), ("two", made[1::2])):
            load(master, frame(part), file=name, sha256="", loaded_at=now)
            publish(master, now, HotLimits(recent_days=1))
        snapshots = Snapshots(folder)
        yield master, snapshots.current()
        snapshots.close()


def test_the_reporting_currency_gives_one_sum_of_all_legs(
    stored: tuple[Master, Snapshot], made: list[Row]
) -> None:
    found = overview.totals(stored[1], ALL, PERIOD, "reporting")
    assert ["EUR"] == found["currency"].to_list()
    for name in MONEY:
        assert sum(row[f"reporting_{name}"] or 0 for row in made) == found[name][0]
    own = overview.totals(stored[1], ALL, PERIOD)
    assert {"EUR", "USD", None} == set(own["currency"])
    assert own["calls"].sum() == found["calls"].sum()
    for name in MONEY:
        assert sum(row[name] or 0 for row in made) == own[name].sum()


@pytest.mark.parametrize("grain", [None, "day", "week", "month"])
@pytest.mark.parametrize(
    "keys",
    [
        ("department",), ("cost_centre",), ("user",), ("site", "direction"), ("destination",),
        ("tariff", "gateway"), ("call_type",),
    ],
)  # fmt: skip
def test_over_any_keys_the_rows_add_up_to_the_one_sum(
    stored: tuple[Master, Snapshot], keys: tuple[Key, ...], grain: Any
) -> None:
    whole = overview.totals(stored[1], ALL, PERIOD, "reporting")
    found = costs.by(stored[1], ALL, PERIOD, keys, grain, "reporting")
    for name in (*costs.MEASURES, costs.UNCONVERTED):
        assert whole[name][0] == found[name].sum(), name


def test_what_has_no_rate_is_counted_by_call_and_payer(
    stored: tuple[Master, Snapshot], made: list[Row]
) -> None:
    lacking = {
        (row["call_id"], row["charged_user"])
        for row in made
        if row["cost"] and row["reporting_cost"] is None
    }
    found = overview.totals(stored[1], ALL, PERIOD, "reporting")
    assert len(lacking) == found["unconverted"][0] > 0
    later = Filters(date(2024, 10, 3), date(2024, 11, 30))
    assert [0] == overview.totals(stored[1], ALL, later, "reporting")["unconverted"].to_list()


def test_countries_rankings_and_comparisons_know_the_reporting_currency(
    stored: tuple[Master, Snapshot],
) -> None:
    snapshot = stored[1]
    whole = overview.totals(snapshot, ALL, PERIOD, "reporting")["cost"][0]
    assert whole == costs.by_country(snapshot, ALL, PERIOD, money="reporting")["cost"].sum()
    for ranked in (overview.top_departments, overview.top_people):
        found = ranked(snapshot, ALL, PERIOD, 1000, "reporting")
        assert whole == found["cost"].sum()
        assert found["cost"].to_list() == sorted(found["cost"], reverse=True)
    october = Filters(date(2024, 10, 1), date(2024, 10, 31))
    compared = costs.compared(snapshot, ALL, october, ("site",), money="reporting")
    september = Filters(date(2024, 9, 1), date(2024, 9, 30))
    assert (
        overview.totals(snapshot, ALL, september, "reporting")["unconverted"].sum()
        == compared["unconverted_before"].sum()
    )


def test_a_scope_sees_its_own_money_only(stored: tuple[Master, Snapshot], made: list[Row]) -> None:
    found = overview.totals(stored[1], Scope(departments=("Department 1",)), PERIOD, "reporting")
    own = [row for row in made if row["department"] == "Department 1"]
    assert sum(row["reporting_cost"] or 0 for row in own) == found["cost"].sum()
    assert overview.totals(stored[1], Scope(), PERIOD, "reporting").is_empty()


def test_calls_from_before_the_setting_have_a_row_of_their_own(
    master: Master, put: Any, leg: Any, snapshots: Snapshots, now: datetime
) -> None:
    put(leg("old"), in_euro(leg("new", "2024-10-15 08:00:00")))
    publish(master, now)
    found = overview.totals(snapshots.current(), ALL, PERIOD, "reporting")
    assert [("EUR", Decimal("1.25"), 0), (None, Decimal(0), 1)] == found.select(
        "currency", "cost", "unconverted"
    ).rows()


def test_a_call_part_of_which_is_reported_in_another_currency_loses_nothing(
    master: Master, put: Any, leg: Any, snapshots: Snapshots, now: datetime
) -> None:
    later = in_euro(leg("later", "2024-10-14 08:01:00", call_id="head"))
    for name in MONEY:
        later[f"reporting_{name}"] = 2 * later[name]
    later["reporting_currency"] = "CHF"
    put(in_euro(leg("head")), later)
    publish(master, now)
    found = overview.totals(snapshots.current(), ALL, PERIOD, "reporting")
    assert [("CHF", Decimal("2.5"), 0), ("EUR", Decimal("1.25"), 1)] == found.select(
        "currency", "cost", "calls"
    ).rows()


def test_the_warehouse_agrees_with_its_legs_and_its_snapshot(
    stored: tuple[Master, Snapshot], now: datetime
) -> None:
    master, snapshot = stored
    assert () == check_published(master, now).differences
    assert () == check_sums(snapshot).differences


def test_rollups_answer_without_the_calls(stored: tuple[Master, Snapshot]) -> None:
    expected = stored[1].query(
        "select reporting_currency, sum(reporting_cost) as cost, sum(unconverted) as n "
        "from entries group by all"
    )
    for rollup in ("day_totals", "day_people", "day_destinations"):
        found = stored[1].query(
            "select reporting_currency, sum(reporting_cost) as cost, sum(unconverted) as n "
            f"from {rollup} group by all"
        )
        assert expected.cast(pl.String).rows() == found.cast(pl.String).rows()
