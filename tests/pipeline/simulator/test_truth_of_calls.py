from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import pytest

from pipeline.simulator.model import CallTruth, SimulatedCall
from pipeline.simulator.rows import TABLES
from warehouse.words import AnsweredBy, ChargeReason, Direction, Outcome

Days = list[list[SimulatedCall]]


def truths(days: Days, scenario: str | None = None) -> Iterator[CallTruth]:
    for day in days:
        for call in day:
            if call.truth is not None and scenario in {None, call.scenario}:
                yield call.truth


def session_times(call: SimulatedCall) -> dict[str, tuple[object, ...]]:
    """Leg id → response, end."""
    found = {}
    for row in call.rows:
        if row.table in {"SessionDetails", "ConferenceSessionDetails"}:
            columns = TABLES[row.table]
            time, seq = row.values[:2]
            key = str(time).replace("-", "").replace(":", "").replace(" ", "T")
            found[f"{row.table[0]}{key}-{seq}"] = (
                row.values[columns.index("ResponseTime")],
                row.values[columns.index("SessionEndTime")],
            )
    return found


def test_the_head_gives_the_call_its_id_and_direction(fortnight: Days) -> None:
    for truth in truths(fortnight):
        assert truth.legs[0].leg_id == truth.call_id
        assert truth.legs[0].direction is truth.direction


def test_every_leg_is_a_session_of_the_database(fortnight: Days) -> None:
    for call in (call for day in fortnight for call in day if call.truth is not None):
        times = session_times(call)
        assert {leg.leg_id for leg in call.truth.legs} <= set(times)  # type: ignore[union-attr]


def test_talk_is_end_minus_answer_but_for_the_noise_of_the_clock(fortnight: Days) -> None:
    for call in (call for day in fortnight for call in day if call.truth is not None):
        times = session_times(call)
        for leg in call.truth.legs:  # type: ignore[union-attr]
            if leg.outcome is not Outcome.ANSWERED:
                continue
            response, end = (datetime.fromisoformat(str(text)) for text in times[leg.leg_id])
            shown = Decimal(round((end - response).total_seconds() * 1000)) / 1000
            assert leg.talk_s is not None
            assert abs(shown - leg.talk_s) <= Decimal("0.004"), call.scenario


def test_waiting_in_a_queue_is_no_talk(fortnight: Days) -> None:
    served = list(truths(fortnight, "response group"))

    assert served
    for truth in served:
        queue, agent = truth.legs
        assert queue.answered_by is AnsweredBy.RESPONSE_GROUP
        assert agent.talk_s == truth.talk_s
        assert agent.charged_user == truth.user


def test_whoever_gives_up_in_the_queue_was_not_answered(fortnight: Days) -> None:
    lost = list(truths(fortnight, "abandoned in the queue"))

    assert lost
    assert {Outcome.CANCELLED} == {truth.outcome for truth in lost}
    assert {Decimal("0.00")} == {truth.talk_s for truth in lost}


@pytest.mark.parametrize(
    ("scenario", "leg", "reason"),
    [
        ("outbound answered", 0, ChargeReason.CALLER),
        ("delegate", 0, ChargeReason.DELEGATOR),
        ("agent for group", 0, ChargeReason.DELEGATOR),
        ("forwarded", 0, ChargeReason.FORWARDER),
        ("transfer out", 1, ChargeReason.REFERRER),
        ("simultaneous ring", 1, ChargeReason.FORWARDER),
        ("retried", 1, ChargeReason.CALLER),
        ("inbound answered", 0, None),
        ("internal", 0, None),
        ("conference dial-in", 1, None),
    ],
)
def test_who_pays_and_why(
    fortnight: Days, scenario: str, leg: int, reason: ChargeReason | None
) -> None:
    assert {reason} == {truth.legs[leg].charge_reason for truth in truths(fortnight, scenario)}


def test_a_conference_that_rings_out_is_paid_by_who_asked_or_else_the_organizer(
    fortnight: Days,
) -> None:
    reasons = {truth.legs[0].charge_reason for truth in truths(fortnight, "conference dial-out")}

    assert {ChargeReason.REFERRER, ChargeReason.ORGANIZER} == reasons


def test_paid_legs_name_number_and_gateway_others_neither(fortnight: Days) -> None:
    for truth in truths(fortnight):
        for leg in truth.legs:
            if leg.direction in {Direction.OUTBOUND, Direction.TRANSIT}:
                assert leg.number
                assert leg.gateway or leg.outcome is Outcome.FAILED
            else:
                assert leg.number is None
                assert leg.gateway is None


def test_the_mediation_server_stands_for_an_unknown_gateway(fortnight: Days) -> None:
    names = {truth.legs[0].gateway for truth in truths(fortnight, "gateway unknown")}

    assert names <= {f"med-{site}.aurora.example" for site in ("rome", "newyork", "singapore")}
    assert names


def test_a_call_that_never_closes_has_an_unknown_end(fortnight: Days) -> None:
    open_calls = [call for day in fortnight for call in day if call.scenario == "never closed"]

    assert open_calls
    assert {None} == {call.ended for call in open_calls}
    assert {Outcome.UNKNOWN_END} == {truth.outcome for truth in truths(fortnight, "never closed")}


@pytest.mark.parametrize("scenario", ["chat", "health check", "conference"])
def test_what_is_no_phone_call_has_no_truth(fortnight: Days, scenario: str) -> None:
    noise = [call for day in fortnight for call in day if call.scenario == scenario]

    assert noise
    assert {None} == {call.truth for call in noise}
