"""Conferences: outside callers dial in through the attendant, and are called by the server."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.simulator import clients
from pipeline.simulator.assembly import finished
from pipeline.simulator.instants import MINUTE, SECOND, stamp
from pipeline.simulator.legs import Refusal, inbound, truth
from pipeline.simulator.lines import Line
from pipeline.simulator.model import LegTruth, Row, SimulatedCall
from pipeline.simulator.people import Person
from pipeline.simulator.routing import route
from pipeline.simulator.rows import dialog_row, session_rows
from pipeline.simulator.scenarios.inbound import outside_caller
from pipeline.simulator.scene import Scene, Timing
from pipeline.simulator.sites import Site, Trunk
from warehouse.words import AnsweredBy, ChargeReason, Direction, Outcome

_AUDIO_VIDEO = 4
_NOT_TAKEN = (Refusal(487, Outcome.CANCELLED), Refusal(486, Outcome.BUSY, 10486))
_ARRIVALS = 4 * MINUTE


def focus_uri_id(user_id: int) -> int:
    return 2 * user_id


def audio_uri_id(user_id: int) -> int:
    return 2 * user_id + 1


@dataclass(slots=True)
class _Meeting:
    organizer: Person
    site: Site
    instance: str
    key: tuple[int, int]
    begins: int
    ends: int
    seats: int = 0

    def seat(self) -> int:
        self.seats += 1
        return self.seats


def meeting(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """A conference of one organizer: its own rows, and one call for each phone in it."""
    organizer = scene.callee(site, at)
    length = 10 * scene.seconds(1500, 0.5, 5400)
    if organizer is None or not scene.fits(at + _ARRIVALS + 3 * MINUTE):
        return []
    ends = at + max(length, 10 * MINUTE)
    held = _Meeting(organizer, site, scene.guid(), scene.key(at), at, ends)
    scene.occupy_user(organizer.user_id, ends)
    calls = [_own_rows(scene, held)]
    for _ in range(scene.rng.randint(1, 4)):
        line = outside_caller(scene, site, at)
        if line is not None:
            calls.append(_dial_in(scene, held, line))
    for _ in range(scene.rng.randint(0, 2)):
        line = scene.line_for(organizer, at)
        if line is not None:
            calls.append(_dial_out(scene, held, line))
    return calls


def lost_in_menu(scene: Scene, site: Site, at: int) -> list[SimulatedCall]:
    """Someone reaches the attendant and finds no conference."""
    line = outside_caller(scene, site, at)
    if line is None:
        return []
    attendant = scene.company.services[site.name].attendant
    timing = scene.answered(at, 200, scene.seconds(30, 0.5, 120))
    leg = inbound(
        scene, line, attendant, timing, taken_by=attendant, answered_by=AnsweredBy.ATTENDANT
    )
    scene.occupy_line(line, timing.end or at)
    return [
        finished(
            "attendant only",
            timing.invite,
            tuple(session_rows(leg.session)),
            (leg.truth,),
            outcome=Outcome.ANSWERED,
            user=attendant.address,
            answered_by=AnsweredBy.ATTENDANT,
        )
    ]


def _own_rows(scene: Scene, held: _Meeting) -> SimulatedCall:
    """The conference itself, and the organizer's session with its focus: no phone in either."""
    organizer = held.organizer
    at, seq = held.key
    conference = Row(
        "Conferences",
        (
            *(stamp(at), seq, focus_uri_id(organizer.user_id), held.instance),
            *(stamp(at), stamp(held.ends), held.site.pool.server_id, organizer.user_id, 0),
            stamp(held.ends),
        ),
        held.begins,
        held.begins,
        held.ends,
    )
    timing = scene.answered(held.begins, 1, (held.ends - held.begins) // 10)
    focus = _session_row(
        held, organizer.user_id, timing, trunk=None, called_out=False, referred_by=None
    )
    rows = (conference, dialog_row(timing.key, timing.invite), focus)
    ends = max(held.ends, timing.end or 0)
    return SimulatedCall("conference", held.begins, ends, rows, None)


def _dial_in(scene: Scene, held: _Meeting, line: Line) -> SimulatedCall:
    arrival = held.begins + scene.rng.randrange(10 * SECOND, _ARRIVALS)
    attendant = scene.company.services[held.site.name].attendant
    direct = scene.rng.random() < 0.1
    rows: list[Row] = []
    legs: list[LegTruth] = []
    moved = arrival
    if not direct:
        asked = scene.answered(arrival, 200, scene.seconds(28, 0.3, 90))
        first = inbound(
            scene, line, attendant, asked, taken_by=attendant, answered_by=AnsweredBy.ATTENDANT
        )
        if scene.rng.random() < 0.5:
            first.session.correlation = scene.guid()
        rows.extend(session_rows(first.session))
        legs.append(first.truth)
        moved = (asked.end or arrival) - 2 * SECOND
    stay = max(30 * SECOND, held.ends - moved - scene.rng.randrange(3 * MINUTE)) // 10
    timing = scene.answered(moved, 200, stay)
    rows.extend(_participant_rows(held, line, timing, held.site.main, referred_by=None))
    legs.append(
        truth(
            timing,
            Direction.INBOUND,
            None,
            held.organizer,
            answered_by=AnsweredBy.CONFERENCE,
            table="C",
        )
    )
    scene.occupy_line(line, timing.end or moved)
    return finished(
        "conference dial-in, direct" if direct else "conference dial-in",
        min(row.inserted for row in rows),
        tuple(rows),
        tuple(legs),
        outcome=Outcome.ANSWERED,
        user=held.organizer.address,
        answered_by=AnsweredBy.CONFERENCE,
    )


def _dial_out(scene: Scene, held: _Meeting, line: Line) -> SimulatedCall:
    """The conference rings a phone; whoever asked for it pays, else the organizer."""
    called = held.begins + scene.rng.randrange(10 * SECOND, _ARRIVALS)
    taken = scene.rng.random() < 0.8
    refusal = None if taken else scene.rng.choice(_NOT_TAKEN)
    stay = max(30 * SECOND, held.ends - called - scene.rng.randrange(5 * MINUTE)) // 10
    timing = (
        scene.answered(called, scene.seconds(11, 0.3, 40), stay)
        if taken
        else scene.refused(called, scene.seconds(20, 0.3, 50), closes=True)
    )
    asked_for = scene.rng.choice((None, held.organizer, _someone(scene, held)))
    payer = asked_for or held.organizer
    trunk = route(scene.rng, held.site, line)
    rows = _participant_rows(
        held,
        line,
        timing,
        trunk,
        referred_by=None if asked_for is None else asked_for.user_id,
        called_out=True,
        refusal=refusal,
    )
    leg = truth(
        timing,
        Direction.OUTBOUND,
        refusal,
        payer,
        answered_by=AnsweredBy.CONFERENCE,
        reason=ChargeReason.ORGANIZER if asked_for is None else ChargeReason.REFERRER,
        billed=line,
        gateway=trunk.gateway.name,
        table="C",
    )
    scene.occupy_line(line, timing.end or called)
    return finished(
        "conference dial-out",
        timing.invite,
        tuple(rows),
        (leg,),
        outcome=leg.outcome,
        user=payer.address,
        answered_by=leg.answered_by,
    )


def _someone(scene: Scene, held: _Meeting) -> Person:
    return scene.caller(held.site, held.begins) or held.organizer


def _participant_rows(
    held: _Meeting,
    line: Line,
    timing: Timing,
    trunk: Trunk,
    *,
    referred_by: int | None,
    called_out: bool = False,
    refusal: Refusal | None = None,
) -> list[Row]:
    rows = [
        dialog_row(timing.key, timing.invite),
        _session_row(
            held,
            line.user_id,
            timing,
            trunk=trunk,
            called_out=called_out,
            referred_by=referred_by,
            refusal=refusal,
        ),
    ]
    if refusal is None and timing.response is not None and timing.end is not None:
        at, seq = held.key
        rows.append(
            Row(
                "McuJoinsAndLeaves",
                (
                    *(stamp(at), seq, line.user_id, held.seat(), held.site.pool.server_id, 1),
                    *(stamp(timing.key[0]), timing.key[1]),
                    *(stamp(timing.response), stamp(timing.end)),
                    *(clients.MEDIATION, stamp(timing.end)),
                ),
                timing.response,
                timing.response,
                timing.end,
            )
        )
    return rows


def _session_row(
    held: _Meeting,
    user_id: int,
    timing: Timing,
    *,
    trunk: Trunk | None,
    called_out: bool,
    referred_by: int | None,
    refusal: Refusal | None = None,
) -> Row:
    """A session with the audio server over a trunk, or with the focus without one."""
    organizer = held.organizer.user_id
    answered = None if refusal is not None else timing.response
    ended = timing.end or (timing.response if refusal is not None else None)
    return Row(
        "ConferenceSessionDetails",
        (
            *(stamp(timing.key[0]), timing.key[1], focus_uri_id(organizer), held.instance),
            *(None if trunk is None else audio_uri_id(organizer), user_id, referred_by),
            *(clients.DESKTOP if trunk is None else clients.MEDIATION, clients.CONFERENCE),
            *(int(called_out), 0, int(trunk is None)),
            *(200 if refusal is None else refusal.code, refusal and refusal.diagnostic),
            *(held.site.front_ends[0].server_id, held.site.pool.server_id),
            None if trunk is None else trunk.mediation.server_id,
            None if trunk is None else trunk.gateway.server_id,
            stamp(timing.invite),
            None if timing.response is None else stamp(timing.response),
            None if timing.end is None else stamp(timing.end),
            *(2 if trunk is None else _AUDIO_VIDEO, 0),
            stamp(ended or answered or timing.invite),
        ),
        timing.invite,
        answered,
        ended,
    )
