"""The rules by which a session becomes a leg."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.pipeline.lync.rows import (
    NOW,
    OTHER,
    OUTSIDE,
    START,
    THIRD,
    USER,
    after,
    dial_in,
    failed,
    inbound,
    leg,
    legs,
    outbound,
    session,
)

PHONE = {"uri": f"{OUTSIDE}@aurora.example;user=phone", "type": 0}


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (486, "busy"),
        (600, "busy"),
        (487, "cancelled"),
        (302, "cancelled"),
        (603, "rejected"),
        (480, "no_answer"),
        (408, "no_answer"),
        (404, "failed"),
        (503, "failed"),
    ],
)
@pytest.mark.parametrize("ended", [True, False])
def test_a_refusal_ends_the_leg_with_or_without_an_end(
    code: int, outcome: str, *, ended: bool
) -> None:
    facts = failed(code, 7) | {"session_end_time": after(7) if ended else None}

    made = leg(outbound(**facts), now=after(8))

    assert (outcome, False, None, None) == (
        made["outcome"],
        made["open"],
        made["talk_s"],
        made["answered_at"],
    )
    assert Decimal(7) == made["ring_s"]


@pytest.mark.parametrize(
    ("facts", "ending"),
    [
        ({"session_end_time": None}, "unknown_end"),
        ({"response_code": None, "response_time": None, "session_end_time": None}, "unknown_end"),
        ({"response_code": 180, "response_time": None, "session_end_time": None}, "unknown_end"),
    ],
)
def test_a_leg_without_an_end_is_open_until_it_is_given_up(
    facts: dict[str, Any], ending: str
) -> None:
    a_day = timedelta(hours=24)
    just_before = leg(outbound(**facts), now=START + a_day - timedelta(milliseconds=1))
    given_up = leg(outbound(**facts), now=START + a_day)

    assert (True, None) == (just_before["open"], just_before["outcome"])
    assert (False, ending) == (given_up["open"], given_up["outcome"])
    assert given_up["talk_s"] is None
    assert given_up["answered_by"] is None


def test_an_end_without_a_final_response_is_a_caller_who_gave_up() -> None:
    made = leg(inbound(response_code=None, response_time=None, session_end_time=after(19)))

    assert ("cancelled", Decimal(19), None) == (made["outcome"], made["ring_s"], made["talk_s"])


def test_clocks_that_disagree_give_no_negative_durations() -> None:
    made = leg(
        outbound(invite_time=after(1), response_time=after(0.997), session_end_time=after(0.99))
    )

    assert ("answered", 0, 0) == (made["outcome"], made["talk_s"], made["ring_s"])


@pytest.mark.parametrize(
    ("milliseconds", "seconds"),
    [(4, "0"), (5, "0.01"), (60_003, "60"), (60_007, "60.01"), (59_997, "60"), (61_250, "61.25")],
)
def test_durations_lose_the_noise_of_the_clock(milliseconds: int, seconds: str) -> None:
    made = leg(outbound(session_end_time=after(5) + timedelta(milliseconds=milliseconds)))

    assert Decimal(seconds) == made["talk_s"]


def test_the_capture_time_stands_in_for_a_missing_invitation() -> None:
    assert START == leg(outbound(invite_time=None))["started_at"]


@pytest.mark.parametrize(
    "guise",
    [
        {},
        {"user1_uri": PHONE["uri"], "user1_type": PHONE["type"], "starter_uri": PHONE["uri"]},
        {"user1_uri": OUTSIDE, "user1_type": None, "starter_uri": OUTSIDE, "starter_type": None},
        {"user1_uri": f"sip:{OUTSIDE}@aurora.example", "user1_type": 1},
        {"user1_uri": USER, "user2_uri": None},
        {"user1_uri": USER, "user2_uri": PHONE["uri"], "user2_type": 0},
    ],
)
@pytest.mark.parametrize("number", [True, False])
def test_an_outside_caller_is_a_number_in_every_guise(
    guise: dict[str, Any], *, number: bool
) -> None:
    shown = {} if number or PHONE["uri"] not in guise.values() else {"from_number": None}

    made = leg(inbound(**guise | shown))

    assert ("inbound", OUTSIDE, None, USER, USER) == (
        made["direction"],
        made["from_number"],
        made["from_user"],
        made["to_user"],
        made["charged_user"],
    )


@pytest.mark.parametrize(
    "guise",
    [
        {},
        {"user2_uri": PHONE["uri"], "user2_type": 0},
        {"user2_uri": PHONE["uri"], "user2_type": 0, "connected_number": None},
        {"target_uri": PHONE["uri"], "target_type": 0, "connected_number": None},
        {"user1_uri": None, "user2_uri": USER},
        {"user1_uri": None, "user2_uri": USER, "starter_uri": None},
    ],
)
def test_an_outside_party_called_is_a_number_in_every_guise(guise: dict[str, Any]) -> None:
    made = leg(outbound(**guise))

    assert ("outbound", USER, None, OUTSIDE, USER, "caller") == (
        made["direction"],
        made["from_user"],
        made["to_user"],
        made["to_number"],
        made["charged_user"],
        made["charge_reason"],
    )


@pytest.mark.parametrize("word", ["anonymous", "Restricted", "unknown@unknown.invalid", ""])
def test_a_word_for_a_withheld_number_is_no_number(word: str) -> None:
    assert leg(inbound(from_number=word))["from_number"] is None


def test_addresses_come_without_scheme_in_small_letters() -> None:
    made = leg(session(user1_uri="sip:Ugo@Aurora.Example", user2_uri="OLGA@aurora.example"))

    assert (USER, OTHER) == (made["from_user"], made["to_user"])


def test_an_internal_number_that_led_to_a_colleague_is_no_call_out() -> None:
    made = leg(session(user1_uri=USER, user2_uri=OTHER, target_uri="+390699990112", target_type=0))

    assert ("internal", OTHER, "+390699990112") == (
        made["direction"],
        made["to_user"],
        made["dialled"],
    )


def test_who_refers_pays_before_who_is_represented() -> None:
    made = leg(outbound(referrer_uri=THIRD, behalf_uri=OTHER))

    assert (THIRD, "referrer") == (made["charged_user"], made["charge_reason"])


def test_a_transfer_that_ends_in_the_mailbox_stays_with_the_person_wanted() -> None:
    made = leg(inbound(user2_uri="mailbox@aurora.example", client2_type=16393, referrer_uri=THIRD))

    assert (USER, "voicemail") == (made["charged_user"], made["answered_by"])


def test_nobody_pays_without_a_name_and_no_reason_is_given() -> None:
    made = leg(session(from_trunk=1, to_trunk=1, connected_number=OUTSIDE))

    assert ("transit", None, None) == (
        made["direction"],
        made["charged_user"],
        made["charge_reason"],
    )


@pytest.mark.parametrize("side", ["client1_type", "client2_type"])
def test_probes_are_left_out(side: str) -> None:
    assert legs(outbound(**{side: 16396})).is_empty()


def test_probing_conferences_are_left_out() -> None:
    assert legs(conferences=[dial_in(0, synthetic=1)]).is_empty()


def test_a_conference_leg_without_details_still_counts() -> None:
    made = legs(conferences=[dial_in(0, participant_uri=None, participant_type=None)])

    assert [("inbound", "answered", None, None)] == made.select(
        "direction", "outcome", "from_number", "conference_id"
    ).rows()
    assert NOW > made["started_at"][0]
