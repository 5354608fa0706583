"""The page of budgets as Streamlit runs it: every field, every button, every bar."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest

from app.charts.budget import OVER, WARNED, spent_bars
from app.desks.budget_cells import Subjects
from app.desks.budget_form import budget_from, draft_of
from app.language import style_of
from tests.app.conftest import NOW
from tests.app.desk.test_schedules_page import click
from tests.app.homes import leg, make_home
from tests.app.test_pages import metrics, opened, said
from warehouse.budgets.budget import Budget
from warehouse.budgets.evaluate import evaluate
from warehouse.budgets.store import add, budgets
from warehouse.errors import InvalidInput
from warehouse.home import Home
from warehouse.legs import MONEY
from warehouse.master import Master
from warehouse.queries.budgets import SCHEMA
from warehouse.state.state import State

SERVICE = Budget(
    "Service",
    "department",
    "Service",
    "month",
    Decimal("1.25"),
    "EUR",
    date(2024, 9, 1),
    carry_over=True,
    warn_at=(50, 100),
    tell=("manager",),
)
SALES = Budget("Sales", "department", "Sales", "month", Decimal("0.05"), "EUR", date(2024, 10, 1))


def keep(home: Home, *found: Budget) -> None:
    with State.open(home.state) as state:
        for budget in found:
            add(state, budget, NOW, "root")


def sum_up(home: Home) -> None:
    with Master.open(home.warehouse) as master, State.open(home.state) as state:
        evaluate(master, state, NOW)


def kept(home: Home) -> list[Budget]:
    with State.open(home.state) as state:
        return [one.budget for one in budgets(state)]


def status(*rows: tuple[str, str, str, str]) -> pl.DataFrame:
    """Rows of one budget of 100: whose, carried over, spent and forecast."""
    common = {"budget": "b", "period": "month", "currency": "EUR", "amount": Decimal(100)}
    return pl.DataFrame(
        [
            dict.fromkeys(SCHEMA)
            | common
            | {"department": name, "carried": Decimal(carried), "spent": Decimal(spent)}
            | {"left": Decimal(100) + Decimal(carried) - Decimal(spent)}
            | {"forecast": Decimal(forecast)}
            for name, carried, spent, forecast in rows
        ],
        schema=SCHEMA,
    )


def test_bars_tell_by_colour_and_words_how_far_each_is_spent() -> None:
    figure = spent_bars(
        status(("A", "0", "130", "150"), ("B", "0", "85", "99"), ("C", "100", "60", "70")),
        (80, 100),
        style_of("en"),
    )
    fine, warned, over, leads = figure.data
    assert (list(fine.y), list(fine.x)) == ([2], [30])
    assert (list(warned.y), list(warned.x), warned.marker.color) == ([1], [85], WARNED)
    assert (list(over.y), list(over.x), over.marker.color) == ([0], [130], OVER)
    assert list(leads.x) == [150, 99, 35]
    written = [one.text for one in figure.layout.annotations]
    assert written == [
        *("A", "€130.00 of €100.00 · 130.0%"),
        *("B", "€85.00 of €100.00 · 85.0%"),
        *("C", "€60.00 of €200.00 · 30.0%"),
    ]
    carried = [one for one in figure.layout.shapes if one.type == "rect" and one.x0 > 0]
    assert [one.x0 for one in carried] == [100, 100, 50]
    assert MONEY == SCHEMA["spent"]


def test_who_spent_the_same_has_a_bar_each() -> None:
    figure = spent_bars(
        status(("A", "0", "30", "40"), ("B", "0", "30", "40")), (80,), style_of("en")
    )
    assert [0, 1] == list(figure.data[0].y)


def test_a_page_without_budgets_says_what_one_would_do(small_home: Home) -> None:
    app = opened("budgets")
    assert not app.exception
    assert "Nobody has a budget yet" in said(app)


def test_what_is_spent_is_seen_with_what_was_carried_over(small_home: Home) -> None:
    keep(small_home, SERVICE, SALES)
    sum_up(small_home)
    app = opened("budgets")
    assert not app.exception
    # Nothing of September's 1.25 was spent, and 0.0731 of October's.
    assert "For the sum of Service: €1.25 a month, and what was left before" in said(app)
    (everybody, marks) = app.dataframe
    rows = {row["Budget"]: row for row in everybody.value.to_dict("records")}
    assert rows["Service"]["Carried over"] == "€1.25"
    assert rows["Service"]["Spent"] == "€0.07"
    assert rows["Service"]["Left"] == "€2.43"
    assert rows["Service"]["Spent of it"] == pytest.approx(0.029)
    assert rows["Sales"]["Left"] == "−€0.10"
    assert {label: value for label, (value, _) in metrics(app).items()} == {
        "Budgets": "2",
        "Overspent": "1",
        "Lead beyond": "0",
        "Reached a mark": "1",
    }
    assert "1 over" in said(app)
    assert marks.value[["Budget", "Mark", "Told"]].to_numpy().tolist() == [
        ["Sales", "100%", "not yet"],
        ["Sales", "80%", "not yet"],
    ]
    assert len(app.get("plotly_chart")) == 2


def test_the_period_of_the_sidebar_says_as_of_when(small_home: Home) -> None:
    keep(small_home, SERVICE)
    sum_up(small_home)
    app = opened("budgets", period="last-month")
    assert "As of 30 Sep 2024" in said(app)
    assert app.dataframe[0].value["Spent"].to_list() == ["€0.00"]


def test_the_departments_of_the_sidebar_choose_budgets(small_home: Home) -> None:
    keep(small_home, SERVICE, SALES)
    sum_up(small_home)
    app = opened("budgets", department=["Sales"])
    assert app.dataframe[0].value["Budget"].to_list() == ["Sales"]
    assert "**Service**" not in said(app)


def test_a_budget_is_made_of_what_is_filled_in(small_home: Home) -> None:
    app = click(opened("budgets"), "new_budget")
    app.text_input(key="budget name").set_value("Telephone")
    app.selectbox(key="budget department").select("Sales")
    app.text_input(key="budget amount").set_value("250.50")
    app.text_input(key="budget currency").set_value("eur")
    app.session_state["budget period"] = "week"
    app.toggle(key="budget carry_over").set_value(True)
    app.session_state["budget warn_at"] = ["90", "75"]
    app.session_state["budget tell"] = ["cfo@aurora.example"]
    app = click(app, "budget save")
    assert kept(small_home) == [
        Budget(
            "Telephone",
            "department",
            "Sales",
            "week",
            Decimal("250.50"),
            "EUR",
            date(2024, 10, 1),
            carry_over=True,
            warn_at=(75, 90),
            tell=("cfo@aurora.example",),
        )
    ]
    assert "summed up with the next calls" in said(app)


def test_everything_wrong_with_a_budget_is_told_at_once(small_home: Home) -> None:
    app = click(opened("budgets"), "new_budget")
    app.text_input(key="budget amount").set_value("much")
    app.text_input(key="budget currency").set_value("XQQ")
    app.session_state["budget tell"] = ["somebody"]
    app = click(app, "budget save")
    (told,) = app.error
    for words in ("Amount: not an amount", "Name: empty", "Whose: empty"):
        assert words in told.value
    assert "**XQQ**: Currency: not a currency in use" in told.value
    assert "**somebody**: Tell: nobody who can be told" in told.value
    assert kept(small_home) == []


def test_two_budgets_cannot_have_one_name(small_home: Home) -> None:
    keep(small_home, SERVICE)
    app = click(opened("budgets"), "new_budget")
    app.text_input(key="budget name").set_value("Service")
    app.selectbox(key="budget department").select("Sales")
    app.text_input(key="budget amount").set_value("1")
    app = click(app, "budget save")
    assert "there is a budget of that name" in app.error[0].value


def test_a_budget_is_changed_and_removed(small_home: Home) -> None:
    keep(small_home, SERVICE)
    app = click(opened("budgets"), "Edit 1")
    app.text_input(key="budget amount").set_value("2")
    app.date_input(key="budget valid_to").set_value(date(2025, 1, 1))
    app = click(app, "budget save")
    (found,) = kept(small_home)
    assert (found.amount, found.valid_to) == (Decimal(2), date(2025, 1, 1))
    assert found.tell == SERVICE.tell
    app = click(app, "Remove 1")
    assert kept(small_home)
    click(app, "budget removed")
    assert kept(small_home) == []


@pytest.mark.parametrize(
    "budget",
    [
        SERVICE,
        Budget(
            "Anna",
            "person",
            "anna@aurora.example",
            "day",
            Decimal("0.000001"),
            "USD",
            date(2024, 1, 1),
            valid_to=date(2024, 6, 1),
            warn_at=(),
        ),
    ],
)
def test_a_form_gives_back_the_budget_that_it_was_filled_from(budget: Budget) -> None:
    draft = draft_of(budget, "EUR", NOW.date())
    assert budget_from(draft, Subjects(None, None), NOW.date()) == budget


def test_whom_nobody_knows_can_have_no_budget() -> None:
    known = Subjects(frozenset({"anna@aurora.example"}), frozenset({"Sales"}))
    draft = draft_of(SERVICE, "EUR", NOW.date())
    with pytest.raises(InvalidInput, match="no such department"):
        budget_from(draft, known, NOW.date())


def test_many_members_of_a_department_are_ranked_and_listed(small_home: Home) -> None:
    people = [f"p{number:02}@aurora.example" for number in range(12)]
    rows = [
        leg(
            f"M{place}",
            datetime(2024, 10, 30, 9, place),
            charged_user=user,
            from_user=user,
            person=f"Person {place}",
            department="Sales",
            cost=Decimal(place),
            charge=Decimal(place),
        )
        for place, user in enumerate(people)
    ]
    make_home(small_home.path, rows, serial=5)
    keep(
        small_home,
        Budget("Each", "member", "Sales", "month", Decimal(10), "EUR", date(2024, 10, 1)),
    )
    sum_up(small_home)
    app = opened("budgets")
    assert "6 others in the list below" in said(app) or "7 others in the list below" in said(app)
    spent = app.dataframe[0].value["Spent of it"].to_list()
    assert spent == sorted(spent, reverse=True)
    assert spent[0] == pytest.approx(1.1)


def test_who_may_not_edit_looks_on(small_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(small_home, SERVICE)
    for name in ("app.desks.desk_parts", "app.desks.budget_drawers", "app.frame.rights"):
        monkeypatch.setattr(f"{name}.may_edit", lambda: False)
    labels = {one.label for one in opened("budgets").button}
    assert not labels & {"New budget", "Edit", "Remove"}
