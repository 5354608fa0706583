"""Legs of the common kinds: the session in the database, and beside it what really happened."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from pipeline.simulator import clients
from pipeline.simulator.company import ANONYMOUS_USER
from pipeline.simulator.instants import leg_id, moment
from pipeline.simulator.lines import Line
from pipeline.simulator.model import LegTruth
from pipeline.simulator.people import Account
from pipeline.simulator.rows import Session
from pipeline.simulator.scene import Scene, Timing
from pipeline.simulator.sites import Site, Trunk
from warehouse.words import AnsweredBy, ChargeReason, Direction, Outcome


class Refusal(NamedTuple):
    """A way in which a call is not answered."""

    code: int
    outcome: Outcome
    diagnostic: int | None = None


class Leg(NamedTuple):
    """A leg under construction."""

    session: Session
    truth: LegTruth


def client_of(account: Account) -> int:
    if account.desk_phone:
        return clients.DESK_PHONE
    return (clients.DESKTOP, clients.DESKTOP_NEW, clients.MOBILE)[account.user_id % 7 % 3]


def session(scene: Scene, site: Site, timing: Timing, refusal: Refusal | None) -> Session:
    """A session on a site's servers, without parties yet."""
    return Session(
        timing.key,
        timing.invite,
        timing.response,
        200 if refusal is None else refusal.code,
        timing.end,
        server=site.front_ends[scene.rng.getrandbits(1)].server_id,
        pool=site.pool.server_id,
        diagnostic=None if refusal is None else refusal.diagnostic,
    )


def truth(
    timing: Timing,
    direction: Direction,
    refusal: Refusal | None,
    owner: Account,
    *,
    answered_by: AnsweredBy = AnsweredBy.PERSON,
    reason: ChargeReason | None = None,
    billed: Line | None = None,
    gateway: str | None = None,
    table: str = "S",
) -> LegTruth:
    """The truth of a leg that was answered (`refusal` is None) or refused."""
    answered = refusal is None and timing.response is not None
    return LegTruth(
        leg_id(table, *timing.key),
        direction,
        Outcome.ANSWERED if refusal is None else refusal.outcome,
        answered_by if answered else None,
        owner.address,
        reason,
        None if billed is None else billed.billed,
        gateway,
        moment(timing.response) if answered and timing.response is not None else None,
        Decimal(timing.talk).scaleb(-2) if answered else None,
    )


def outbound(
    scene: Scene,
    caller: Account,
    line: Line,
    timing: Timing,
    trunk: Trunk | None,
    *,
    refusal: Refusal | None = None,
    on_behalf: Account | None = None,
    gateway_known: bool = True,
) -> Leg:
    """A user rings an outside number; `trunk` None = none was found for it."""
    made = session(scene, caller.site, timing, refusal)
    made.user1 = made.started_by = caller.user_id
    made.client1 = client_of(caller)
    shown = on_behalf or caller
    made.from_phone, made.to_phone = shown.line.phone_id, line.phone_id
    if scene.rng.random() < 0.5:
        made.user2 = made.target = line.user_id
    if on_behalf is not None:
        made.on_behalf = on_behalf.user_id
    gateway = None
    if trunk is not None:
        made.client2 = clients.MEDIATION
        made.to_mediation = trunk.mediation.server_id
        gateway = trunk.mediation.name
        if gateway_known:
            made.to_gateway = trunk.gateway.server_id
            gateway = trunk.gateway.name
    if refusal is None:
        hang_up(scene, made, caller.user_id, line.phone_id)
    return Leg(
        made,
        truth(
            timing,
            Direction.OUTBOUND,
            refusal,
            on_behalf or caller,
            reason=ChargeReason.CALLER if on_behalf is None else ChargeReason.DELEGATOR,
            billed=line,
            gateway=gateway,
        ),
    )


def inbound(
    scene: Scene,
    line: Line | None,
    target: Account,
    timing: Timing,
    *,
    trunk: Trunk | None = None,
    refusal: Refusal | None = None,
    taken_by: Account | None = None,
    answered_by: AnsweredBy = AnsweredBy.PERSON,
) -> Leg:
    """An outside party (None = number withheld) rings `target`; `taken_by` answers instead."""
    trunk = trunk or target.site.main
    made = session(scene, target.site, timing, refusal)
    from_outside(scene, made, line, trunk)
    called = taken_by or target
    made.user2, made.target = called.user_id, target.user_id
    made.to_phone = target.line.phone_id
    made.client2 = _MACHINES.get(answered_by) or client_of(called)
    if refusal is None:
        hang_up(scene, made, called.user_id, made.from_phone)
    return Leg(made, truth(timing, Direction.INBOUND, refusal, target, answered_by=answered_by))


def from_outside(scene: Scene, made: Session, line: Line | None, trunk: Trunk) -> None:
    """Makes an outside party the caller, in one of the guises that servers write."""
    made.client1 = clients.MEDIATION
    made.from_mediation, made.from_gateway = trunk.mediation.server_id, trunk.gateway.server_id
    guise = scene.rng.random() < 0.5
    if line is None:
        if guise:
            made.from_phone = scene.company.anonymous.phone_id
        else:
            made.user1 = made.started_by = ANONYMOUS_USER
        return
    made.from_phone = line.phone_id
    if guise:
        made.user1 = made.started_by = line.user_id


def transit(
    scene: Scene,
    caller: Line | None,
    line: Line,
    payer: Account,
    timing: Timing,
    trunks: tuple[Trunk, Trunk],
    *,
    reason: ChargeReason,
    refusal: Refusal | None = None,
) -> Leg:
    """An outside party is passed on to an outside number, in over one trunk and out over another.

    With the reason `forwarder` the payer was rung; a `referrer` had the caller and sent them on.
    """
    inwards, outwards = trunks
    made = session(scene, payer.site, timing, refusal)
    from_outside(scene, made, caller, inwards)
    made.client2 = clients.MEDIATION
    made.to_phone = line.phone_id
    made.to_mediation, made.to_gateway = outwards.mediation.server_id, outwards.gateway.server_id
    if scene.rng.random() < 0.5:
        made.user2 = line.user_id
    if reason is ChargeReason.REFERRER:
        made.referred_by = payer.user_id
    else:
        made.target = payer.user_id
    if refusal is None:
        made.hung_up_phone = made.from_phone if scene.rng.random() < 0.5 else line.phone_id
    return Leg(
        made,
        truth(
            timing,
            Direction.TRANSIT,
            refusal,
            payer,
            reason=reason,
            billed=line,
            gateway=outwards.gateway.name,
        ),
    )


def internal(
    scene: Scene,
    caller: Account,
    target: Account,
    timing: Timing,
    *,
    refusal: Refusal | None = None,
    taken_by: Account | None = None,
    answered_by: AnsweredBy = AnsweredBy.PERSON,
    voip: bool = True,
) -> Leg:
    """A user rings another; `taken_by` answers instead. User1 is not always the caller."""
    made = session(scene, caller.site, timing, refusal)
    called = taken_by or target
    made.started_by, made.target = caller.user_id, target.user_id
    made.voip = voip
    ends = (
        (caller.user_id, client_of(caller)),
        (called.user_id, _MACHINES.get(answered_by) or client_of(called)),
    )
    if answered_by is AnsweredBy.PERSON and scene.rng.random() < 0.15:
        ends = ends[1], ends[0]
    (made.user1, made.client1), (made.user2, made.client2) = ends
    if voip:
        made.from_phone, made.to_phone = caller.line.phone_id, target.line.phone_id
        if refusal is None:
            made.hung_up_user = caller.user_id
    return Leg(made, truth(timing, Direction.INTERNAL, refusal, caller, answered_by=answered_by))


def hang_up(scene: Scene, made: Session, user_id: int, phone_id: int | None) -> None:
    """Notes which side hung up first."""
    if scene.rng.random() < 0.5:
        made.hung_up_user = user_id
    else:
        made.hung_up_phone = phone_id


_MACHINES = {
    AnsweredBy.VOICEMAIL: clients.VOICEMAIL,
    AnsweredBy.ATTENDANT: clients.ATTENDANT,
    AnsweredBy.RESPONSE_GROUP: clients.RESPONSE_GROUP,
}
