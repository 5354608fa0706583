"""Figures are told where they cross a line, once, and not where they only reach it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from app.alarms.watched import WATCHED
from tests.app.alarms.conftest import NOW, Office, begun, unanswered, watching
from tests.app.homes import Row

BRUNO = {
    "charged_user": "bruno@aurora.example",
    "person": "Bruno Conti",
    "department": "Service",
    "gateway_out": "gw-2",
    "site": "Milan",
}
DAY = 24 * 60


def calls(many: int, first: float, name: str, **facts: Any) -> list[Row]:
    return [begun(first + n / 10, f"{name}-{n}", **facts) for n in range(many)]


def counter(office: Office, **facts: Any) -> None:
    usual = {"kind": "counter", "window": "day", "zone": "UTC"}
    office.desk.add(watching(**(usual | facts)), NOW)


def test_cost_is_told_when_it_exceeds_the_amount_and_not_when_it_reaches_it(office: Office) -> None:
    counter(office, measure="cost", amount="1.00", per="person")
    office.arrive(*calls(9, 1, "a", cost=Decimal("0.1")), *calls(3, 1, "b", **BRUNO))
    assert office.tick() == []
    # Begun before the alarm was made, but in its first window: 0.0731.
    office.arrive(*calls(1, 9, "c", cost=Decimal("0.0269")))
    assert office.tick() == []
    office.arrive(*calls(1, 10, "d", cost=Decimal("0.000001")))
    assert office.tick() == ["Alarm: Cost of Anna Bianchi: €1.00, above €1.00"]
    office.arrive(*calls(1, 11, "e", cost=Decimal(5)))
    assert office.tick() == []
    office.clock.pass_by(days=1)
    office.arrive(*calls(1, DAY, "f", cost=Decimal(2)))
    assert office.tick() == ["Alarm: Cost of Anna Bianchi: €2.00, above €1.00"]


@pytest.mark.parametrize(
    ("per", "subject"),
    [("department", "Service"), ("site", "Milan"), ("trunk", "gw-2"), ("person", "Bruno Conti")],
)
@pytest.mark.parametrize("window", ["hour", "day", "week", "month"])
def test_calls_are_counted_for_each(office: Office, per: str, subject: str, window: str) -> None:
    counter(office, measure="calls", amount=3, per=per, window=window)
    office.arrive(*calls(4, 1, "b", **BRUNO), *calls(1, 1, "a"), *calls(1, 61, "late"))
    assert office.tick() == [f"Alarm: Calls of {subject}: 4, above 3"]


def test_minutes_of_some_calls_only(office: Office) -> None:
    counter(office, measure="minutes", amount=3, filters={"departments": ("Service",)})
    office.arrive(*calls(9, 1, "a"), *calls(3, 1, "b", **BRUNO))
    assert office.tick() == []
    office.arrive(begun(5, "c", **BRUNO, talk_s=Decimal("0.06")))
    assert office.tick() == ["Alarm: Minutes: 3.0 min, above 3 min"]


def test_too_little_is_told_when_the_day_is_over(office: Office) -> None:
    counter(office, measure="calls", compare="below", amount=5)
    office.clock.pass_by(hours=12)
    office.arrive(*calls(5, 12 * 60, "enough"))
    office.clock.pass_by(hours=24)
    assert office.tick() == []
    # The day after: four.
    office.arrive(*calls(4, 36 * 60, "few"))
    assert office.tick() == []
    office.clock.pass_by(hours=24, minutes=29)
    assert office.tick() == []
    office.clock.pass_by(minutes=1)
    assert office.tick() == ["Alarm: Calls: 4, below 5"]
    assert office.tick() == []


@pytest.mark.parametrize(
    ("measure", "compare", "amount", "title"),
    [
        ("lost_share", "above", "24", "Percent lost: 25 %, above 24 %"),
        ("lost_share", "above", "25", None),
        ("asr", "below", "75.1", "Percent answered: 75 %, below 75.1 %"),
        ("asr", "below", "75", None),
        ("aloc", "above", "59.9", "Average seconds of answered calls: 60 s, above 59.9 s"),
        ("aloc", "above", "60", None),
        ("aloc", "below", "60.1", "Average seconds of answered calls: 60 s, below 60.1 s"),
    ],
)
@pytest.mark.parametrize("window", ["hour", "day"])
def test_shares_are_told_of_finished_windows_with_enough_calls(
    office: Office, measure: str, compare: str, amount: str, title: str | None, window: str
) -> None:
    counter(office, measure=measure, compare=compare, amount=amount, window=window, least_calls=20)
    evening = 12 * 60
    few = [unanswered(evening + DAY + n, f"few-{n}") for n in range(19)]
    office.arrive(
        *calls(15, evening, "a"), *(unanswered(evening + 2, f"l{n}") for n in range(5)), *few
    )
    office.clock.pass_by(hours=13)
    assert office.tick() == []
    office.clock.pass_by(days=3)
    assert office.tick() == ([f"Alarm: {title}"] if title else [])


@pytest.mark.parametrize(
    ("compare", "amount", "now", "told"),
    [
        ("rise", "5", 16, "up by more than 5 from 10"),
        ("rise", "5", 15, None),
        ("fall", "5", 4, "down by more than 5 from 10"),
        ("fall", "5", 5, None),
        ("rise_percent", "50", 16, "up by more than 50 % from 10"),
        ("rise_percent", "50", 15, None),
        ("fall_percent", "50", 4, "down by more than 50 % from 10"),
        ("fall_percent", "50", 5, None),
        ("fall_percent", "50", 0, "down by more than 50 % from 10"),
    ],
)
@pytest.mark.parametrize("against", ["previous", "weekday"])
def test_changes_are_measured_on_the_window_before_or_the_week_before(
    office: Office, compare: str, amount: str, now: int, told: str | None, against: str
) -> None:
    length = DAY if against == "previous" else 7 * DAY
    counter(
        office,
        measure="calls",
        compare=compare,
        amount=amount,
        against=against,
        per="department",
        least_calls=10,
    )
    first = 7 * DAY
    office.arrive(
        *calls(10, first, "then", **BRUNO),
        *calls(now, first + length, "now", **BRUNO),
        *calls(9, first, "few"),
    )
    office.clock.pass_by(minutes=first + length + 12 * 60 + 30)
    days = [title for title in office.tick() if f"Service: {now}," in title]
    assert days == ([f"Alarm: Calls of Service: {now}, {told}"] if told else [])


def test_the_last_minutes_cross_the_line_once_until_it_was_quiet(office: Office) -> None:
    counter(office, measure="calls", window="sliding", minutes=10, amount=3, per="person")
    office.arrive(*(begun(n, f"slow-{n}") for n in range(0, 40, 4)))
    assert office.tick() == []
    office.arrive(*(begun(50 + n, f"quick-{n}") for n in range(3)))
    assert office.tick() == []
    office.arrive(*(begun(53 + n, f"more-{n}") for n in range(30)))
    assert office.tick() == ["Alarm: Calls of Anna Bianchi: 4, above 3"]
    # A late call moves the crossing forward, and is the same one.
    office.arrive(begun(52.5, "late"))
    assert office.tick() == []
    office.arrive(*(begun(200 + n, f"again-{n}") for n in range(4)))
    assert office.tick() == ["Alarm: Calls of Anna Bianchi: 4, above 3"]


def test_sliding_cost_and_shares(office: Office) -> None:
    sliding = {"window": "sliding", "minutes": 30}
    counter(office, measure="cost", amount=10, **sliding)
    office.desk.add(
        watching("lost", kind="counter", measure="lost_share", amount=50, least_calls=4, **sliding),
        NOW,
    )
    office.arrive(*calls(2, 1, "a", cost=Decimal(5)), *(unanswered(5, f"u{n}") for n in range(2)))
    assert office.tick() == []
    office.arrive(begun(20, "b", cost=Decimal("0.01")))
    assert office.tick() == ["Alarm: Cost: €10.01, above €10.00"]
    office.arrive(*(unanswered(21 + n, f"v{n}") for n in range(2)))
    assert office.tick() == ["Alarm: Percent lost: 57.1 %, above 50 %"]


def test_concurrent_calls_of_a_trunk_are_told_once_for_hours_in_a_row(office: Office) -> None:
    counter(
        office,
        measure="concurrent",
        window="hour",
        amount=3,
        per="trunk",
        filters={"gateways": ("gw-2",)},
    )
    long = {
        "ended_at": (NOW + timedelta(minutes=100)).replace(tzinfo=None),
        "talk_s": Decimal(5000),
    }
    office.arrive(*calls(3, 10, "a", **BRUNO, **long), *calls(9, 10, "b", **long))
    assert office.tick() == []
    office.arrive(*calls(1, 11, "c", **BRUNO, **long))
    assert office.tick() == ["Alarm: Calls at once of gw-2: 4, above 3"]
    office.clock.pass_by(hours=2)
    office.arrive(*calls(5, 70, "d", **BRUNO, **long))
    assert office.tick() == []


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"measure": "calls", "minutes": 5}, "minutes belong to a sliding window"),
        ({"measure": "calls", "window": "sliding"}, "minutes belong to a sliding window"),
        (
            {"measure": "calls", "window": "sliding", "minutes": 5, "compare": "rise"},
            "what changed is asked of hours",
        ),
        (
            {"measure": "cost", "window": "sliding", "minutes": 5, "compare": "below"},
            "too little is seen at the end",
        ),
        ({"measure": "concurrent"}, "concurrent calls are told of hours"),
        ({"measure": "calls", "window": "week", "against": "weekday"}, "the same weekday"),
        ({"measure": "calls", "filters": {"planets": ("Mars",)}}, "filters are sites"),
    ],
)
def test_counters_that_make_no_sense_are_refused(facts: dict[str, Any], rule: str) -> None:
    with pytest.raises(ValidationError) as refused:
        WATCHED.validate_python({"kind": "counter", "amount": 1, **facts})
    assert rule in str(refused.value)
