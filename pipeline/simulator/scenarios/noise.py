"""Rows that are no phone calls: chats, and the health checks of the servers."""

from __future__ import annotations

from pipeline.simulator import clients
from pipeline.simulator.legs import internal
from pipeline.simulator.model import SimulatedCall
from pipeline.simulator.rows import MESSAGES, Session, session_rows
from pipeline.simulator.scene import Scene
from pipeline.simulator.sites import Site


def chat(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """Two people write to each other; nobody speaks."""
    person = scene.caller(site, at)
    other = None if person is None else scene.colleague(person, at)
    if person is None or other is None:
        return []
    timing = scene.answered(at, 1, scene.seconds(400, 0.9, 7200))
    made = internal(scene, person, other, timing, voip=False).session
    made.media = MESSAGES
    return [_no_call("chat", made)]


def health_check(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """A synthetic transaction rings a group to see whether it can be rung."""
    services = scene.company.services[site.name]
    timing = scene.answered(at, scene.seconds(1, 0.2), scene.seconds(5, 0.1))
    made = internal(scene, services.probe, services.orders, timing).session
    made.client1 = clients.SYNTHETIC
    made.client2 = clients.RESPONSE_GROUP
    made.user1, made.user2 = services.probe.user_id, services.orders.user_id
    return [_no_call("health check", made)]


def _no_call(scenario: str, made: Session) -> SimulatedCall:
    return SimulatedCall(scenario, made.invite, made.ended, tuple(session_rows(made)), None)
