"""All calls of a day, from the company, a seed and the day alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from pipeline.simulator.company import Company
from pipeline.simulator.deck import Deck
from pipeline.simulator.instants import HOUR, MINUTE, SECOND, moment
from pipeline.simulator.model import SimulatedCall
from pipeline.simulator.rhythm import drawn, expected_calls
from pipeline.simulator.scenarios import (
    delegates,
    groups,
    inbound,
    internal,
    meetings,
    noise,
    oddities,
    outbound,
    transfers,
)
from pipeline.simulator.scene import Scene
from pipeline.simulator.sites import SITES, Site

Scenario = Callable[[Scene, Site, int], list[SimulatedCall]]

LEAST_PER_HOUR = 25
"""Planned calls of any hour; the service desks fill up what the offices leave."""
_DESK_SHARE = 7
_TRIES = 6
_FIRST_START = 70 * SECOND
"""Nothing begins close to midnight: calls of neighbouring days can never be taken for one."""
_LAST_START = 20 * SECOND
_NEVER_CLOSED_PER_DAY = 0.3

OFFICE: Deck[Scenario] = Deck(
    [
        (internal.colleague, 20.5),
        (internal.unanswered, 5),
        (internal.to_voicemail, 1.6),
        (internal.federated, 1.4),
        (noise.chat, 4),
        (outbound.answered, 26),
        (outbound.refused, 9),
        (outbound.heavy, 1.3),
        (outbound.special, 0.8),
        (outbound.no_trunk, 0.35),
        (outbound.mediation_only, 0.25),
        (outbound.retried, 0.5),
        (outbound.tie_line, 1.2),
        (outbound.emergency, 0.012),
        (delegates.for_boss, 0.8),
        (delegates.for_group, 1.2),
        (inbound.answered, 17),
        (inbound.unanswered, 6),
        (inbound.to_voicemail, 3.2),
        (inbound.forwarded, 1.4),
        (inbound.two_forks, 1.2),
        (transfers.attended, 0.9),
        (transfers.blind, 0.6),
        (transfers.out, 0.35),
        (groups.asked_by_colleague, 1),
        (meetings.meeting, 0.65),
        (meetings.lost_in_menu, 0.12),
    ]
)
DESK: Deck[Scenario] = Deck(
    [
        (groups.answered, 68),
        (groups.abandoned, 13),
        (delegates.callback, 12),
        (delegates.for_group, 7),
    ]
)


def calls_of_day(company: Company, seed: int, day: date) -> list[SimulatedCall]:
    """Everything that begins on a UTC day, in the order of starting.

    Other days and the present have no influence: each day can be made alone.
    """
    scene = Scene(company, seed, day)
    calls = []
    for at, site, scenarios in sorted(_starts(scene), key=lambda start: start[0]):
        for _ in range(_TRIES):
            made = scenarios.draw(scene.rng)(scene, site, at)
            if made:
                calls.extend(made)
                break
    calls.sort(key=lambda call: call.started)
    return calls


def _starts(scene: Scene) -> list[tuple[int, Site, Deck[Scenario]]]:
    rng = scene.rng
    desk_sites = Deck((site, site.staff) for site in SITES)
    checks = Deck[Scenario]([(noise.health_check, 1)])
    lost = Deck[Scenario]([(oddities.never_closed, 1)])
    found: list[tuple[int, Site, Deck[Scenario]]] = []
    for begin in range(scene.start, scene.end, HOUR):

        def some_time(begin: int = begin) -> int:
            first = max(begin, scene.start + _FIRST_START)
            return rng.randrange(first, min(begin + HOUR, scene.end - _LAST_START))

        hour = moment(begin)
        office = [
            (some_time(), site, OFFICE)
            for site in SITES
            for _ in range(drawn(rng, expected_calls(site, hour)))
        ]
        desk = max(drawn(rng, _DESK_SHARE), LEAST_PER_HOUR - len(office))
        found.extend(office)
        found.extend((some_time(), desk_sites.draw(rng), DESK) for _ in range(desk))
        found.append((begin + 30 * MINUTE, rng.choice(SITES), checks))
        if rng.random() < _NEVER_CLOSED_PER_DAY / 24:
            found.append((some_time(), rng.choice(SITES), lost))
    return found
