"""Calls from outside to one person: answered, lost, to voicemail, forwarded, ringing twice."""

from __future__ import annotations

from pipeline.simulator.assembly import call, single
from pipeline.simulator.deck import Deck
from pipeline.simulator.instants import MINUTE
from pipeline.simulator.legs import Leg, Refusal, inbound, transit
from pipeline.simulator.lines import Line
from pipeline.simulator.model import SimulatedCall
from pipeline.simulator.people import Person
from pipeline.simulator.routing import route
from pipeline.simulator.scene import Scene
from pipeline.simulator.sites import Site
from warehouse.words import AnsweredBy, ChargeReason, Outcome

_CALLERS = Deck([("local", 28), ("national", 32), ("mobile", 28), ("international", 12)])
_REFUSALS = Deck(
    [
        ((Refusal(487, Outcome.CANCELLED), 21.0), 62),
        ((Refusal(486, Outcome.BUSY), 0.5), 17),
        ((Refusal(480, Outcome.NO_ANSWER), 28.0), 9),
        ((Refusal(408, Outcome.NO_ANSWER), 32.0), 2),
        ((Refusal(603, Outcome.REJECTED), 5.0), 7),
        ((Refusal(302, Outcome.CANCELLED), 0.6), 1),
        ((Refusal(503, Outcome.FAILED), 0.6), 2),
    ]
)
_FORWARDED = 13006
_FORKED = 13005
_LOST_FORK = Refusal(487, Outcome.CANCELLED, _FORKED)
_NOT_REACHED = Refusal(480, Outcome.NO_ANSWER, _FORWARDED)
_WITHHELD_SHARE = 0.035


def outside_caller(scene: Scene, site: Site, at: int) -> Line | None:
    """A free outside line that would ring the company."""
    return scene.line_of_kind(site, _CALLERS.draw(scene.rng), at)


def answered(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """Answered by the person who was rung; some callers withhold their number."""
    person = scene.callee(site, at)
    if person is None:
        return []
    line = None
    if scene.rng.random() < _WITHHELD_SHARE:
        if not scene.meet(0, person.user_id, at):
            return []
    else:
        line = outside_caller(scene, site, at)
        if line is None:
            return []
    timing = scene.answered(at, scene.ring(), scene.seconds(100, 1.05, 5400))
    leg = inbound(scene, line, person, timing)
    leg.session.correlation = scene.maybe_guid()
    take(scene, leg, person, line)
    return [single(_name(person, line), leg, person)]


def unanswered(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """Lost, busy, rejected or not reachable."""
    person = scene.callee(site, at)
    line = outside_caller(scene, site, at)
    if person is None or line is None:
        return []
    refusal, seconds = _REFUSALS.draw(scene.rng)
    timing = scene.refused(at, scene.seconds(seconds, 0.4, 60), closes=scene.rng.random() < 0.7)
    leg = inbound(scene, line, person, timing, refusal=refusal)
    leg.session.correlation = scene.maybe_guid()
    take(scene, leg, person, line)
    return [single(f"inbound {refusal.outcome}", leg, person)]


def to_voicemail(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    person = scene.callee(site, at)
    line = outside_caller(scene, site, at)
    if person is None or line is None:
        return []
    machine = scene.company.services[site.name].voicemail
    timing = scene.answered(at, scene.seconds(20, 0.1, 30), scene.seconds(22, 0.6, 180))
    leg = inbound(scene, line, person, timing, taken_by=machine, answered_by=AnsweredBy.VOICEMAIL)
    leg.session.diagnostic = _FORWARDED
    scene.occupy_line(line, timing.end or at)
    return [single("inbound voicemail", leg, person)]


def forwarded(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """The person rung has all calls sent on to their mobile: in and out again."""
    person = scene.callee(site, at)
    line = outside_caller(scene, site, at)
    mobile_line = None if person is None else _free_mobile(scene, person, line, at)
    if person is None or line is None or mobile_line is None:
        return []
    reached = scene.rng.random() < 0.8
    timing = (
        scene.answered(at, scene.seconds(10, 0.4, 40), scene.seconds(110, 0.9, 3600))
        if reached
        else scene.refused(at, scene.seconds(28, 0.2, 60), closes=scene.rng.random() < 0.5)
    )
    leg = transit(
        scene,
        line,
        mobile_line,
        person,
        timing,
        (site.main, route(scene.rng, site, mobile_line)),
        reason=ChargeReason.FORWARDER,
        refusal=None if reached else _NOT_REACHED,
    )
    leg.session.diagnostic = _FORWARDED
    take(scene, leg, person, line)
    scene.occupy_line(mobile_line, leg.session.ended or at)
    return [single("forwarded", leg, person)]


def two_forks(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """Desk client and mobile ring at once; one of them answers, the other branch is dropped."""
    person = scene.callee(site, at)
    line = outside_caller(scene, site, at)
    mobile_line = None if person is None else _free_mobile(scene, person, line, at)
    if person is None or line is None or mobile_line is None:
        return []
    on_mobile = scene.rng.random() < 0.5
    ring = scene.ring()
    taken = scene.answered(at, ring, scene.seconds(100, 0.9, 3600))
    dropped = scene.refused(at, ring, closes=True)
    # The desk client's row comes first, whichever branch wins.
    first, second = (dropped, taken) if on_mobile else (taken, dropped)
    first, second = (
        first._replace(key=min(taken.key, dropped.key)),
        second._replace(key=max(taken.key, dropped.key)),
    )
    desk = inbound(scene, line, person, first, refusal=_LOST_FORK if on_mobile else None)
    mobile = transit(
        scene,
        line,
        mobile_line,
        person,
        second,
        (site.main, route(scene.rng, site, mobile_line)),
        reason=ChargeReason.FORWARDER,
        refusal=None if on_mobile else _LOST_FORK,
    )
    correlation = scene.maybe_guid()
    for leg in (desk, mobile):
        leg.session.diagnostic, leg.session.correlation = _FORKED, correlation
        leg.session.invite = min(first.invite, second.invite)
    _same_caller(desk, mobile)
    winner = mobile if on_mobile else desk
    take(scene, winner, person, line)
    scene.occupy_line(mobile_line, winner.session.ended or at)
    return [
        call(
            "simultaneous ring",
            [desk, mobile],
            outcome=Outcome.ANSWERED,
            user=person,
            answered_by=AnsweredBy.PERSON,
        )
    ]


def take(scene: Scene, leg: Leg, person: Person, line: Line | None) -> None:
    """Marks both parties as busy until the leg ends."""
    until = leg.session.ended or leg.session.invite + MINUTE
    scene.occupy_user(person.user_id, until)
    if line is not None:
        scene.occupy_line(line, until)


def _same_caller(first: Leg, second: Leg) -> None:
    second.session.user1, second.session.started_by = first.session.user1, first.session.started_by


def _free_mobile(scene: Scene, person: Person, caller: Line | None, at: int) -> Line | None:
    mobile = person.mobile
    if mobile is None or mobile == caller or not scene.is_free(-mobile.phone_id, at):
        return None
    return mobile


def _name(person: Person, line: Line | None) -> str:
    if line is None:
        return "inbound withheld"
    return "inbound to extension" if ";ext=" in person.line.number else "inbound answered"
