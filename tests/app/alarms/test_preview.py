"""A preview finds what the alarm would have found had it been there, and keeps nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.alarms.preview import can_look_back, would_have_found
from app.alarms.rule import Rule
from tests.app.alarms.conftest import NOW, Office, begun, unanswered, watching
from tests.app.homes import Row, leg

DAY = 1440
RULES: dict[str, Rule] = {
    "call": watching(kind="call", min_cost="1"),
    "cost of a day": watching(kind="counter", measure="cost", amount="1.5"),
    "burst": watching(kind="counter", measure="calls", window="sliding", minutes=10, amount="3"),
    "lost": watching(
        kind="counter", measure="lost_share", window="hour", amount="50", least_calls=2
    ),
    "at once": watching(
        kind="counter", measure="concurrent", window="hour", per="trunk", amount="2"
    ),
    "nothing": watching(kind="call", destinations=("Mars",)),
}


def history() -> list[Row]:
    """Nine days: a dear call each other day, and on one of them a burst and a bad hour."""
    rows = [
        begun(step * 2 * DAY, f"dear-{step}", cost=Decimal(2), charge=Decimal(2))
        for step in range(4)
    ]
    rows += [begun(2 * DAY + 200 + step / 10, f"burst-{step}") for step in range(6)]
    rows += [unanswered(3 * DAY + step, f"lost-{step}") for step in range(3)]
    return rows


def test_it_finds_what_watching_alarms_found(office: Office) -> None:
    office.clock.now = NOW.replace(hour=0)
    rules = [replace(rule, name=name) for name, rule in RULES.items()]
    for rule in rules:
        office.desk.add(rule, office.clock())
    for at, row in sorted(((row["started_at"], row) for row in history()), key=lambda one: one[0]):
        office.clock.now = at.replace(tzinfo=NOW.tzinfo) + timedelta(minutes=2)
        office.arrive(row)
        office.watch.look()
    office.clock.now = NOW.replace(hour=23) + timedelta(days=8)
    office.watch.look()
    watched = {(row["name"], row["key"]) for row in office.desk.history(1000)}
    found = {
        (rule.name, event.key)
        for rule in rules
        for event in would_have_found(office.snapshots.current(), rule, office.clock(), 9)
    }
    assert found == watched
    assert {*RULES} - {"nothing"} == {name for name, _ in found}


@pytest.mark.parametrize(("days", "many"), [(1, 0), (3, 1), (9, 4)])
def test_it_looks_as_far_back_as_asked(office: Office, days: int, many: int) -> None:
    office.arrive(*history())
    now = NOW + timedelta(days=8)
    assert len(would_have_found(office.snapshots.current(), RULES["call"], now, days)) == many
    assert not office.desk.history(10)


def test_what_is_unusual_is_judged_by_what_lay_before_it(office: Office) -> None:
    usual: list[Row] = []
    for day in range(60):
        for hour in (9, 10, 14):
            at = datetime(2024, 8, 1, hour) + timedelta(days=day)
            usual += [leg(f"u{day}-{hour}-{n}", at + timedelta(minutes=n)) for n in range(3)]
    fraud: dict[str, Any] = {"to_number": "+25261555000", "cost": Decimal(9), "charge": Decimal(9)}
    night = datetime(2024, 9, 25, 2)
    usual += [leg(f"f{n}", night + timedelta(minutes=n), **fraud) for n in range(20)]
    office.arrive(*usual)
    now = datetime(2024, 9, 29, 12, tzinfo=NOW.tzinfo)
    rule = watching(kind="unusual")
    found = would_have_found(office.snapshots.current(), rule, now, 7)
    assert [event.key for event in found] == ["anna@aurora.example 2024-09-25 02"]
    assert not would_have_found(office.snapshots.current(), rule, now, 3)


def test_the_past_of_the_operation_cannot_be_asked() -> None:
    assert not can_look_back(watching(kind="operation", trouble="disk_low"))
    assert can_look_back(RULES["call"])
