"""Whoever is to know of a budget is told of each percentage once, with the real sums."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from app.alarms.budgets import tell_of_budgets
from tests.app.alarms.conftest import Office
from tests.app.homes import leg
from warehouse.budgets import store
from warehouse.budgets.budget import Budget
from warehouse.budgets.crossings import crossings
from warehouse.budgets.evaluate import evaluate
from warehouse.master import Master

CEILING = Budget(
    name="Sales in October",
    kind="department",
    subject="Sales",
    period="month",
    amount=Decimal(10),
    currency="EUR",
    valid_from=date(2024, 1, 1),
    warn_at=(50, 100),
    tell=("boss@aurora.example", "cfo@aurora.example"),
)


def spend(office: Office, name: str, charge: str, **facts: Any) -> None:
    money = {"cost": Decimal(charge), "charge": Decimal(charge)}
    office.arrive(leg(name, datetime(2024, 10, 21, 10), **money, **facts))
    with Master.open(office.folder / "warehouse") as master:
        evaluate(master, office.state, office.clock())


def told(office: Office) -> list[tuple[str, str]]:
    before = len(office.letterbox.mails)
    tell_of_budgets(office.state, office.desk, office.clock())
    office.teller.send_what_waits()
    return sorted((mail.to, mail.subject) for mail in office.letterbox.mails[before:])


def test_each_percentage_is_told_once_to_each_who_is_to_know(office: Office) -> None:
    store.add(office.state, CEILING, office.clock(), "anna")
    spend(office, "little", "4")
    assert told(office) == []
    spend(office, "more", "2")
    ((first, subject), (second, _)) = told(office)
    assert (first, second) == ("boss@aurora.example", "cfo@aurora.example")
    assert "50% of the budget Sales in October of Sales is spent" in subject
    assert (
        "€6.07 of €10.00 is spent in the period from 1 Oct 2024" in office.letterbox.mails[0].text
    )
    spend(office, "cents", "0.10")
    assert told(office) == []
    spend(office, "too much", "9")
    assert ["100%" in subject for _, subject in told(office)] == [True, True]
    assert told(office) == []
    assert all(one.told_at for one in crossings(office.state))


def test_a_death_before_it_is_noted_tells_nobody_twice(office: Office) -> None:
    store.add(office.state, replace(CEILING, warn_at=(50,)), office.clock(), "anna")
    spend(office, "much", "7")
    assert len(told(office)) == 2
    with office.state.transaction() as connection:
        connection.execute("update budget_crossings set told_at = null")
    assert told(office) == []


def test_a_budget_of_nobody_to_tell_is_kept_in_the_history(office: Office) -> None:
    store.add(office.state, replace(CEILING, tell=()), office.clock(), "anna")
    spend(office, "much", "7")
    assert told(office) == []
    assert any("50% of the budget" in title for title in office.titles())


def test_the_instant_is_that_of_the_crossing(office: Office) -> None:
    store.add(office.state, CEILING, office.clock(), "anna")
    spend(office, "much", "7")
    told(office)
    (row,) = office.desk.history(10)
    assert datetime.fromisoformat(row["happened_at"]) == office.clock().astimezone(UTC)
