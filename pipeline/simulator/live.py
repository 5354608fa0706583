"""Lets the company phone on: brings database and truth up to an instant, again and again."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import cast

from pipeline.simulator.assembly import single
from pipeline.simulator.company import Company
from pipeline.simulator.instants import SECOND, day_of, millis, stamp
from pipeline.simulator.legs import outbound
from pipeline.simulator.model import CallTruth, SimulatedCall
from pipeline.simulator.routing import route
from pipeline.simulator.rows import changes_between
from pipeline.simulator.scene import LONGEST_CALL, Scene
from pipeline.simulator.traffic import calls_of_day
from pipeline.simulator.truth import TruthFile
from pipeline.simulator.writer import CallDatabase

_BEFORE_NOW = 2 * SECOND


@lru_cache(maxsize=4)
def _day(company: Company, seed: int, ordinal: int) -> tuple[SimulatedCall, ...]:
    return tuple(calls_of_day(company, seed, datetime.fromordinal(ordinal).date()))


def advance(path_db: Path, path_truth: Path, company: Company, seed: int, now: datetime) -> int:
    """Applies what happened since the last time; gives the number of calls that began or changed.

    Safe to repeat: the database is written first and the instant noted afterwards, and writing the
    same again changes nothing. An instant in the past does nothing.
    """
    until = millis(now)
    with TruthFile(path_truth) as truth:
        state = truth.state
        after = millis(state.applied_until)
        if until <= after:
            return 0
        first = max(state.first_day, day_of(after - LONGEST_CALL))
        touched = 0
        with CallDatabase(path_db) as database:
            for ordinal in range(first.toordinal(), day_of(until).toordinal() + 1):
                changed = [
                    (call, rows)
                    for call in _day(company, seed, ordinal)
                    if (rows := [row for row in call.rows if changes_between(row, after, until)])
                ]
                database.upsert((row for _, rows in changed for row in rows), until)
                database.commit()
                truth.add(call for call, _ in changed)
                touched += sum(call.truth is not None for call, _ in changed)
        truth.state = state._replace(applied_until=now)
    return touched


def place_call(
    path_db: Path,
    path_truth: Path,
    company: Company,
    now: datetime,
    *,
    number: str = "+442079460123",
    user: str | None = None,
    talk: timedelta = timedelta(seconds=35),
) -> CallTruth:
    """Makes one outbound call that ended a moment ago, besides all simulated ones.

    `user` is an address of the company; without it anybody calls.

    Raises:
        ValueError: nobody has that address.
    """
    until = millis(now)
    scene = Scene(company, until, day_of(until))
    people = [
        person
        for person in company.people
        if person.address == user or (user is None and person.is_here(day_of(until)))
    ]
    if not people:
        raise ValueError(f"{user!r} is nobody's address in the company")
    talk_cs = talk // timedelta(milliseconds=10)
    ring_cs = 400
    begin = until - _BEFORE_NOW - 10 * (talk_cs + ring_cs)
    with CallDatabase(path_db) as database, TruthFile(path_truth) as truth:
        line = database.line(number)
        timing = scene.answered(begin, ring_cs, talk_cs)
        while database.has_session(stamp(timing.key[0]), timing.key[1]):
            timing = scene.answered(begin, ring_cs, talk_cs)
        person = scene.rng.choice(people)
        leg = outbound(scene, person, line, timing, route(scene.rng, person.site, line))
        call = single("placed by hand", leg, person)
        database.upsert(call.rows, until)
        database.commit()
        truth.add([call])
    return cast("CallTruth", call.truth)
