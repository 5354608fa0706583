"""Service desks: response groups that answer, let callers wait, and find an agent."""

from __future__ import annotations

from pipeline.simulator import clients
from pipeline.simulator.assembly import call
from pipeline.simulator.instants import MINUTE
from pipeline.simulator.legs import Leg, inbound, internal
from pipeline.simulator.lines import Line
from pipeline.simulator.model import SimulatedCall
from pipeline.simulator.people import Account, Person
from pipeline.simulator.rows import Session, session_rows
from pipeline.simulator.scenarios.inbound import outside_caller
from pipeline.simulator.scene import Scene, Timing
from pipeline.simulator.sites import Site
from warehouse.words import AnsweredBy, Outcome

_LONGEST_WAIT = 4 * MINUTE


def answered(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """An outside caller waits and reaches an agent."""
    line = outside_caller(scene, site, at)
    if line is None:
        return []
    return _served(scene, site, at, line)


def asked_by_colleague(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """A colleague rings the service desk."""
    person = scene.caller(site, at)
    if person is None:
        return []
    return _served(scene, site, at, person)


def abandoned(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """The caller gives up in the queue: only the group ever answered."""
    group = _group(scene, site)
    line = None
    if scene.rng.random() < 0.04:
        if not scene.meet(0, group.user_id, at):
            return []
    else:
        line = outside_caller(scene, site, at)
        if line is None:
            return []
    timing = scene.answered(at, scene.seconds(1.5, 0.2, 3), scene.seconds(45, 0.7, 240))
    leg = inbound(
        scene,
        line,
        group,
        timing,
        taken_by=group,
        answered_by=AnsweredBy.RESPONSE_GROUP,
    )
    if line is not None:
        scene.occupy_line(line, timing.end or at)
    return [
        call(
            "abandoned in the queue",
            [leg],
            outcome=Outcome.CANCELLED,
            user=group,
            answered_by=AnsweredBy.RESPONSE_GROUP,
        )
    ]


def _served(scene: Scene, site: Site, at: int, caller: Line | Person) -> list[SimulatedCall]:
    """Caller to group, group to agent (no leg of the call), caller to agent."""
    if not scene.fits(at + _LONGEST_WAIT):
        return []
    group = _group(scene, site)
    wait = scene.seconds(20, 0.7, 180)
    picked_up = at + 10 * wait
    agent = scene.agent(site, at)
    if agent is None or agent is caller:
        return []
    if isinstance(caller, Person) and not scene.meet(caller.user_id, group.user_id, at):
        return []
    queued = scene.answered(at, scene.seconds(1.5, 0.2, 3), wait)
    ring = min(scene.ring(), wait)
    ringing = scene.answered(picked_up - 10 * ring, ring, 200)
    talking = scene.answered(picked_up, scene.seconds(1.5, 0.2, 3), scene.seconds(150, 0.9, 3600))
    first = _leg(scene, caller, group, queued, AnsweredBy.RESPONSE_GROUP)
    helper = _helper(internal(scene, group, agent, ringing, voip=False).session, group)
    last = _leg(scene, caller, agent, talking, AnsweredBy.PERSON)
    last.session.replaces = first.session.key
    last.session.referred_by = group.user_id
    last.session.user1, last.session.started_by = first.session.user1, first.session.started_by
    correlation = scene.guid()
    for made in (first.session, helper, last.session):
        made.correlation = correlation
    until = talking.end or at
    scene.occupy_user(agent.user_id, until)
    if isinstance(caller, Person):
        scene.occupy_user(caller.user_id, until)
    else:
        scene.occupy_line(caller, until)
    return [
        call(
            "response group" if isinstance(caller, Line) else "response group, internal",
            [first, last],
            outcome=Outcome.ANSWERED,
            user=agent if isinstance(caller, Line) else caller,
            answered_by=AnsweredBy.PERSON,
            extra_rows=session_rows(helper),
        )
    ]


def _leg(
    scene: Scene, caller: Line | Person, target: Account, timing: Timing, by: AnsweredBy
) -> Leg:
    if isinstance(caller, Line):
        return inbound(scene, caller, target, timing, taken_by=target, answered_by=by)
    leg = internal(scene, caller, target, timing, taken_by=target, answered_by=by)
    if leg.session.user1 != caller.user_id:
        _swap(leg.session)
    return leg


def _swap(made: Session) -> None:
    made.user1, made.user2 = made.user2, made.user1
    made.client1, made.client2 = made.client2, made.client1


def _helper(made: Session, group: Account) -> Session:
    """The group's own session with the agent: nobody's call."""
    if made.user1 != group.user_id:
        _swap(made)
    made.client1 = clients.RESPONSE_GROUP
    return made


def _group(scene: Scene, site: Site) -> Account:
    services = scene.company.services[site.name]
    return services.orders if scene.rng.random() < 0.6 else services.servicedesk
