"""Costs, without a browser."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from app.figures.breakdowns import BREAKDOWNS
from tests.app.homes import leg, make_home
from tests.app.test_pages import metrics, opened, said
from tests.app.turning import turned
from warehouse.home import Home


def rows(app: AppTest) -> dict[str, str]:
    table = app.dataframe[-1].value
    return {name: f"{cost:.2f}" for name, cost in zip(table["shown"], table["cost"], strict=True)}


def test_costs_are_told_apart_by_everything(small_home: Home) -> None:
    app = opened("costs")
    for by in BREAKDOWNS:
        app.selectbox(key="costs_by").select(by).run()
        assert not app.exception
        assert "€1.27" == metrics(app)["Cost"][0]
        assert pytest.approx(1.27) == app.dataframe[-1].value["cost"].sum()


def test_departments_stand_beside_what_they_spent_before(small_home: Home) -> None:
    app = opened("costs")
    assert {"Service": "1.20", "Sales": "0.07", "No department": "0.00"} == rows(app)
    sales = app.dataframe[-1].value.set_index("shown").loc["Sales"]
    assert pytest.approx(-0.43) == sales["cost_change"]
    assert "Compared with 2 Sep – 1 Oct 2024." in said(app)
    assert "**Unrated**: 1 call." in said(app)


def test_countries_are_named_and_drawn_on_a_map(small_home: Home) -> None:
    app = turned(opened(), "costs", costs_by="country")
    assert {"Italy": "1.20", "United Kingdom": "0.07"}.items() <= rows(app).items()
    assert "Map" in [heading.value for heading in app.subheader]


def test_the_way_down_is_shown_and_leads_back(small_home: Home) -> None:
    app = turned(
        opened(department=["Service"]),
        "costs",
        costs_by="person",
        costs_trail=["department=Service"],
    )
    assert {"Bruno Conti": "1.20"} == rows(app)
    assert "Department: Service" == app.button(key="crumb_1").label
    app.button(key="crumb_0").click().run()
    assert "department" == app.selectbox(key="costs_by").value
    assert 3 == len(rows(app))
    assert not [one for one in app.button if one.key == "crumb_1"]


def test_the_way_down_stands_when_the_page_changes_and_ends_with_its_filter(
    small_home: Home,
) -> None:
    app = turned(
        opened(department=["Service"]),
        "costs",
        costs_by="person",
        costs_trail=["department=Service"],
    )
    app.switch_page("views/overview.py").run()
    app.switch_page("views/costs.py").run()
    assert "person" == app.selectbox(key="costs_by").value
    assert "Department: Service" == app.button(key="crumb_1").label
    app.button(key="badge_department_Service").click().run()
    assert not app.exception
    assert not [one for one in app.button if one.key == "crumb_1"]
    assert {"Bruno Conti", "Anna Bianchi"} <= set(rows(app))


def test_another_breakdown_forgets_the_way(small_home: Home) -> None:
    app = turned(
        opened(department=["Service"]),
        "costs",
        costs_by="person",
        costs_trail=["department=Service"],
    )
    assert "department=Service" == dict(app.query_params)["costs_trail"]
    app.selectbox(key="costs_by").select("site").run()
    assert "costs_trail" not in dict(app.query_params)
    assert {"Rome": "1.20"} == rows(app)


def test_one_currency_is_shown_at_a_time(small_home: Home) -> None:
    made = [leg("U1", datetime(2024, 10, 30, 9), source="newyork", currency="USD")]
    make_home(small_home.path, made, serial=1)
    app = opened("costs")
    assert "€1.27" == metrics(app)["Cost"][0]
    assert pytest.approx(1.27) == app.dataframe[-1].value["cost"].sum()
    turned(app, "costs", money="USD")
    assert r"\$0.07" == metrics(app)["Cost"][0]
    spent = {name: cost for name, cost in rows(app).items() if float(cost)}
    assert {"Sales": "0.07"} == spent


def test_all_currencies_can_be_converted_into_the_one_that_is_reported(empty_home: Home) -> None:
    facts = {"reporting_currency": "EUR", "conversion": "converted"}
    cost = Decimal("0.0731")
    same = dict.fromkeys(("reporting_cost", "reporting_charge"), cost)
    half = dict.fromkeys(("reporting_cost", "reporting_charge"), Decimal("0.03655"))
    make_home(
        empty_home.path,
        [
            leg("E1", datetime(2024, 10, 30, 9), **facts, **same, reporting_tax=Decimal(0)),
            leg("U1", datetime(2024, 10, 30, 9), currency="USD", **facts, **half,
                reporting_tax=Decimal(0)),
        ],
    )  # fmt: skip
    app = turned(opened(), "costs", money="reporting")
    assert not app.exception
    assert ["€0.11"] == [one.value for one in app.metric if one.label == "Cost"]
    assert {"Sales": "0.11"} == rows(app)
    assert "reporting" == dict(app.query_params)["money"]


def test_filters_that_leave_nothing_are_said_so(small_home: Home) -> None:
    app = opened("costs", department=["Nowhere"])
    assert not app.exception
    assert "No calls match these filters" in said(app)
