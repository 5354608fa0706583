"""Budgets: sums that follow the calls, what is carried over, and each percentage noted once."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest

from warehouse.budgets import evaluate as evaluating
from warehouse.budgets import sums as summing
from warehouse.budgets.budget import Budget
from warehouse.budgets.crossings import Crossing, crossings, note_told
from warehouse.budgets.evaluate import Evaluated, evaluate
from warehouse.budgets.periods import first_of, following
from warehouse.budgets.store import add, change, named, remove
from warehouse.dimensions import Dimensions, note_dimensions
from warehouse.load import load
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.queries.budgets import budget_status
from warehouse.restate import restate, stored_legs
from warehouse.scope import Scope
from warehouse.snapshot import Snapshots
from warehouse.state.state import State
from warehouse.store import remove as take_away

ALL = Scope(everything=True)
NOW = datetime(2024, 10, 31, 12, tzinfo=UTC)
ANNA, BOB = "anna@aurora.example", "bob@aurora.example"
MONTH = Budget(
    name="Anna", kind="person", subject=ANNA, period="month", amount=Decimal(10), currency="EUR",
    valid_from=date(2024, 1, 1), warn_at=(50, 100), tell=("person", "manager", "x@aurora.example"),
)  # fmt: skip
SALES = replace(MONTH, name="Sales", kind="department", subject="Sales", tell=("manager",))
EACH = replace(MONTH, name="Each", kind="member", subject="Sales")


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State.open(tmp_path / "state.db") as opened:
        yield opened


@pytest.fixture
def spend(put: Any, leg: Any) -> Callable[..., None]:
    """Stores a call that is charged something."""
    serial = iter(range(10**6))

    def spend_some(charge: str, at: str = "2024-10-14 08:00:00", **facts: Any) -> str:
        name = facts.pop("leg_id", f"call-{next(serial)}")
        put(leg(name, at, charge=Decimal(charge), cost=Decimal(charge), **facts))
        return str(name)

    return spend_some


def have(state: State, *budgets: Budget) -> None:
    for budget in budgets:
        add(state, budget, NOW, "me")


def sums(state: State) -> dict[tuple[str, str, str], Decimal]:
    rows = state.connection.execute(
        "select budgets.name, sums.subject, first_day, spent from budget_sums as sums "
        "join budgets on budgets.id = sums.budget"
    )
    return {(*row[:3],): Decimal(row[3]) / 10**6 for row in rows}


def reached(state: State) -> list[tuple[str, str, date, int]]:
    return [(one.budget, one.subject, one.first, one.percent) for one in crossings(state)]


@pytest.fixture
def directory(master: Master) -> None:
    rows = [
        ("anna@aurora.example", "Anna", "anna@mail.example", BOB, "Sales", "person", None, None),
        ("bob@aurora.example", "Bob", "bob@mail.example", None, "Sales", "head", None, None),
        ("cleo@aurora.example", "Cleo", None, BOB, "Sales", None, date(2024, 10, 1), None),
    ]
    texts = dict.fromkeys(("user", "name", "email", "manager", "department", "role"), pl.String)
    people = pl.DataFrame(
        rows, schema=texts | dict.fromkeys(("valid_from", "valid_to"), pl.Date), orient="row"
    ).with_columns(
        pl.lit("person").alias("kind"),
        pl.lit([], pl.List(pl.String)).alias("aliases"),
        pl.lit([], pl.List(pl.String)).alias("numbers"),
    )
    note_dimensions(master, Dimensions(people, pl.DataFrame(), pl.DataFrame()), NOW)


def test_a_budget_is_spent_by_what_is_charged_in_its_period(
    master: Master, state: State, spend: Any
) -> None:
    spend("3.5")
    spend("2", "2024-09-30 10:00:00")
    spend("4", charged_user=BOB)
    spend("8", department="Legal", charged_user=BOB)
    have(state, MONTH, SALES, EACH)
    evaluate(master, state, NOW)
    assert {
        ("Anna", ANNA, "2024-10-01"): Decimal("3.5"),
        ("Anna", ANNA, "2024-09-01"): Decimal(2),
        ("Sales", "Sales", "2024-10-01"): Decimal("7.5"),
        ("Sales", "Sales", "2024-09-01"): Decimal(2),
        ("Each", ANNA, "2024-10-01"): Decimal("3.5"),
        ("Each", ANNA, "2024-09-01"): Decimal(2),
        ("Each", BOB, "2024-10-01"): Decimal(4),
    } == sums(state)


def test_who_changes_department_within_a_month_spends_of_each_what_was_spent_there(
    master: Master, state: State, spend: Any
) -> None:
    spend("3", "2024-10-10 08:00:00")
    spend("5", "2024-10-20 08:00:00", department="Legal")
    have(state, MONTH, EACH, replace(EACH, name="Each of Legal", subject="Legal"))
    evaluate(master, state, NOW)
    assert {
        ("Anna", ANNA, "2024-10-01"): Decimal(8),
        ("Each", ANNA, "2024-10-01"): Decimal(3),
        ("Each of Legal", ANNA, "2024-10-01"): Decimal(5),
    } == sums(state)


@pytest.mark.parametrize(
    ("day", "period", "first", "after"),
    [
        ("2024-02-29", "month", "2024-02-01", "2024-03-01"),
        ("2024-12-31", "month", "2024-12-01", "2025-01-01"),
        ("2024-12-31", "week", "2024-12-30", "2025-01-06"),
        ("2024-10-27", "week", "2024-10-21", "2024-10-28"),
        ("2024-03-31", "week", "2024-03-25", "2024-04-01"),
        ("2024-03-31", "day", "2024-03-31", "2024-04-01"),
    ],
)
def test_periods_begin_and_end_with_local_days(
    day: str, period: Any, first: str, after: str
) -> None:
    found = first_of(period, date.fromisoformat(day))
    assert (first, after) == (str(found), str(following(period, found)))


def test_a_week_in_which_clocks_change_has_all_its_calls_and_no_other(
    master: Master, state: State, put: Any, leg: Any
) -> None:
    # Rome leaves summer time on Sunday, 27 October 2024 at 01:00 UTC.
    for name, at, local in (
        ("before", "2024-10-20 21:59:59", "2024-10-20"),
        ("first", "2024-10-20 22:00:00", "2024-10-21"),
        ("twice", "2024-10-27 00:30:00", "2024-10-27"),
        ("twice again", "2024-10-27 01:30:00", "2024-10-27"),
        ("last", "2024-10-27 22:59:59", "2024-10-27"),
        ("after", "2024-10-27 23:00:00", "2024-10-28"),
    ):
        put(leg(name, at, charge=Decimal(1)) | {"day": date.fromisoformat(local)})
    have(state, replace(MONTH, period="week"), replace(MONTH, name="Days", period="day"))
    evaluate(master, state, NOW)
    found = sums(state)
    weeks = {first: spent for (name, _, first), spent in found.items() if name == "Anna"}
    assert {"2024-10-14": 1, "2024-10-21": 4, "2024-10-28": 1} == weeks
    assert Decimal(3) == found["Days", ANNA, "2024-10-27"]


def test_only_what_changed_is_summed_again(
    master: Master, state: State, spend: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[set[date]] = []
    summed = summing._summed

    def noting(master: Master, budgets: Any, days: pl.DataFrame) -> Any:
        asked.append(set(days["first_day"]))
        return summed(master, budgets, days)

    for month in range(1, 11):
        spend("1", f"2024-{month:02}-05 08:00:00")
    have(state, MONTH)
    evaluate(master, state, NOW)
    monkeypatch.setattr(summing, "_summed", noting)
    assert Evaluated() == evaluate(master, state, NOW)
    assert [] == asked
    spend("1", "2024-04-30 08:00:00")
    assert Evaluated(1, 0) == evaluate(master, state, NOW)
    assert [{date(2024, 4, 1)}] == asked
    publish(master, NOW)
    spend("1", "2024-10-30 08:00:00")
    assert Evaluated(1, 0) == evaluate(master, state, NOW)
    assert [{date(2024, 4, 1)}, {date(2024, 10, 1)}] == asked


def test_what_is_left_is_carried_over_and_what_is_overspent_is_not(
    master: Master, state: State, spend: Any, snapshots: Snapshots
) -> None:
    spend("4", "2024-08-05 08:00:00")
    spend("20", "2024-09-05 08:00:00")
    spend("1", "2024-10-05 08:00:00")
    have(state, replace(MONTH, carry_over=True, valid_from=date(2024, 7, 1)))
    evaluate(master, state, NOW)
    publish(master, NOW)

    def told(month: int) -> tuple[Decimal, Decimal]:
        on = date(2024, month, 28)
        (row,) = budget_status(snapshots.current(), state, ALL, on).to_dicts()
        return row["carried"], row["left"]

    assert [(0, 10), (10, 16), (16, 6), (6, 15), (15, 25)] == [
        told(month) for month in range(7, 12)
    ]
    spend("30", "2024-07-05 08:00:00")
    evaluate(master, state, NOW)
    assert [(0, -20), (0, 6), (6, -4), (0, 9)] == [told(month) for month in range(7, 11)]


def test_members_carry_over_from_when_they_are_members(
    master: Master, state: State, spend: Any, directory: None, snapshots: Snapshots
) -> None:
    spend("1", "2024-10-05 08:00:00", charged_user="cleo@aurora.example")
    have(state, replace(EACH, carry_over=True, valid_from=date(2024, 9, 1)))
    evaluate(master, state, NOW)
    publish(master, NOW)
    found = budget_status(snapshots.current(), state, ALL, date(2024, 10, 31))
    assert [(ANNA, 10, 20), (BOB, 10, 20), ("cleo@aurora.example", 0, 9)] == found.select(
        "user", "carried", "left"
    ).rows()


def test_each_percentage_is_noted_once_whatever_the_sum_does_later(
    master: Master, state: State, spend: Any, directory: None
) -> None:
    have(state, MONTH)
    name = spend("4.999999")
    assert 0 == evaluate(master, state, NOW).crossings
    cent = spend("0.000001")
    assert 1 == evaluate(master, state, NOW).crossings
    spend("7")
    assert 1 == evaluate(master, state, NOW).crossings
    (half, full) = crossings(state)
    assert (50, Decimal(5), 100, Decimal(12)) == (
        *(half.percent, half.spent),
        *(full.percent, full.spent),
    )
    assert ("anna@mail.example", "bob@mail.example", "x@aurora.example") == half.tell
    spend("0", leg_id=name, revision=1)
    spend("0", leg_id=cent, revision=1)
    evaluate(master, state, NOW)
    assert {("Anna", ANNA, "2024-10-01"): Decimal(7)} == sums(state)
    spend("9")
    assert 0 == evaluate(master, state, NOW).crossings
    note_told(state, [half], NOW)
    assert [full.id] == [one.id for one in crossings(state, untold=True)]


def test_prices_of_history_that_fall_lower_the_sum(
    master: Master, state: State, spend: Any
) -> None:
    spend("6", "2024-10-05 08:00:00")
    spend("6", "2024-10-06 08:00:00")
    have(state, MONTH)
    assert 2 == evaluate(master, state, NOW).crossings
    legs = stored_legs(master, [date(2024, 10, 5), date(2024, 10, 6)])
    restate(master, legs.with_columns(pl.lit(Decimal(2), pl.Decimal(18, 6)).alias("charge")))
    assert Evaluated(1, 0) == evaluate(master, state, NOW)
    assert {("Anna", ANNA, "2024-10-01"): Decimal(4)} == sums(state)
    assert 2 == len(reached(state))


def test_a_budget_of_a_department_tells_its_head_and_says_whom_it_does_not_find(
    master: Master, state: State, spend: Any, directory: None
) -> None:
    have(
        state,
        SALES,
        replace(EACH, tell=("person", "manager")),
        replace(SALES, name="Legal", subject="Legal"),
    )
    spend("10", charged_user="cleo@aurora.example")
    spend("10", department="Legal", charged_user="zoe@aurora.example")
    evaluate(master, state, NOW)
    told = {(one.budget, one.percent): (one.tell, one.not_found) for one in crossings(state)}
    assert (("bob@mail.example",), ()) == told["Sales", 100]
    assert ((), ("manager",)) == told["Legal", 100]
    assert (("bob@mail.example",), ("person",)) == told["Each", 100]


def test_nobody_is_told_of_what_is_long_over(master: Master, state: State, spend: Any) -> None:
    have(state, replace(MONTH, period="week"))
    spend("50", "2024-10-14 08:00:00")
    spend("50", "2024-10-21 08:00:00")
    evaluate(master, state, NOW)
    assert {date(2024, 10, 21)} == {first for _, _, first, _ in reached(state)}


def test_money_of_other_currencies_is_counted_where_it_cannot_be_summed(
    master: Master, state: State, spend: Any, put: Any, leg: Any, snapshots: Snapshots
) -> None:
    spend("1")
    spend("1", currency="USD")
    spend("3", currency="USD", reporting_currency="EUR", reporting_charge=Decimal(2),
          reporting_cost=Decimal(2), reporting_tax=Decimal(0))  # fmt: skip
    spend("3", currency="CHF", reporting_currency="EUR")
    put(leg("unrated", cost=None, charge=None, tax=None, status="no_prefix", currency=None))
    have(state, MONTH)
    evaluate(master, state, NOW)
    publish(master, NOW)
    (row,) = budget_status(snapshots.current(), state, ALL, date(2024, 10, 31)).to_dicts()
    assert (Decimal(3), 3) == (row["spent"], row["uncounted"])


def test_a_changed_budget_is_summed_anew_and_a_removed_one_forgotten(
    master: Master, state: State, spend: Any
) -> None:
    spend("6")
    spend("2", charged_user=BOB)
    have(state, MONTH)
    evaluate(master, state, NOW)
    change(state, "Anna", replace(MONTH, amount=Decimal(5)), NOW, "me")
    assert Evaluated() == evaluate(master, state, NOW)
    change(state, "Anna", replace(MONTH, subject=BOB), NOW, "me")
    assert {} == sums(state)
    evaluate(master, state, NOW)
    assert {("Anna", BOB, "2024-10-01"): Decimal(2)} == sums(state)
    remove(state, "Anna")
    assert {} == sums(state)
    assert [] == reached(state)


def test_a_budget_counts_on_its_days_only(master: Master, state: State, spend: Any) -> None:
    for day in (9, 10, 19, 20):
        spend("1", f"2024-10-{day:02} 08:00:00")
    have(state, replace(MONTH, valid_from=date(2024, 10, 10), valid_to=date(2024, 10, 20)))
    evaluate(master, state, NOW)
    assert {("Anna", ANNA, "2024-10-01"): Decimal(2)} == sums(state)


def test_a_warehouse_that_is_made_anew_is_summed_from_the_start(
    master: Master, state: State, spend: Any, put: Any, tmp_path: Path
) -> None:
    spend("6")
    have(state, MONTH)
    evaluate(master, state, NOW)
    with Master.open(tmp_path / "anew") as other:
        evaluate(other, state, NOW)
    assert {} == sums(state)
    evaluate(master, state, NOW)
    assert {("Anna", ANNA, "2024-10-01"): Decimal(6)} == sums(state)


def test_whoever_has_seen_less_takes_nothing_back(master: Master, state: State, spend: Any) -> None:
    spend("6")
    have(state, MONTH)
    evaluate(master, state, NOW)
    state.connection.execute("update budget_progress set serial = serial + 1")
    state.connection.execute("update budget_sums set spent = 7000000")
    assert Evaluated() == evaluate(master, state, NOW)
    assert {("Anna", ANNA, "2024-10-01"): Decimal(7)} == sums(state)


def test_what_is_forgotten_for_its_age_stays_as_it_was_summed(
    master: Master, state: State, spend: Any
) -> None:
    spend("6", "2024-03-05 08:00:00")
    spend("1", "2024-10-05 08:00:00")
    have(state, MONTH)
    evaluate(master, state, NOW)
    master.connection.execute(
        "insert into retention values ('delete', 'delete', [], [], [], date '2024-04-01', "
        "timestamp '2024-10-31 00:00:00', 'me', false)"
    )
    with master.transaction() as connection:
        take_away(connection, stored_legs(master, [date(2024, 3, 5)]))
    evaluate(master, state, NOW)
    assert {
        ("Anna", ANNA, "2024-03-01"): Decimal(6),
        ("Anna", ANNA, "2024-10-01"): Decimal(1),
    } == sums(state)


def test_an_evaluation_that_breaks_off_changes_nothing_and_is_made_up_for(
    master: Master, state: State, spend: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend("10")
    have(state, MONTH)

    def broken(*_: Any) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as breaking:
        breaking.setattr(evaluating, "note_reached", broken)
        with pytest.raises(KeyboardInterrupt):
            evaluate(master, state, NOW)
    assert ({}, []) == (sums(state), reached(state))
    assert Evaluated(1, 2) == evaluate(master, state, NOW)


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from warehouse.budgets import evaluate as evaluating
from warehouse.budgets import sums as summing
from warehouse.master import Master
from warehouse.state.state import State

noting = evaluating.note_reached

def noting_and_killed(*arguments):
    noting(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)

evaluating.note_reached = noting_and_killed
with Master.open(Path(sys.argv[1])) as master, State.open(Path(sys.argv[2])) as state:
    evaluating.evaluate(master, state, datetime(2024, 10, 31, 12, tzinfo=UTC))
"""


def test_killed_between_evaluation_and_note_nothing_is_lost_or_told_twice(
    folder: Path, tmp_path: Path, frame: Any, leg: Any
) -> None:
    path = tmp_path / "state.db"
    with Master.open(folder) as master, State.open(path) as state:
        row = leg("A", charge=Decimal(10))
        load(master, frame([row]), file="one", sha256="", loaded_at=NOW)
        have(state, MONTH)
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(folder), str(path)], check=False
    )
    assert -signal.SIGKILL == killed.returncode
    with Master.open(folder) as master, State.open(path) as state:
        assert [] == reached(state)
        assert Evaluated(1, 2) == evaluate(master, state, NOW)
        assert Evaluated() == evaluate(master, state, NOW)
        assert 2 == len(reached(state))


def test_two_evaluators_at_once_note_each_percentage_once(
    master: Master, state: State, spend: Any, tmp_path: Path
) -> None:
    spend("10")
    have(state, MONTH)
    start = threading.Barrier(2)
    found: list[Evaluated] = []

    class Copy:
        """The same warehouse through a connection of its own."""

        def __init__(self) -> None:
            self.connection = master.connection.cursor()
            self.folder = master.folder

    def work() -> None:
        with State.open(tmp_path / "state.db") as own:
            copy: Any = Copy()
            start.wait()
            found.append(evaluate(copy, own, NOW))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {Evaluated(1, 2), Evaluated()} == set(found)
    assert 2 == len(reached(state))


def test_sums_follow_any_history_of_calls_corrections_and_edits(
    master: Master, state: State, put: Any, leg: Any
) -> None:
    """Against a sum over all that is stored, after every step."""
    chance = Random(5)
    users, departments = (ANNA, BOB), ("Sales", "Legal")
    known: dict[str, tuple[date, str, str, Decimal]] = {}
    budgets = [
        replace(
            MONTH,
            name=f"{kind} {subject} {period}",
            kind=kind,
            subject=subject,
            period=period,
            carry_over=chance.random() < 0.5,
            valid_from=date(2024, 9, chance.randrange(1, 28)),
        )
        for kind in ("person", "member", "department")
        for subject in (users if kind == "person" else departments)
        for period in ("day", "week", "month")
    ]
    for step in range(25):
        if step % 2 == 0 and step // 2 < len(budgets):
            have(state, budgets[step // 2])
        rows = {}
        for _ in range(4):
            name = f"leg-{chance.randrange(30)}"
            at = datetime(2024, 8, 25, 8) + timedelta(days=chance.randrange(65))
            user, department = chance.choice(users), chance.choice(departments)
            charge = Decimal(chance.randrange(0, 800)) / 100
            facts = {"charged_user": user, "department": department, "charge": charge}
            rows[name] = leg(name, str(at), revision=step, cost=charge, **facts)
            known[name] = (at.date(), user, department, charge)
        put(*rows.values())
        if chance.random() < 0.3:
            publish(master, NOW)
        if chance.random() < 0.7 or step == 24:
            evaluate(master, state, NOW)
            assert _expected(budgets[: step // 2 + 1], known) == sums(state)


def _expected(
    budgets: list[Budget], known: dict[str, tuple[date, str, str, Decimal]]
) -> dict[tuple[str, str, str], Decimal]:
    found: dict[tuple[str, str, str], Decimal] = {}
    for budget in budgets:
        for day, user, department, charge in known.values():
            payer = user if budget.kind == "person" else department
            if payer != budget.subject or day < budget.valid_from or not charge:
                continue
            subject = department if budget.kind == "department" else user
            key = (budget.name, subject, str(first_of(budget.period, day)))
            found[key] = found.get(key, Decimal(0)) + charge
    return found


def test_a_forecast_goes_on_at_the_pace_of_the_days_so_far(
    master: Master, state: State, spend: Any, snapshots: Snapshots
) -> None:
    spend("3", "2024-10-05 08:00:00")
    have(state, MONTH)
    evaluate(master, state, NOW)
    publish(master, NOW)

    def forecast(day: int) -> Decimal:
        (row,) = budget_status(snapshots.current(), state, ALL, date(2024, 10, day)).to_dicts()
        amount: Decimal = row["forecast"]
        return amount

    assert [Decimal("9.3"), Decimal("4.65"), Decimal(3)] == [forecast(day) for day in (10, 20, 31)]
    assert Decimal("13.285714") == forecast(7)


def test_a_scope_sees_its_people_and_the_sums_of_its_departments(
    master: Master, state: State, spend: Any, directory: None, snapshots: Snapshots
) -> None:
    spend("3")
    spend("4", charged_user=BOB)
    have(state, MONTH, SALES, EACH, replace(SALES, name="Legal", subject="Legal"))
    evaluate(master, state, NOW)
    publish(master, NOW)

    def seen(scope: Scope) -> list[tuple[str, str | None]]:
        found = budget_status(snapshots.current(), state, scope, date(2024, 10, 31))
        return found.select("budget", "user").rows()

    own = [("Anna", ANNA), ("Each", ANNA)]
    members = [("Each", BOB), ("Each", "cleo@aurora.example")]
    assert [*own, *members, ("Legal", None), ("Sales", None)] == seen(ALL)
    assert [*own, *members, ("Sales", None)] == seen(Scope(departments=("Sales",)))
    assert own == seen(Scope(users=(ANNA,)))
    assert [("Legal", None)] == seen(Scope(departments=("Legal",)))
    assert [] == seen(Scope())


def test_a_crossing_keeps_what_was_true_then(master: Master, state: State, spend: Any) -> None:
    spend("5")
    have(state, MONTH)
    evaluate(master, state, NOW)
    change(state, "Anna", replace(MONTH, amount=Decimal(100), name="Anna B."), NOW, "me")
    (one,) = crossings(state)
    assert isinstance(one, Crossing)
    assert ("Anna B.", Decimal(10), Decimal(5), NOW.isoformat()) == (
        *(one.budget, one.available, one.spent),
        one.crossed_at,
    )
    assert named(state, "Anna B.").budget.amount == 100
