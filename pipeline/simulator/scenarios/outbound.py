"""Calls to the outside: answered, refused, retried, without a trunk, to the old PBX."""

from __future__ import annotations

from pipeline.simulator.assembly import call, single
from pipeline.simulator.deck import Deck
from pipeline.simulator.instants import MINUTE
from pipeline.simulator.legs import Leg, Refusal, outbound
from pipeline.simulator.lines import Line
from pipeline.simulator.model import SimulatedCall
from pipeline.simulator.people import Account, Person
from pipeline.simulator.routing import route
from pipeline.simulator.rows import Session
from pipeline.simulator.scene import Scene
from pipeline.simulator.sites import Site, Trunk
from warehouse.words import AnsweredBy, Outcome

_REFUSALS = Deck(
    [
        ((Refusal(487, Outcome.CANCELLED), 22.0), 46),
        ((Refusal(480, Outcome.NO_ANSWER, 10480), 35.0), 17),
        ((Refusal(408, Outcome.NO_ANSWER, 10408), 32.0), 6),
        ((Refusal(486, Outcome.BUSY, 10486), 2.5), 19),
        ((Refusal(600, Outcome.BUSY, 10600), 2.5), 1),
        ((Refusal(603, Outcome.REJECTED, 10603), 4.0), 4),
        ((Refusal(404, Outcome.FAILED, 10404), 1.0), 5),
        ((Refusal(484, Outcome.FAILED, 10484), 0.8), 1),
        ((Refusal(500, Outcome.FAILED, 10500), 1.5), 1),
    ]
)
"""Each way not to be answered with its usual seconds until then."""
_NO_ROUTE = Refusal(404, Outcome.FAILED, 12004)
_NO_GATEWAY = Refusal(503, Outcome.FAILED, 12000)
_NEXT_HOP = Refusal(503, Outcome.FAILED, 12006)
_NOT_ALLOWED = Refusal(403, Outcome.FAILED, 12001)
_PROVISIONAL_LOSS = 0.02
_EMERGENCY = 4
_ADDRESS = (
    "<presence><civicAddress><country>{country}</country><A3>{city}</A3></civicAddress></presence>"
)


def talk_time(scene: Scene, person: Account, line: Line) -> int:
    """How long a person talks with an outside number, in hundredths of a second."""
    heavy = isinstance(person, Person) and person.heavy
    abroad = not line.number.startswith(person.site.block[:3])
    median = (150 if abroad else 95) * (3 if heavy else 1)
    return scene.seconds(median, 1.1, 5400)


def take(scene: Scene, leg: Leg, person: Account, line: Line) -> None:
    """Marks both parties of a leg as busy until it ends."""
    until = leg.session.ended or leg.session.invite + MINUTE
    scene.occupy_user(person.user_id, until)
    scene.occupy_line(line, until)


def answered(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    person = scene.caller(site, at)
    line = None if person is None else scene.line_for(person, at)
    if person is None or line is None:
        return []
    return [reached(scene, "outbound answered", person, line, at)]


def heavy(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """One of the few who ring dear countries for long."""
    person = scene.heavy(site, at)
    line = None if person is None else scene.line_for(person, at)
    if person is None or line is None:
        return []
    return [reached(scene, "heavy spender", person, line, at)]


def special(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """A freephone number; rarely, from the phone in the lobby, a premium one."""
    premium = scene.rng.random() < 0.12
    person = scene.lobby(site, at) if premium else scene.caller(site, at)
    line = scene.line_of_kind(site, "premium" if premium else "freephone", at)
    if person is None or line is None:
        return []
    name = "outbound premium" if premium else "outbound freephone"
    return [reached(scene, name, person, line, at)]


def mediation_only(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """It went out, but the database knows the mediation server alone."""
    person = scene.caller(site, at)
    line = None if person is None else scene.line_for(person, at)
    if person is None or line is None:
        return []
    return [reached(scene, "gateway unknown", person, line, at, gateway_known=False)]


def tie_line(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """To an extension of the old PBX."""
    person = scene.caller(site, at)
    line = scene.rng.choice(scene.company.private)
    if site.tie is None or person is None or not scene.is_free(-line.phone_id, at):
        return []
    return [reached(scene, "tie line", person, line, at, trunk=site.tie)]


def reached(
    scene: Scene,
    scenario: str,
    person: Account,
    line: Line,
    at: int,
    *,
    trunk: Trunk | None = None,
    on_behalf: Account | None = None,
    gateway_known: bool = True,
    flag: int = 0,
) -> SimulatedCall:
    """An answered call of one leg."""
    timing = scene.answered(at, scene.ring(), talk_time(scene, person, line))
    leg = outbound(
        scene,
        person,
        line,
        timing,
        trunk or route(scene.rng, person.site, line),
        on_behalf=on_behalf,
        gateway_known=gateway_known,
    )
    leg.session.correlation = scene.maybe_guid()
    leg.session.flag = flag
    take(scene, leg, person, line)
    return single(scenario, leg, on_behalf or person)


def refused(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """Nobody takes the call; refused sessions often have no end."""
    person = scene.caller(site, at)
    line = None if person is None else scene.line_for(person, at)
    if person is None or line is None:
        return []
    refusal, seconds = _REFUSALS.draw(scene.rng)
    cancelled = refusal.outcome is Outcome.CANCELLED
    timing = scene.refused(
        at, scene.seconds(seconds, 0.4, 60), closes=cancelled or scene.rng.random() < 0.5
    )
    trunk = route(scene.rng, site, line)
    leg = outbound(scene, person, line, timing, trunk, refusal=refusal)
    leg.session.correlation = scene.maybe_guid()
    if cancelled and scene.rng.random() < _PROVISIONAL_LOSS:
        leg.session.response = leg.session.code = None
    take(scene, leg, person, line)
    return [single(f"outbound {refusal.outcome}", leg, person)]


def no_trunk(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """Refused before any trunk: no route, no gateway up, or not allowed to the caller."""
    person = scene.caller(site, at)
    refusal = scene.rng.choice((_NO_ROUTE, _NO_GATEWAY, _NOT_ALLOWED))
    if refusal is _NO_ROUTE:
        line = scene.rng.choice(scene.company.unreachable)
        free = scene.is_free(-line.phone_id, at)
    else:
        found = scene.line_of_kind(site, "international", at)
        if found is None:
            return []
        line, free = found, True
    if person is None or not free:
        return []
    timing = scene.refused(at, scene.rng.randint(0, 3), closes=False)
    leg = outbound(scene, person, line, timing, None, refusal=refusal)
    if refusal is _NOT_ALLOWED:
        leg.session.media = None
    take(scene, leg, person, line)
    return [single("no trunk", leg, person)]


def retried(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """The first gateway refuses, the next one takes the call."""
    if site.overflow is None or not scene.fits(at + MINUTE):
        return []
    person = scene.caller(site, at)
    line = None if person is None else scene.line_for(person, at)
    if person is None or line is None:
        return []
    gateways = site.main, site.overflow
    first, second = gateways if scene.rng.random() < 0.5 else gateways[::-1]
    timing = scene.refused(at, scene.seconds(2, 0.5, 10), closes=False)
    failed = outbound(scene, person, line, timing, first, refusal=_NEXT_HOP)
    again = (failed.session.response or at) + 10 * scene.rng.randint(0, 30)
    talk = talk_time(scene, person, line)
    leg = outbound(scene, person, line, scene.answered(again, scene.ring(), talk), second)
    _same_guise(failed.session, leg.session)
    leg.session.flag = 1
    leg.session.correlation = failed.session.correlation = scene.maybe_guid()
    take(scene, leg, person, line)
    return [
        call(
            "retried",
            [failed, leg],
            outcome=Outcome.ANSWERED,
            user=person,
            answered_by=AnsweredBy.PERSON,
        )
    ]


def emergency(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    person = scene.caller(site, at)
    line = scene.rng.choice(scene.company.emergency[site.name])
    if person is None or not scene.is_free(-line.phone_id, at):
        return []
    timing = scene.answered(at, scene.seconds(3, 0.3, 10), scene.seconds(110, 0.6, 900))
    leg = outbound(scene, person, line, timing, site.main)
    leg.session.priority = _EMERGENCY
    leg.session.location = _ADDRESS.format(country=site.country, city=site.name)
    take(scene, leg, person, line)
    return [single("emergency", leg, person)]


def _same_guise(first: Session, second: Session) -> None:
    """The same server writes the same party alike in both rows."""
    second.user2, second.target = first.user2, first.target
