"""A call raises an alarm where it meets the conditions, once, and its neighbour does not."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from app.alarms.event import Told
from app.alarms.watched import WATCHED
from tests.app.alarms.conftest import NOW, Office, begun, unanswered, watching
from warehouse.errors import InvalidInput
from warehouse.scope import Scope

NIGHTS = {"begin": "22:00", "end": "06:00", "weekdays": (1, 2, 3, 4, 5)}
OFFICE = {"begin": "08:00", "end": "18:00", "weekdays": (1, 2, 3, 4, 5)}
SATURDAY = 5 * 24 * 60 - 12 * 60


def local(day: int, hour: int, minute: int = 0, **facts: Any) -> dict[str, Any]:
    return {"started_local": datetime(2024, 10, day, hour, minute), **facts}


CASES: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({"numbers": ("+39899*",)}, {"to_number": "+39899123456"}, {"to_number": "+39898123456"}),
    ({"numbers": ("+39 899 12",)}, {"to_number": "+3989912"}, {"to_number": "+39899123"}),
    ({"numbers": ("112",)}, {"to_number": None, "dialled": "1-12"}, {"dialled": "1122"}),
    (
        {"numbers": ("+4420*",), "directions": ("inbound",)},
        {"direction": "inbound", "from_number": "+442079460001", "to_number": "+39069999"},
        {"direction": "inbound", "from_number": "+39069999", "to_number": "+442079460001"},
    ),
    ({"destinations": ("Cuba",)}, {"destination": "Cuba"}, {"destination": "Cuba mobile"}),
    ({"call_types": ("premium",)}, {"call_type": "premium"}, {"call_type": "mobile"}),
    ({"people": ("Anna@aurora.example",)}, {}, {"charged_user": "bruno@aurora.example"}),
    ({"departments": ("Sales",)}, {}, {"department": "Service"}),
    ({"departments": ("Sales",)}, {}, {"department": None}),
    ({"gateways": ("gw-2",)}, {"gateway_out": "gw-2"}, {"gateway_out": "gw-20"}),
    ({"directions": ("transit",)}, {"direction": "transit"}, {"direction": "outbound"}),
    ({"emergency": True}, {"emergency": True}, {"emergency": False}),
    ({"min_cost": "5.00"}, {"cost": Decimal(5)}, {"cost": Decimal("4.999999")}),
    ({"min_cost": "5.00"}, {"cost": Decimal(5)}, {"cost": None, "status": "no_prefix"}),
    ({"min_talk_s": 1800}, {"talk_s": Decimal(1800)}, {"talk_s": Decimal("1799.999")}),
    ({"within": NIGHTS}, local(21, 22), local(21, 21, 59)),
    ({"within": NIGHTS}, local(26, 5, 59), local(26, 6)),
    ({"within": NIGHTS}, local(22, 3), local(21, 3)),
    ({"outside": OFFICE}, local(21, 18), local(21, 17, 59)),
    ({"outside": OFFICE}, local(26, 12), local(25, 12)),
    (
        {"call_types": ("premium",), "min_cost": "1"},
        {"call_type": "premium", "cost": Decimal(1)},
        {"call_type": "premium", "cost": Decimal("0.5")},
    ),
    (
        {"call_types": ("premium",), "min_cost": "1", "any_of": True},
        {"call_type": "mobile", "cost": Decimal(1)},
        {"call_type": "mobile", "cost": Decimal("0.5")},
    ),
]
"""Conditions, what a call needs to meet them, and what just does not do."""


def test_a_call_that_meets_the_conditions_is_told_and_its_neighbour_is_not(office: Office) -> None:
    numbers = [
        office.desk.add(watching(f"case {place}", kind="call", **wanted), NOW)
        for place, (wanted, _, _) in enumerate(CASES)
    ]
    office.arrive(
        *(begun(1, f"met-{place}", **met) for place, (_, met, _) in enumerate(CASES)),
        *(begun(1, f"not-{place}", **near) for place, (_, _, near) in enumerate(CASES)),
    )
    office.watch.look()
    for place, number in enumerate(numbers):
        keys = office.desk.known_keys(f"alarm {number}", NOW)
        assert f"rome/met-{place}" in keys, CASES[place]
        assert f"rome/not-{place}" not in keys, CASES[place]


def test_each_call_is_told_once_however_often_it_is_looked_at(office: Office) -> None:
    office.desk.add(watching(kind="call", min_cost="1"), NOW)
    office.arrive(begun(1, "a", cost=Decimal(2)))
    assert len(office.tick()) == 1
    assert office.tick() == []
    office.arrive(begun(5, "b"))
    assert office.tick() == []
    office.arrive(begun(1, "a", cost=Decimal(3), revision=1), begun(9, "c", cost=Decimal(1)))
    assert len(office.tick()) == 1
    assert [row["key"] for row in office.desk.history(10)] == ["rome/c", "rome/a"]


def test_what_became_dear_later_is_told_then(office: Office) -> None:
    office.desk.add(watching(kind="call", min_cost="1"), NOW)
    office.arrive(begun(1, "a", cost=None, status="no_prefix"))
    assert office.tick() == []
    office.arrive(begun(1, "a", cost=Decimal(2), revision=1))
    assert len(office.tick()) == 1


def test_calls_of_before_are_none_of_its_business_and_late_ones_are(office: Office) -> None:
    office.desk.add(watching(kind="call", min_cost="1"), NOW)
    office.arrive(begun(-1, "before", cost=Decimal(9)))
    office.clock.pass_by(days=5)
    assert office.tick() == []
    office.arrive(begun(1, "late", cost=Decimal(9)), begun(7000, "new"))
    assert len(office.tick()) == 1


def test_what_began_while_it_was_paused_never_counts(office: Office) -> None:
    number = office.desk.add(watching(kind="call", min_cost="1"), NOW)
    office.desk.pause(number, NOW, paused=True)
    office.arrive(begun(1, "a", cost=Decimal(9)))
    office.clock.pass_by(minutes=10)
    assert office.tick() == []
    office.desk.pause(number, office.clock(), paused=False)
    assert office.tick() == []
    office.arrive(begun(11, "b", cost=Decimal(9)))
    assert len(office.tick()) == 1


def test_within_the_quiet_time_a_person_is_told_of_once_and_the_rest_comes_along(
    office: Office,
) -> None:
    office.desk.add(watching(kind="call", min_cost="1", quiet=60), NOW)
    dear = {"cost": Decimal(2)}
    bruno = {"charged_user": "bruno@aurora.example", "person": "Bruno Conti"}
    office.arrive(begun(1, "a", **dear), begun(2, "b", **dear), begun(3, "c", **dear, **bruno))
    assert len(office.tick()) == 2
    first = office.letterbox.mails[0]
    assert "Told together" in first.html
    assert first.text.count("+442079460000") >= 2
    office.clock.pass_by(minutes=30)
    office.arrive(begun(29, "d", **dear))
    assert office.tick() == []
    office.clock.pass_by(minutes=30)
    office.arrive(begun(59, "e", **dear, to_number="+442079460002"))
    assert len(office.tick()) == 1
    last = office.letterbox.mails[-1].text
    assert "+442079460002" in last
    assert len(office.desk.history(10)) == 5
    # The one of the quiet time, in both tables; those told before are not told again.
    assert last.count("+442079460000") == 2


def test_what_came_in_the_quiet_time_is_told_when_it_is_over(office: Office) -> None:
    office.desk.add(watching(kind="call", min_cost="1", quiet=60), NOW)
    dear = {"cost": Decimal(2)}
    office.arrive(begun(1, "a", **dear))
    assert len(office.tick()) == 1
    office.clock.pass_by(minutes=30)
    office.arrive(*(begun(20 + n, f"b{n}", **dear, to_number=f"+4420799{n}") for n in range(3)))
    assert office.tick() == []
    office.clock.pass_by(minutes=29)
    assert office.tick() == []
    office.clock.pass_by(minutes=1)
    assert office.tick() == ["Alarm: Anna Bianchi called +44207992 (United Kingdom)"]
    said = office.letterbox.mails[-1].text
    assert all(f"+4420799{n}" in said for n in range(3))
    assert "+442079460000" not in said
    office.clock.pass_by(hours=2)
    assert office.tick() == []


def test_what_came_while_it_was_silenced_is_not_told_afterwards(office: Office) -> None:
    office.desk.add(watching(kind="call", min_cost="1", quiet=10), NOW)
    office.arrive(begun(1, "a", cost=Decimal(2)))
    office.tick()
    office.desk.acknowledge(1, "bruno", NOW, timedelta(hours=1))
    office.clock.pass_by(minutes=30)
    office.arrive(begun(20, "b", cost=Decimal(2)))
    office.clock.pass_by(hours=2)
    assert office.tick() != []
    office.desk.acknowledge(2, "bruno", office.clock(), timedelta(hours=1))
    office.clock.pass_by(minutes=30)
    office.arrive(begun(160, "c", cost=Decimal(2)))
    assert office.tick() == []
    office.clock.pass_by(hours=2)
    assert office.tick() == []


def test_readers_are_told_of_their_own_and_see_the_digits_that_they_may(office: Office) -> None:
    scope = Scope(departments=("Service",), mask_digits=3)
    office.desk.add(watching(kind="call", numbers=("+4420*",), scope=scope), NOW)
    office.arrive(begun(1, "sales"), begun(2, "service", department="Service"))
    office.tick()
    (mail,) = office.letterbox.mails
    assert [row["key"] for row in office.desk.history(10)] == ["rome/service"]
    assert "+442079460xxx" in mail.subject
    everything = mail.subject + mail.text + mail.html
    assert "+442079460000" not in everything
    assert "Sales" not in everything


def test_acknowledged_events_are_told_no_more_and_silence_their_subject(office: Office) -> None:
    office.desk.add(watching(kind="call", min_cost="1"), NOW)
    office.arrive(begun(1, "a", cost=Decimal(2)))
    office.watch.look()
    (row,) = office.desk.history(1)
    assert office.desk.acknowledge(row["id"], "bruno", NOW, timedelta(hours=2))
    assert office.tick() == []
    (notice,) = office.desk.notices(row["id"])
    assert (notice["state"], notice["reason"]) == ("skipped", "bruno acknowledged it before")
    office.arrive(begun(2, "b", cost=Decimal(2)))
    assert office.tick() == []
    office.clock.pass_by(hours=2)
    office.arrive(begun(3, "c", cost=Decimal(2)))
    assert len(office.tick()) == 1
    assert office.desk.history(9, is_open=True)[-1]["key"] == "rome/b"


def test_lost_calls_are_told_in_words(office: Office) -> None:
    office.desk.add(watching(kind="call", directions=("inbound",)), NOW)
    office.arrive(unanswered(1, "a", from_number="+390612345678"))
    assert office.tick() == [
        "Alarm: Anna Bianchi was called by +390612345678 (United Kingdom)",
    ]
    assert "not answered" in office.letterbox.mails[0].text


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({}, "name at least one condition"),
        ({"any_of": True}, "name at least one condition"),
        ({"numbers": ("*",)}, "a * stands at the end"),
        ({"numbers": ("+39*5",)}, "a * stands at the end"),
        ({"call_types": ("lunar",)}, "call_types"),
        ({"min_cost": "-1"}, "min_cost"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_conditions_that_make_no_sense_are_refused(facts: dict[str, Any], rule: str) -> None:
    with pytest.raises(ValidationError) as refused:
        WATCHED.validate_python({"kind": "call", **facts})
    assert rule in str(refused.value)


def test_everything_wrong_with_an_alarm_is_told_at_once(office: Office) -> None:
    wrong = watching(
        " ",
        kind="call",
        numbers=("+442079460000", "+4420*"),
        scope=Scope(everything=True, mask_digits=3),
        zone="Mars",
        told=Told(("anna",), ("chat",), -1),
    )
    with pytest.raises(InvalidInput) as refused:
        office.desk.add(wrong, NOW)
    assert [problem.rule for problem in refused.value.problems] == [
        "has no name",
        "no mail address",
        "no such webhook",
        "quiet for less than no time",
        "'Mars' is no time zone",
        "its last digits are hidden, so it is never met",
    ]
    with pytest.raises(InvalidInput, match="nobody is told"):
        office.desk.add(watching(kind="call", emergency=True, told=Told()), NOW)
    good = watching(kind="call", emergency=True)
    number = office.desk.add(good, NOW)
    assert office.desk.rules() == {number: good}
    with pytest.raises(InvalidInput, match="there is an alarm of that name"):
        office.desk.add(good, NOW)
