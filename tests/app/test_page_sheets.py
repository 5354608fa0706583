"""The sheets of a person and of a department, without a browser."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from app import data
from app.data import View
from app.frame.downloads import report_file
from tests.app.conftest import NOW
from tests.app.test_pages import metrics, opened, said
from warehouse.budgets.budget import Budget
from warehouse.budgets.evaluate import evaluate
from warehouse.budgets.store import put
from warehouse.dimensions import Dimensions, note_dimensions
from warehouse.home import Home
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.state.state import State

BRUNO = "bruno@aurora.example"


@pytest.fixture
def known_home(small_home: Home) -> Home:
    """The small home, with Bruno in the directory, a phone of his, and a budget of each kind."""
    facts = {"department": "Service", "cost_centre": "CC-7", "site": "Rome"}
    person = {"user": BRUNO, "kind": "person", "name": "Bruno Conti", "aliases": [],
              "numbers": ["+390699990002"], "role": "head", **facts}  # fmt: skip
    phone = {"what": "user", "id": BRUNO, "name": "Phone", "amount": Decimal(31),
             "units": 31 * 10**6,
             "currency": "EUR", "proration": "days", "user": BRUNO, "person": "Bruno Conti",
             **facts}  # fmt: skip
    found = Dimensions(
        people=pl.DataFrame([person], schema_overrides={"aliases": pl.List(pl.String)}),
        sites=pl.DataFrame([{"site": "Rome", "country": "IT", "time_zone": "Europe/Rome"}]),
        gateways=pl.DataFrame(),
        fixed_charges=pl.DataFrame([phone]),
    )
    common: dict[str, Any] = {"period": "month", "amount": Decimal(2), "currency": "EUR",
                              "valid_from": date(2024, 1, 1)}  # fmt: skip
    with Master.open(small_home.warehouse) as master, State.open(small_home.state) as state:
        note_dimensions(master, found, NOW)
        put(
            state,
            [
                Budget("Bruno", "person", BRUNO, **common),
                Budget("All of Service", "department", "Service", **common),
            ],
            NOW,
            "test",
        )
        evaluate(master, state, NOW)
        publish(master, NOW)
    return small_home


def test_the_sheet_of_a_person_has_everything_about_them(known_home: Home) -> None:
    app = opened("person", person=[BRUNO])
    assert not app.exception
    assert "Bruno Conti" == app.title[0].value
    told = {one.value for one in app.markdown}
    assert {"Service", "CC-7", "+390699990002"} <= told
    assert "€1.20" == metrics(app)["Cost"][0]
    tables = {tuple(one.value.columns): one.value for one in app.dataframe}
    (budget,) = [table for columns, table in tables.items() if "forecast" in columns]
    assert [("Bruno", 2.0, 0.07, 0.037, 1.93)] == list(
        budget[["budget", "amount", "spent", "share", "left"]].itertuples(index=False, name=None)
    )
    (fixed,) = [table for columns, table in tables.items() if "fixed" in columns]
    assert pytest.approx(30.0) == fixed["fixed"].sum()
    assert "+393335550199" in app.dataframe[0].value["number"].to_list()
    assert ["30 10:30"] == app.dataframe[-1].value["Start"].dt.strftime("%d %H:%M").to_list()


def test_the_sheet_of_a_department_has_its_people_and_budget(known_home: Home) -> None:
    app = opened("department", department=["Service"])
    assert not app.exception
    assert "Service" == app.title[0].value
    assert "Bruno Conti" in {one.value for one in app.markdown}
    (budget,) = [one.value for one in app.dataframe if "forecast" in one.value.columns]
    assert ["All of Service", "Bruno"] == budget["budget"].to_list()


def test_whoever_chooses_nobody_is_asked(small_home: Home) -> None:
    app = opened("person")
    assert "Choose somebody" in app.info[0].value
    app.selectbox(key="whose_sheet").select(BRUNO).run()
    assert "Bruno Conti" == app.title[0].value
    assert BRUNO == dict(app.query_params)["person"]
    app.switch_page("views/department.py").run()
    assert "Choose a department" in app.info[0].value
    app.multiselect(key="person").set_value([]).run()
    app.selectbox(key="which_sheet").select("Sales").run()
    assert "Sales" == app.title[0].value
    assert "Nobody is in it today." in said(app)


def test_who_did_not_call_still_has_a_budget(known_home: Home) -> None:
    app = opened("person", person=[BRUNO], period="custom", days=["2024-09-01", "2024-09-30"])
    assert not app.exception
    assert "No calls match these filters" in said(app)
    assert ["Bruno"] == app.dataframe[0].value["budget"].to_list()


def test_the_bill_has_the_calls_of_the_sheet(known_home: Home) -> None:
    view: View = opened("person", person=[BRUNO]).session_state["view"]
    document = data.document(view, "personal-bill", {"rows": 1_000_000})
    assert [Decimal("1.2")] == document.tables[-1].rows["cost"].to_list()
    assert report_file(document, "csv", view)
