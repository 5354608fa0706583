"""Reports of what people set up and did, which is not among the calls."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from app.reports.document import Table
from tests.app.reports.conftest import written
from warehouse.queries import costs
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot

ANNA = "anna@aurora.example"


def only_table(reported: Snapshot, name: str, scope: Scope, **filters: tuple[str, ...]) -> Table:
    asked = Filters(date(2024, 10, 1), date(2024, 10, 31), **filters)  # type: ignore[arg-type]
    (table,) = written(reported, name, scope, asked).tables
    return table


def test_budgets_have_what_was_spent_and_what_is_left(reported: Snapshot) -> None:
    rows = only_table(reported, "budgets", Scope(everything=True)).rows
    assert {"Telephone of Sales", "Bruno's own"} == {*rows["budget"]}
    sales = rows.row(by_predicate=pl.col("budget") == "Telephone of Sales", named=True)
    month = Filters(date(2024, 10, 1), date(2024, 10, 31), departments=("Sales",))
    spent = costs.by(reported, Scope(everything=True), month, ()).filter(currency="EUR")
    assert sales["spent"] == spent["charge"].sum()
    assert (sales["left"], sales["amount"]) == (Decimal(40) - sales["spent"], Decimal(40))
    assert sales["share"] == pytest.approx(float(sales["spent"] / 40))


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (Scope(departments=("Sales",)), {"Telephone of Sales"}),
        (Scope(departments=("Legal",)), set()),
        (Scope(users=("bruno@aurora.example",)), {"Bruno's own"}),
    ],
)
def test_budgets_of_others_are_left_out(reported: Snapshot, scope: Scope, seen: set[str]) -> None:
    assert seen == {*only_table(reported, "budgets", scope).rows["budget"]}


def test_budgets_follow_the_filters(reported: Snapshot) -> None:
    everything = Scope(everything=True)
    found = only_table(reported, "budgets", everything, departments=("Sales",)).rows
    assert ["Telephone of Sales"] == found["budget"].to_list()


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (Scope(everything=True), ["sign_in", "download", "change"]),
        (Scope(users=(ANNA,)), ["sign_in", "download"]),
        (
            Scope(departments=("Sales",), users=(ANNA, "dev@aurora.example"), own=(ANNA,)),
            ["sign_in", "download"],
        ),
        (Scope(departments=("Sales",)), []),
    ],
)
def test_the_audit_is_for_those_who_see_everything_and_for_oneself(
    reported: Snapshot, scope: Scope, seen: list[str]
) -> None:
    rows = only_table(reported, "audit", scope).rows
    assert sorted(seen) == sorted(rows["action"])
    assert scope.everything or {ANNA} >= {*rows["address"]}


def test_what_others_searched_for_is_hidden_where_numbers_are(reported: Snapshot) -> None:
    for digits, shown in ((0, "+4420"), (3, "…")):
        rows = only_table(reported, "audit", Scope(everything=True, mask_digits=digits)).rows
        (details,) = rows.filter(action="download")["details"]
        assert details == f"text {shown}, rows 12"
