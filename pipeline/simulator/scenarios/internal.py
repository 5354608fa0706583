"""Calls between colleagues, and with partners over federation."""

from __future__ import annotations

from pipeline.simulator import clients
from pipeline.simulator.assembly import finished, single
from pipeline.simulator.deck import Deck
from pipeline.simulator.legs import Refusal, internal
from pipeline.simulator.model import Row, SimulatedCall
from pipeline.simulator.rows import AUDIO, MESSAGES, VIDEO, media_row, session_rows
from pipeline.simulator.scene import Scene
from pipeline.simulator.sites import EDGE, Site
from warehouse.words import AnsweredBy, Outcome

_REFUSALS = Deck(
    [
        ((Refusal(487, Outcome.CANCELLED), 18.0), 55),
        ((Refusal(480, Outcome.NO_ANSWER), 25.0), 20),
        ((Refusal(486, Outcome.BUSY), 1.5), 12),
        ((Refusal(603, Outcome.REJECTED), 5.0), 11),
        ((Refusal(302, Outcome.CANCELLED), 1.0), 1),
        ((Refusal(488, Outcome.FAILED), 1.0), 1),
    ]
)
_VOIP_SHARE = 0.6
"""Only some internal calls leave a row in VoipDetails."""


def colleague(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """Answered; some with video, some grown out of a chat."""
    person = scene.caller(site, at)
    other = None if person is None else scene.colleague(person, at)
    if person is None or other is None:
        return []
    guise = scene.rng.random()
    voip = scene.rng.random() < _VOIP_SHARE
    timing = scene.answered(at, scene.ring(), scene.seconds(85, 1.1, 5400))
    leg = internal(scene, person, other, timing, voip=voip)
    leg.session.correlation = scene.maybe_guid()
    extra: tuple[Row, ...] = ()
    name = "internal" if voip else "internal without telephony row"
    if guise < 0.08:
        leg.session.media = AUDIO | VIDEO
        extra = tuple(media_row(timing.key, kind, timing.invite, timing.end) for kind in (5, 6))
        name = "internal video"
    elif guise < 0.13:
        leg.session.media = AUDIO | MESSAGES
        extra = (
            media_row(timing.key, 1, timing.invite, timing.end),
            media_row(timing.key, 5, timing.response or timing.invite, timing.end),
        )
        name = "internal out of a chat"
    scene.occupy_user(person.user_id, timing.end or at)
    scene.occupy_user(other.user_id, timing.end or at)
    return [single(name, leg, person, extra)]


def unanswered(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    person = scene.caller(site, at)
    other = None if person is None else scene.colleague(person, at)
    if person is None or other is None:
        return []
    refusal, seconds = _REFUSALS.draw(scene.rng)
    timing = scene.refused(at, scene.seconds(seconds, 0.4, 60), closes=scene.rng.random() < 0.7)
    leg = internal(
        scene, person, other, timing, refusal=refusal, voip=scene.rng.random() < _VOIP_SHARE
    )
    scene.occupy_user(person.user_id, leg.session.ended or at)
    return [single("internal unanswered", leg, person)]


def to_voicemail(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """A colleague's voicemail answers, or someone listens to their own."""
    person = scene.caller(site, at)
    if person is None:
        return []
    machine = scene.company.services[site.name].voicemail
    own = scene.rng.random() < 0.4
    other = machine if own else scene.colleague(person, at, site)
    if other is None or (own and not scene.meet(person.user_id, machine.user_id, at)):
        return []
    ring = scene.seconds(1, 0.2) if own else scene.seconds(20, 0.1, 30)
    timing = scene.answered(at, ring, scene.seconds(25, 0.6, 180))
    leg = internal(scene, person, other, timing, taken_by=machine, answered_by=AnsweredBy.VOICEMAIL)
    scene.occupy_user(person.user_id, timing.end or at)
    return [single("internal voicemail", leg, person)]


def federated(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """A call with someone of a partner company: no trunk, no cost."""
    person = scene.callee(site, at)
    partner = scene.rng.choice(scene.company.partners)
    if person is None or not scene.is_free(partner.user_id, at):
        return []
    timing = scene.answered(at, scene.ring(), scene.seconds(140, 0.9, 3600))
    leg = internal(scene, person, person, timing, voip=False)
    made = leg.session
    made.user1, made.user2 = person.user_id, partner.user_id
    made.client2, made.edge2 = clients.DESKTOP, EDGE.server_id
    theirs = scene.rng.random() < 0.5
    made.started_by, made.target = (
        (partner.user_id, person.user_id) if theirs else (person.user_id, partner.user_id)
    )
    caller = partner.address if theirs else person.address
    truth = leg.truth._replace(charged_user=caller)
    for user_id in (person.user_id, partner.user_id):
        scene.occupy_user(user_id, timing.end or at)
    return [
        finished(
            "federated",
            timing.invite,
            tuple(session_rows(made)),
            (truth,),
            outcome=Outcome.ANSWERED,
            user=caller,
            answered_by=AnsweredBy.PERSON,
        )
    ]
