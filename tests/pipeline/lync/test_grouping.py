"""The rules by which legs become one call."""

from __future__ import annotations

from random import Random
from typing import Any

import polars as pl
import pytest

from tests.pipeline.lync.rows import (
    OTHER,
    OUTSIDE,
    THIRD,
    USER,
    after,
    dial_in,
    failed,
    inbound,
    legs,
    outbound,
    session,
)


def calls(*sessions: dict[str, Any], conferences: list[dict[str, Any]] | None = None) -> list[int]:
    """For each leg, in order of the keys, the number of its call, counted from 0."""
    found = legs(*sessions, conferences=conferences)
    numbers: dict[str, int] = {}
    return [numbers.setdefault(call, len(numbers)) for call in found["call_id"]]


def test_legs_that_nothing_joins_are_calls_of_their_own() -> None:
    made = legs(outbound(), outbound(100))

    assert made["leg_id"].to_list() == made["call_id"].to_list()


def test_a_chain_of_replacements_is_one_call() -> None:
    replacing = [
        inbound(at, replaces_time=after(at - 100), replaces_seq=1, from_number=None)
        for at in (100, 200)
    ]

    assert [0, 0, 0] == calls(inbound(), *replacing)


def test_a_replaced_session_that_was_not_read_joins_nothing() -> None:
    assert [0, 1] == calls(inbound(replaces_time=after(-9), replaces_seq=1), inbound(50))


def test_the_same_correlation_is_the_same_call_whatever_the_letters() -> None:
    identity = "0000000a-0000-4000-8000-0000000000ab"

    assert [0, 1, 0] == calls(
        inbound(correlation_id=identity),
        inbound(30),
        inbound(60, correlation_id=identity.upper()),
    )


def test_the_empty_correlation_joins_nothing() -> None:
    nil = "00000000-0000-0000-0000-000000000000"

    assert [0, 1] == calls(inbound(correlation_id=nil), inbound(60, correlation_id=nil))


def test_branches_of_one_ringing_are_one_call() -> None:
    lost = inbound(1.9, session_id_seq=2, **failed(487, 5, at=1.9))

    assert [0, 0] == calls(inbound(), lost)


@pytest.mark.parametrize(
    "other",
    [
        {"at": 2.1},
        {"at": 1, "from_number": "+393350000999"},
        {"at": 1, "target_uri": OTHER, "user2_uri": OTHER},
    ],
)
def test_another_time_caller_or_target_is_another_call(other: dict[str, Any]) -> None:
    at = other.pop("at")

    assert [0, 1] == calls(inbound(), inbound(at, **failed(487, 5, at=at) | other))


def test_of_two_answered_sessions_neither_is_a_branch_of_the_other() -> None:
    assert [0, 1] == calls(inbound(), inbound(1))


def test_withheld_callers_share_a_call_only_at_the_same_instant() -> None:
    lost = failed(487, 5)

    assert [0, 0, 1] == calls(
        inbound(from_number=None),
        inbound(session_id_seq=2, from_number=None, **lost),
        inbound(1, from_number=None, **lost),
    )


def test_a_retry_soon_after_a_failure_is_the_same_call() -> None:
    assert [0, 0] == calls(outbound(**failed(503, 40)), outbound(95, call_flag=1))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (failed(503, 1), {"call_flag": 0}),
        (failed(503, 1), {"call_flag": 1, "connected_number": "+393350000999"}),
        (failed(503, 1), {"call_flag": 1, "user1_uri": OTHER, "starter_uri": OTHER}),
        ({}, {"call_flag": 1}),
    ],
)
def test_a_retry_needs_its_flag_and_a_failure_of_the_same_caller_and_number(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    assert [0, 1] == calls(outbound(**first), outbound(20, **second))


def test_a_retry_long_after_the_failure_is_another_call() -> None:
    assert [0, 1] == calls(outbound(**failed(503, 1)), outbound(61.5, call_flag=1))


def attendant(**facts: Any) -> dict[str, Any]:
    """Answered by the conference attendant, for a minute."""
    told = {"user2_uri": "attendant@aurora.example", "client2_type": 512}
    return inbound(**told | facts)


@pytest.mark.parametrize("joined_at", [50, 67.5])
def test_a_caller_let_into_a_conference_is_one_call_with_the_attendant(joined_at: float) -> None:
    assert [0, 0] == calls(attendant(), conferences=[dial_in(joined_at)])


def test_a_caller_who_joins_later_by_themselves_is_another_call() -> None:
    assert [0, 1] == calls(attendant(), conferences=[dial_in(71)])


@pytest.mark.parametrize(
    "other",
    [{"participant_uri": "+393350000999"}, {"dial_out": 1}, {"participant_uri": None}],
)
def test_another_participant_is_another_call(other: dict[str, Any]) -> None:
    assert [0, 1] == calls(attendant(), conferences=[dial_in(50, **other)])


def test_the_search_for_an_agent_joins_legs_but_is_none() -> None:
    identity = "0000000a-0000-4000-8000-0000000000cd"
    search = session(
        10,
        correlation_id=identity,
        user1_uri="service@aurora.example",
        starter_uri="service@aurora.example",
        client1_type=1024,
        user2_uri=THIRD,
    )
    taken = inbound(20, replaces_time=after(10), replaces_seq=1, user2_uri=THIRD)

    assert [0, 0] == calls(inbound(correlation_id=identity), search, taken)
    assert ["S20250303T080020.000-1"] == legs(search, taken)["call_id"].to_list()


def test_the_head_is_the_leg_that_began_first_whatever_the_order_of_the_keys() -> None:
    identity = "0000000a-0000-4000-8000-0000000000ef"
    captured_late = inbound(30, invite_time=after(0), correlation_id=identity)
    captured_early = inbound(20, correlation_id=identity)

    assert ["S20250303T080030.000-1"] * 2 == legs(captured_early, captured_late)[
        "call_id"
    ].to_list()


@pytest.mark.parametrize("seed", range(5))
def test_calls_do_not_depend_on_the_order_of_the_rows(seed: int) -> None:
    rows = [
        inbound(),
        inbound(1, session_id_seq=2, **failed(487, 5, at=1)),
        inbound(60, replaces_time=after(0), replaces_seq=1),
        outbound(70, **failed(503, 1, at=70)),
        outbound(72, call_flag=1),
        outbound(72, session_id_seq=2, connected_number="+393350000999", user2_uri=None),
        session(80, user1_uri=USER, user2_uri=OTHER),
        inbound(90, from_number=OUTSIDE, target_uri=THIRD, user2_uri=THIRD),
    ]
    mixed = Random(seed).sample(rows, len(rows))

    assert [0, 0, 0, 1, 1, 2, 3, 4] == calls(*mixed)
    assert legs(*rows).equals(legs(*mixed))


def test_no_rows_are_no_calls() -> None:
    assert pl.Series("call_id", [], dtype=pl.String).equals(legs()["call_id"])
