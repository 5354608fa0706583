"""What a call detail database gets wrong: rows that never close."""

from __future__ import annotations

from pipeline.simulator.assembly import finished
from pipeline.simulator.instants import HOUR, moment
from pipeline.simulator.legs import outbound
from pipeline.simulator.model import SimulatedCall
from pipeline.simulator.routing import route
from pipeline.simulator.rows import session_rows
from pipeline.simulator.scenarios.outbound import talk_time
from pipeline.simulator.scene import Scene
from pipeline.simulator.sites import Site
from warehouse.words import Outcome


def never_closed(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """The end of an answered call is lost for good; rarely even its answer is."""
    person = scene.caller(site, at)
    line = None if person is None else scene.line_for(person, at)
    if person is None or line is None:
        return []
    ringing = scene.rng.random() < 0.2
    timing = scene.answered(at, scene.ring(), talk_time(scene, person, line))
    scene.occupy_user(person.user_id, timing.end or at)
    scene.occupy_line(line, at + HOUR)
    leg = outbound(scene, person, line, timing, route(scene.rng, site, line))
    made = leg.session
    made.end = made.hung_up_user = made.hung_up_phone = None
    if ringing:
        made.response = made.code = None
    truth = leg.truth._replace(
        outcome=Outcome.UNKNOWN_END,
        answered_by=None,
        answered_at=None if made.response is None else moment(made.response),
        talk_s=None,
    )
    return [
        finished(
            "never closed",
            made.invite,
            tuple(session_rows(made)),
            (truth,),
            outcome=Outcome.UNKNOWN_END,
            user=person.address,
            answered_by=None,
        )
    ]
