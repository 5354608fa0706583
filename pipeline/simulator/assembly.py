"""Calls put together from their legs."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from pipeline.simulator.instants import moment
from pipeline.simulator.legs import Leg
from pipeline.simulator.model import CallTruth, LegTruth, Row, SimulatedCall
from pipeline.simulator.people import Account
from pipeline.simulator.rows import session_rows
from warehouse.words import AnsweredBy, Outcome


def call(
    scenario: str,
    legs: list[Leg],
    *,
    outcome: Outcome,
    user: Account,
    answered_by: AnsweredBy | None,
    extra_rows: Iterable[Row] = (),
) -> SimulatedCall:
    """One call of some legs, the first of which began it."""
    rows = [row for leg in legs for row in session_rows(leg.session)]
    return finished(
        scenario,
        legs[0].session.invite,
        (*rows, *extra_rows),
        tuple(leg.truth for leg in legs),
        outcome=outcome,
        user=user.address,
        answered_by=answered_by,
    )


def finished(
    scenario: str,
    started: int,
    rows: tuple[Row, ...],
    legs: tuple[LegTruth, ...],
    *,
    outcome: Outcome,
    user: str,
    answered_by: AnsweredBy | None,
) -> SimulatedCall:
    """A call of ready rows and legs."""
    ends = [row.ended for row in rows]
    talk = sum(
        (
            leg.talk_s
            for leg in legs
            if leg.talk_s is not None and leg.answered_by is not AnsweredBy.RESPONSE_GROUP
        ),
        Decimal("0.00"),
    )
    return SimulatedCall(
        scenario,
        started,
        None if None in ends else max(end for end in ends if end is not None),
        rows,
        CallTruth(
            legs[0].leg_id,
            moment(started),
            legs[0].direction,
            outcome,
            answered_by,
            user,
            talk,
            legs,
        ),
    )


def single(scenario: str, leg: Leg, user: Account, extra: tuple[Row, ...] = ()) -> SimulatedCall:
    """A call of one leg: it is what its leg is."""
    return call(
        scenario,
        [leg],
        outcome=leg.truth.outcome,
        user=user,
        answered_by=leg.truth.answered_by,
        extra_rows=extra,
    )
