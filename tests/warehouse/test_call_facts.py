"""How a call follows from its legs, situation by situation."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from warehouse.master import Master

BRUNO = {
    "charged_user": "bruno@aurora.example",
    "person": "Bruno Conti",
    "department": "Service",
    "cost_centre": "200",
}
FREE = {
    "cost": Decimal(0),
    "charge": Decimal(0),
    "currency": None,
    "status": "not_charged",
    "tariff": None,
    "destination": None,
    "call_type": None,
    "gateway_out": None,
}
INBOUND = {
    **FREE,
    "direction": "inbound",
    "gateway_in": "gw-rome-1.aurora.example",
    "from_number": "+442079460000",
    "from_user": None,
    "to_user": "anna@aurora.example",
    "charge_reason": None,
}


@pytest.fixture
def call(master: Master, put: Any) -> Any:
    """The one call that some legs make."""

    def derived(*rows: dict[str, Any]) -> dict[str, Any]:
        put(*rows)
        (found,) = master.connection.execute("from calls").to_arrow_table().to_pylist()
        return dict(found)

    return derived


def shares(master: Master) -> set[tuple[Any, ...]]:
    return set(
        master.connection.execute(
            'select "user", currency, cost, owned from call_shares'
        ).fetchall()
    )


def test_a_single_leg_is_its_call(call: Any, leg: Any) -> None:
    found = call(leg("a", emergency=True))
    assert {
        "call_id": "a",
        "direction": "outbound",
        "outcome": "answered",
        "answered_by": "person",
        "user": "anna@aurora.example",
        "department": "Sales",
        "gateway": "gw-rome-1.aurora.example",
        "call_type": "international",
        "talk_s": Decimal(60),
        "ring_s": Decimal(5),
        "cost": Decimal("1.25"),
        "charge": Decimal("1.50"),
        "currency": "EUR",
        "status": "rated",
        "legs": 1,
        "emergency": True,
        "split": False,
        "answered": True,
        "unrated": False,
    }.items() <= found.items()


def test_a_transferred_call_belongs_to_the_first_answer_and_its_money_to_the_payer(
    call: Any, leg: Any, master: Master
) -> None:
    found = call(
        leg("a", **INBOUND),
        leg("b", "2024-10-14 08:01:10", talk=120, call_id="a", direction="transit", **BRUNO),
    )
    assert {
        "direction": "inbound",
        "from_number": "+442079460000",
        "user": "anna@aurora.example",
        "talk_s": Decimal(180),
        "cost": Decimal("1.25"),
        "call_type": "international",
        "gateway": "gw-rome-1.aurora.example",
        "status": "rated",
        "split": True,
    }.items() <= found.items()
    assert {
        ("bruno@aurora.example", "EUR", Decimal("1.25"), False),
        ("anna@aurora.example", "EUR", None, True),
    } == shares(master)


def test_a_response_group_that_finds_an_agent_is_answered_by_the_agent(call: Any, leg: Any) -> None:
    found = call(
        leg("a", talk=30, **INBOUND | {"answered_by": "response_group"}),
        leg("b", "2024-10-14 08:00:20", talk=100, call_id="a", **INBOUND | BRUNO),
    )
    assert {
        "outcome": "answered",
        "answered_by": "person",
        "user": "bruno@aurora.example",
        "talk_s": Decimal(100),
        "ring_s": Decimal(25),
        "answered": True,
    }.items() <= found.items()


def test_a_caller_who_gives_up_in_a_response_group_was_not_answered(call: Any, leg: Any) -> None:
    found = call(
        leg("a", talk=30, **INBOUND | {"answered_by": "response_group"}),
        leg("b", "2024-10-14 08:00:20", talk=None, call_id="a", **INBOUND | {"outcome": "busy"}),
    )
    assert ("cancelled", Decimal(0), Decimal(20), False) == (
        found["outcome"],
        found["talk_s"],
        found["ring_s"],
        found["answered"],
    )


def test_of_forked_legs_the_one_that_was_answered_counts(call: Any, leg: Any) -> None:
    found = call(
        leg("a", talk=None, outcome="cancelled"),
        leg("b", talk=40, call_id="a", **BRUNO),
        leg("c", talk=None, call_id="a", outcome="cancelled"),
    )
    assert ("answered", "bruno@aurora.example", 3) == (
        found["outcome"],
        found["user"],
        found["legs"],
    )


def test_a_retry_after_a_failure_is_the_same_call(call: Any, leg: Any) -> None:
    found = call(
        leg("a", talk=None, outcome="failed", gateway_out="gw-rome-2.aurora.example"),
        leg("b", "2024-10-14 08:00:07", call_id="a"),
    )
    assert ("answered", "gw-rome-1.aurora.example", Decimal(12)) == (
        found["outcome"],
        found["gateway"],
        found["ring_s"],
    )


def test_a_conference_comes_before_the_attendant_that_let_the_caller_in(
    call: Any, leg: Any
) -> None:
    found = call(
        leg("a", talk=20, **INBOUND | {"answered_by": "attendant"}),
        leg(
            "b",
            "2024-10-14 08:00:25",
            call_id="a",
            **INBOUND | BRUNO | {"answered_by": "conference"},
        ),
    )
    assert ("conference", "bruno@aurora.example", Decimal(80)) == (
        found["answered_by"],
        found["user"],
        found["talk_s"],
    )


def test_voice_mail_takes_a_call_but_does_not_answer_it(call: Any, leg: Any) -> None:
    found = call(leg("a", **INBOUND | {"answered_by": "voicemail"}))
    assert ("answered", "voicemail", False) == (
        found["outcome"],
        found["answered_by"],
        found["answered"],
    )


def test_a_person_comes_before_an_earlier_voice_mail(call: Any, leg: Any) -> None:
    found = call(
        leg("a", **INBOUND | {"answered_by": "voicemail"}),
        leg("b", "2024-10-14 08:00:25", call_id="a", **INBOUND | BRUNO),
    )
    assert "bruno@aurora.example" == found["user"]


def test_an_answered_leg_without_a_named_answerer_was_taken_by_a_person(
    call: Any, leg: Any
) -> None:
    found = call(leg("a", **INBOUND | {"answered_by": None}))
    assert ("answered", True) == (found["outcome"], found["answered"])


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        (["failed", "unknown_end", "busy"], "unknown_end"),
        (["no_answer", "rejected", "busy"], "busy"),
        (["no_answer", "rejected"], "rejected"),
        (["cancelled", "no_answer"], "no_answer"),
        (["failed", "cancelled"], "cancelled"),
        (["failed"], "failed"),
    ],
)
def test_the_strongest_outcome_stands_for_an_unanswered_call(
    call: Any, leg: Any, outcomes: list[str], expected: str
) -> None:
    rows = [
        leg(f"{position}", talk=None, call_id="0", outcome=outcome)
        for position, outcome in enumerate(outcomes)
    ]
    assert expected == call(*rows)["outcome"]


def test_the_dearest_leg_names_the_destination(call: Any, leg: Any) -> None:
    found = call(
        leg("a", cost=Decimal("0.10"), destination="Italy", call_type="national"),
        leg("b", call_id="a", cost=Decimal(2), destination="Japan", tariff="tiber"),
    )
    assert ("Japan", "international", "tiber", Decimal("2.10")) == (
        found["destination"],
        found["call_type"],
        found["tariff"],
        found["cost"],
    )


def test_one_unrated_leg_leaves_the_call_unrated(call: Any, leg: Any) -> None:
    found = call(
        leg("a"),
        leg("b", "2024-10-14 08:01:00", call_id="a", status="no_prefix", cost=None, charge=None),
        leg("c", "2024-10-14 08:02:00", call_id="a", status="expired", cost=None, charge=None),
    )
    assert ("no_prefix", True, Decimal("1.25")) == (
        found["status"],
        found["unrated"],
        found["cost"],
    )


def test_an_unrated_call_has_no_cost_rather_than_none_to_pay(call: Any, leg: Any) -> None:
    found = call(leg("a", status="no_tariff", cost=None, charge=None, tax=None))
    assert (None, None, True) == (found["cost"], found["charge"], found["unrated"])


def test_money_of_two_currencies_is_never_added(call: Any, leg: Any, master: Master) -> None:
    found = call(leg("a", cost=Decimal(3)), leg("b", call_id="a", currency="USD"))
    assert ("EUR", Decimal(3), True) == (found["currency"], found["cost"], found["split"])
    assert {
        ("anna@aurora.example", "EUR", Decimal(3), True),
        ("anna@aurora.example", "USD", Decimal("1.25"), False),
    } == shares(master)


def test_a_call_over_midnight_stands_on_the_day_of_its_head(call: Any, leg: Any) -> None:
    found = call(
        leg("a", "2024-10-14 21:59:00"), leg("b", "2024-10-14 22:01:00", call_id="a", **BRUNO)
    )
    assert ("2024-10-14", 23, "2024-10-14", "2024-10-15") == (
        str(found["day"]),
        found["hour"],
        str(found["first_day"]),
        str(found["last_day"]),
    )


def test_without_its_head_a_call_is_told_by_its_earliest_leg(call: Any, leg: Any) -> None:
    found = call(
        leg("c", "2024-10-14 08:02:00", call_id="a", direction="transit"),
        leg("b", "2024-10-14 08:01:00", call_id="a"),
    )
    assert ("outbound", False) == (found["direction"], found["head_known"])
