from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from app.figures.cost_figures import beside, stacked
from warehouse.legs import MONEY

SCHEMA = {
    "department": pl.String,
    "currency": pl.String,
    "calls": pl.Int64,
    "answered": pl.Int64,
    "talk_s": pl.Decimal(18, 3),
    "cost": MONEY,
    "charge": MONEY,
    "tax": MONEY,
    "unrated": pl.Int64,
}


def costs(*rows: tuple[str | None, str | None, str, str]) -> pl.DataFrame:
    """Department, currency, seconds and cost; one call each."""
    zero = Decimal(0)
    return pl.DataFrame(
        [
            (name, currency, 1, 1, Decimal(talk), Decimal(cost), Decimal(cost), zero, 0)
            for name, currency, talk, cost in rows
        ],
        SCHEMA,
        orient="row",
    )


def row(found: pl.DataFrame, name: str | None) -> dict[str, Any]:
    return found.filter(pl.col("department").eq_missing(pl.lit(name))).row(0, named=True)


def test_each_row_stands_beside_what_it_was_before() -> None:
    found = beside(
        costs(("Sales", "EUR", "90", "3.000001"), ("IT", "EUR", "60", "1")),
        costs(("Sales", "EUR", "60", "2"), ("Gone", "EUR", "60", "0.5")),
        ("department",),
    )
    assert ["Sales", "IT", "Gone"] == found["department"].to_list()
    sales = row(found, "Sales")
    assert (Decimal("3.000001"), Decimal(2)) == (sales["cost"], sales["cost_before"])
    assert Decimal("1.000001") == sales["cost_change"]
    assert Decimal("2.000001") == sales["per_minute"]
    assert row(found, "IT")["change_share"] is None
    assert (Decimal(0), Decimal("-0.5"), -1) == (
        row(found, "Gone")["cost"],
        row(found, "Gone")["cost_change"],
        row(found, "Gone")["change_share"],
    )


def test_shares_are_of_the_money_of_each_currency() -> None:
    found = beside(
        costs(("A", "EUR", "60", "3"), ("B", "EUR", "60", "1"), ("C", "USD", "60", "8")),
        costs(),
        ("department",),
    )
    assert {"A": 0.75, "B": 0.25, "C": 1.0} == dict(found.select("department", "share").iter_rows())


def test_calls_without_money_stand_with_those_of_their_department() -> None:
    found = beside(costs(("A", "EUR", "60", "3"), ("A", None, "60", "0")), costs(), ("department",))
    assert [(2, Decimal(3))] == found.select("calls", "cost").rows()


def test_nothing_is_divided_by_nothing() -> None:
    found = beside(costs((None, "EUR", "0", "0")), costs(), ("department",))
    assert [(None, None, None)] == found.select("share", "per_minute", "change_share").rows()


def test_a_stack_adds_up_to_the_whole() -> None:
    days = [date(2024, 10, 1), date(2024, 10, 2)]
    rows = pl.DataFrame(
        {
            "period": [days[0], days[0], days[1]],
            "department": ["A", None, "A"],
            "cost": [Decimal(1), Decimal(2), Decimal(3)],
        },
        schema_overrides={"cost": MONEY},
    )
    whole = pl.DataFrame(
        {"period": days, "cost": [Decimal(7), Decimal(3)]}, schema_overrides={"cost": MONEY}
    )
    found = stacked(rows, whole, "department", ["A", None])
    assert [
        (days[0], Decimal(1), 0),
        (days[1], Decimal(3), 0),
        (days[0], Decimal(2), 1),
        (days[0], Decimal(4), 2),
    ] == found.select("period", "cost", "place").rows()
