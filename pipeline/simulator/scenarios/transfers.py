"""Calls that are passed on: to a colleague, or out to the PSTN."""

from __future__ import annotations

from pipeline.simulator.assembly import call
from pipeline.simulator.instants import MINUTE
from pipeline.simulator.legs import Leg, Refusal, inbound, transit
from pipeline.simulator.lines import Line
from pipeline.simulator.model import SimulatedCall
from pipeline.simulator.people import Person
from pipeline.simulator.routing import route
from pipeline.simulator.scenarios.inbound import outside_caller
from pipeline.simulator.scene import Scene
from pipeline.simulator.sites import Site
from warehouse.words import AnsweredBy, ChargeReason, Outcome

_NOT_TAKEN = Refusal(487, Outcome.CANCELLED)
_MOST_FIRST_TALK = 40 * MINUTE


def _first_part(
    scene: Scene, site: Site, at: int, median: float
) -> tuple[Leg, Person, Line] | None:
    """An inbound call answered by the person who is going to pass it on."""
    person = scene.callee(site, at)
    line = outside_caller(scene, site, at)
    if person is None or line is None or not scene.fits(at + _MOST_FIRST_TALK + 2 * MINUTE):
        return None
    longest = _MOST_FIRST_TALK / 1000
    timing = scene.answered(at, scene.ring(), scene.seconds(median, 0.6, longest))
    leg = inbound(scene, line, person, timing)
    leg.session.correlation = scene.guid()
    return leg, person, line


def attended(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """Asked first, then handed over: the second session replaces the first."""
    begun = _first_part(scene, site, at, 45)
    if begun is None:
        return []
    first, person, line = begun
    handed_over = first.session.end or at
    colleague = scene.colleague(person, handed_over, site)
    if colleague is None or ";ext=" in colleague.line.number:
        return []
    ring = scene.seconds(4, 0.3, 9)
    timing = scene.answered(handed_over - 10 * ring, ring, scene.seconds(130, 0.9, 3600))
    second = inbound(scene, line, colleague, timing)
    second.session.replaces = first.session.key
    second.session.referred_by = person.user_id
    if scene.rng.random() < 0.7:
        second.session.correlation = first.session.correlation
    else:
        first.session.correlation = None
    return [_passed_on(scene, "attended transfer", first, second, person, line, colleague)]


def blind(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """Handed over without asking; the colleague may not be there."""
    begun = _first_part(scene, site, at, 30)
    if begun is None:
        return []
    first, person, line = begun
    handed_over = first.session.end or at
    colleague = scene.colleague(person, handed_over, site)
    if colleague is None:
        return []
    taken = scene.rng.random() < 0.8
    timing = (
        scene.answered(handed_over, scene.ring(), scene.seconds(130, 0.9, 3600))
        if taken
        else scene.refused(handed_over, scene.seconds(20, 0.4, 50), closes=True)
    )
    second = inbound(scene, line, colleague, timing, refusal=None if taken else _NOT_TAKEN)
    second.session.referred_by = person.user_id
    second.session.correlation = first.session.correlation
    return [_passed_on(scene, "blind transfer", first, second, person, line, colleague)]


def out(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """Sent on to an outside number: whoever sent the caller on pays for the way out."""
    begun = _first_part(scene, site, at, 30)
    if begun is None:
        return []
    first, person, line = begun
    outside = scene.line_of_kind(site, "mobile", at)
    if outside is None or outside == line:
        return []
    timing = scene.answered(
        first.session.end or at, scene.seconds(9, 0.3, 30), scene.seconds(90, 0.9, 3600)
    )
    second = transit(
        scene,
        line,
        outside,
        person,
        timing,
        (site.main, route(scene.rng, site, outside)),
        reason=ChargeReason.REFERRER,
    )
    second.session.correlation = first.session.correlation
    scene.occupy_line(outside, timing.end or at)
    return [_passed_on(scene, "transfer out", first, second, person, line, None)]


def _passed_on(
    scene: Scene,
    scenario: str,
    first: Leg,
    second: Leg,
    person: Person,
    line: Line,
    taker: Person | None,
) -> SimulatedCall:
    second.session.user1 = first.session.user1
    second.session.started_by = first.session.started_by
    until = second.session.ended or second.session.invite
    scene.occupy_user(person.user_id, first.session.end or until)
    scene.occupy_line(line, until)
    if taker is not None:
        scene.occupy_user(taker.user_id, until)
    return call(
        scenario,
        [first, second],
        outcome=Outcome.ANSWERED,
        user=person,
        answered_by=AnsweredBy.PERSON,
    )
