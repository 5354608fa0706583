"""Every report says what it promises, and nothing that its reader may not see."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reports.catalogue import REPORTS
from app.reports.catalogue.columns import together
from app.reports.document import CURRENCY, Chart, Facts, Table
from app.reports.report import Group
from tests.app.homes import PEOPLE
from tests.app.reports.conftest import EVERYTHING, IN_DOLLARS, OCTOBER, written
from warehouse.errors import InvalidInput
from warehouse.queries import costs, overview
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot

NAMES = list(REPORTS)
DEPARTMENTS = sorted({department for _, _, department, _ in PEOPLE if department})


def test_the_catalogue_is_complete() -> None:
    assert len(REPORTS) >= 40
    assert {report.group for report in REPORTS.values()} == set(Group)
    assert len({report.title for report in REPORTS.values()}) == len(REPORTS)
    assert all(report.purpose.endswith(".") for report in REPORTS.values())


@pytest.mark.parametrize("name", NAMES)
def test_every_column_and_every_mark_of_a_chart_is_in_its_rows(
    reported: Snapshot, name: str
) -> None:
    document = written(reported, name)
    assert document.tables
    for part in document.parts:
        if isinstance(part, Table):
            assert {column.name for column in part.columns} <= set(part.rows.columns)
        elif isinstance(part, Chart):
            marks = {column.name for column in (part.across, part.up, part.by) if column}
            assert marks <= set(part.rows.columns)


@pytest.mark.parametrize("name", NAMES)
def test_a_period_without_calls_is_no_error(reported: Snapshot, name: str) -> None:
    nothing = Filters(date(2031, 1, 1), date(2031, 1, 31))
    document = written(reported, name, filters=nothing)
    if REPORTS[name].group is not Group.CONTROL and not REPORTS[name].needs_state:
        sums = [table.rows[column] for table in document.tables for column in table.rows.columns]
        assert all(not isinstance(one.sum(), Decimal) or one.sum() == 0 for one in sums if len(one))


@pytest.mark.parametrize("name", NAMES)
def test_a_report_holds_no_row_of_another_department(reported: Snapshot, name: str) -> None:
    for department in DEPARTMENTS:
        scope = Scope(departments=(department,), mask_digits=3)
        for table in written(reported, name, scope).tables:
            for column in {"department", "person"} & set(table.rows.columns):
                own = {department} | {one for _, one, place, _ in PEOPLE if place == department}
                shown = set(table.rows[column].drop_nulls()) - {"<b>Bold</b> & #[sum]"}
                assert shown <= own, (name, table.title, shown - own)


@pytest.mark.parametrize("name", NAMES)
def test_a_scope_that_allows_nothing_sees_nothing(reported: Snapshot, name: str) -> None:
    document = written(reported, name, Scope())
    for table in document.tables:
        for column in table.rows.select(pl.selectors.numeric()):
            if column.name not in {"hour", "weekday", "days"}:
                assert not (column.fill_null(0) != 0).any(), (table.title, column.name)


def test_numbers_are_masked_in_every_report(reported: Snapshot) -> None:
    scope = Scope(everything=True, mask_digits=3)
    for name in NAMES:
        for table in written(reported, name, scope).tables:
            for column in table.rows.select(pl.selectors.string()):
                outside = column.str.contains(r"^\+(442079460000|390655501234|12125550142)$")
                assert not outside.any(), (name, table.title, column.name)


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("costs-by-")])
def test_the_rows_of_a_cost_report_add_up_to_all_that_calls_cost(
    reported: Snapshot, name: str
) -> None:
    table = written(reported, name).tables[0]
    found = table.rows.group_by(CURRENCY).agg(pl.col("cost", "charge", "tax").sum())
    totals = overview.totals(reported, EVERYTHING, OCTOBER).drop_nulls(CURRENCY)
    assert dict(found.drop_nulls(CURRENCY).select(CURRENCY, "cost").iter_rows()) == dict(
        totals.select(CURRENCY, "cost").iter_rows()
    )
    calls = overview.totals(reported, EVERYTHING, OCTOBER)["calls"].sum()
    assert calls == table.rows["calls"].sum()


def test_currencies_are_never_added_to_each_other(reported: Snapshot) -> None:
    rows = written(reported, "costs-by-department").tables[0].rows
    sales = dict(rows.filter(department="Sales").select(CURRENCY, "cost").iter_rows())
    assert sales["USD"] == IN_DOLLARS
    assert sales["EUR"] > 0
    facts = next(
        part for part in written(reported, "costs-summary").parts if isinstance(part, Facts)
    )
    assert {"EUR", "USD"} == {fact.currency for fact in facts.facts if fact.currency}


def test_a_departmental_bill_has_a_table_for_each_department(reported: Snapshot) -> None:
    first, *others = written(reported, "departmental-bill").tables
    sums = {
        (table.title, currency): owed
        for table in others
        for currency, owed in table.rows.group_by(CURRENCY).agg(pl.col("total").sum()).iter_rows()
    }
    for department, currency, owed in first.rows.select(
        "department", CURRENCY, "total"
    ).iter_rows():
        assert owed == sums[department or "Without department", currency]


def test_a_list_that_is_cut_says_so(reported: Snapshot) -> None:
    table = written(reported, "dearest-calls", rows=7).tables[0]
    assert table.rows.height == 7
    many = costs.by(reported, EVERYTHING, OCTOBER, ())["calls"].sum()
    assert table.note == f"These are 7 of {many:,} calls."
    assert table.rows["cost"].is_sorted(descending=True)


def test_wrong_options_are_told_all_at_once(reported: Snapshot) -> None:
    with pytest.raises(InvalidInput) as refused:
        written(reported, "dearest-calls", rows=0, hours=3)
    assert [problem.file for problem in refused.value.problems] == ["--hours", "--rows"]


MEASURES = {"calls": pl.Int64, "cost": pl.Decimal(18, 6)}


@given(st.data())
def test_bringing_currencies_together_loses_nothing(data: st.DataObject) -> None:
    seed = data.draw(st.integers(0, 2**32))
    chance = random.Random(seed)
    keys = [chance.choice(["a", "b", "c", None]) for _ in range(chance.randrange(1, 30))]
    currency = [chance.choice(["EUR", "USD", None]) for _ in keys]
    rows = pl.DataFrame(
        {
            "department": pl.Series(keys, dtype=pl.String),
            CURRENCY: pl.Series(currency, dtype=pl.String),
            "calls": [chance.randrange(100) for _ in keys],
            "cost": pl.Series(
                [Decimal(chance.randrange(10**6)) / 100 if one else Decimal(0) for one in currency],
                dtype=pl.Decimal(18, 6),
            ),
        },
    )
    found = together(rows, ("department",))
    assert found["calls"].sum() == rows["calls"].sum()
    for name in ("EUR", "USD"):
        spent = [one.filter(pl.col(CURRENCY) == name)["cost"].sum() for one in (rows, found)]
        assert spent[0] == spent[1]
    by_key = [
        one.group_by("department").agg(pl.col("calls").sum()).sort("department", nulls_last=True)
        for one in (rows, found)
    ]
    assert by_key[0].equals(by_key[1])
    assert not found.select("department", CURRENCY).is_duplicated().any()
