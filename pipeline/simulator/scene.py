"""One day of the company while it is being simulated: who is free, and which keys are taken."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import NamedTuple

from pipeline.simulator.company import Company
from pipeline.simulator.deck import Deck, often_first
from pipeline.simulator.instants import DAY, HOUR, MINUTE, SECOND, midnight, moment, tick
from pipeline.simulator.lines import Line
from pipeline.simulator.model import Key
from pipeline.simulator.people import DEPARTMENTS, Person
from pipeline.simulator.sites import SITES, Site

APART = 3 * MINUTE
"""Least time between two calls of the same two parties: nobody could take them for one call."""
LONGEST_CALL = 3 * HOUR
_TRIES = 8
_OFFSETS = (0, 0, 0, 0, 3, 7)
_NOISE = {0: (0, 0, 3, -3), 3: (0, 0, -3, 4), 7: (0, 0, -4, 3)}
"""Last digit → what the 1/300 s clock may add: less than half of 10 ms."""
_SHIFT_HOURS = 8
_FIRST_SHIFT = 6
_SHIFTED = frozenset({"Customer Care", "IT"})


class Timing(NamedTuple):
    """The instants of one session (milliseconds since 1970)."""

    key: Key
    invite: int
    response: int | None
    end: int | None
    talk: int
    """Hundredths of a second."""


class Scene:
    """Draws people, lines and times; remembers what is taken. One object per simulated day.

    Calls must be asked for in the order of their start.
    """

    def __init__(self, company: Company, seed: int, day: date) -> None:
        self.company = company
        self.rng = Random(f"day/{seed}/{day.isoformat()}")
        self.start = midnight(day)
        self.end = self.start + DAY
        self._seq: dict[int, int] = {}
        self._busy: dict[int, int] = {}
        self._met: dict[tuple[int, int], int] = {}
        self._here = {
            site.name: tuple(
                person for person in company.people if person.site is site and person.is_here(day)
            )
            for site in SITES
        }
        self._active = {
            name: Deck((person, person.activity) for person in people)
            for name, people in self._here.items()
        }
        self._shifts = {
            (site.name, shift): tuple(
                person
                for person in self._here[site.name]
                if person.department.name in _SHIFTED and person.shift == shift
            )
            for site in SITES
            for shift in range(3)
        }

    # People

    def caller(self, site: Site, at: int) -> Person | None:
        """Someone of a site who is free, those who phone much more often."""
        for _ in range(_TRIES):
            person = self._active[site.name].draw(self.rng)
            if self.is_free(person.user_id, at):
                return person
        return None

    def callee(self, site: Site, at: int) -> Person | None:
        """Someone of a site who is free and can be rung from outside."""
        person = self.caller(site, at)
        return None if person is None or person.role == "common_area" else person

    def colleague(self, person: Person, at: int, site: Site | None = None) -> Person | None:
        """Another free person, mostly of the same site, whom `person` has not rung just now."""
        if site is None:
            same = self.rng.random() < 0.8
            site = person.site if same else self.rng.choice(SITES)
        for _ in range(_TRIES):
            other = self.rng.choice(self._here[site.name])
            if (
                other is not person
                and self.is_free(other.user_id, at)
                and self.meet(person.user_id, other.user_id, at)
            ):
                return other
        return None

    def agent(self, site: Site, at: int) -> Person | None:
        """Someone free of the shift that is on duty at a site's service desks."""
        local = moment(at).astimezone(site.zone)
        shift = (local.hour - _FIRST_SHIFT) % 24 // _SHIFT_HOURS
        return self._free_of(self._shifts[site.name, shift], at)

    def assistant(self, site: Site, at: int) -> Person | None:
        return self._free_of(
            [
                person
                for person in self._here[site.name]
                if person.user_id in self.company.assistants
            ],
            at,
        )

    def heavy(self, site: Site, at: int) -> Person | None:
        return self._free_of([person for person in self._here[site.name] if person.heavy], at)

    def lobby(self, site: Site, at: int) -> Person | None:
        phones = [person for person in self._here[site.name] if person.role == "common_area"]
        return self._free_of(phones, at)

    def _free_of(self, people: list[Person] | tuple[Person, ...], at: int) -> Person | None:
        free = [person for person in people if self.is_free(person.user_id, at)]
        return self.rng.choice(free) if free else None

    # Outside lines

    def line_of_kind(self, site: Site, kind: str, at: int) -> Line | None:
        """A free outside line of a call type, frequent ones more often."""
        lines = self.company.world.kind(site, kind)
        for _ in range(_TRIES):
            spread = self.rng.random() < 0.7
            line = self.rng.choice(lines) if spread else often_first(self.rng, lines)
            if self.is_free(-line.phone_id, at):
                return line
        return None

    def line_for(self, person: Person, at: int) -> Line | None:
        """A free outside line that the person would ring: mostly a well-known one."""
        known = (
            self.company.world.dear[person.site.name]
            if person.heavy and self.rng.random() < 0.6
            else person.contacts
        )
        if known and self.rng.random() < 0.75:
            for _ in range(3):
                line = often_first(self.rng, known)
                if self.is_free(-line.phone_id, at):
                    return line
        return self.line_of_kind(person.site, _KINDS[person.department.name].draw(self.rng), at)

    # What is taken

    def is_free(self, party: int, at: int) -> bool:
        """Whether a user (its id) or an outside line (its phone id, negative) can talk."""
        return self._busy.get(party, 0) <= at

    def occupy_user(self, user_id: int, until: int) -> None:
        self._busy[user_id] = max(until, self._busy.get(user_id, 0))

    def occupy_line(self, line: Line, until: int) -> None:
        """Keeps a line apart from other calls for some time after `until` too."""
        self._busy[-line.phone_id] = max(until + APART, self._busy.get(-line.phone_id, 0))

    def meet(self, caller: int, target: int, at: int) -> bool:
        """Notes that one party rings another; False if it did so just before."""
        pair = caller, target
        if self._met.get(pair, 0) + APART > at:
            return False
        self._met[pair] = at
        return True

    # Times

    def key(self, at: int) -> Key:
        """An identity for a session that begins now; the second of an instant gets sequence 2."""
        at = tick(at)
        seq = self._seq[at] = self._seq.get(at, 0) + 1
        return at, seq

    def answered(self, at: int, ring: int, talk: int) -> Timing:
        """A session that is answered after `ring` and lasts `talk` (hundredths of a second)."""
        key, invite = self._begin(at)
        response = self._noisy(invite + 10 * ring)
        return Timing(key, invite, response, self._noisy(response + 10 * talk), talk)

    def refused(self, at: int, ring: int, *, closes: bool) -> Timing:
        """A session that ends unanswered after `ring` (hundredths of a second).

        `closes`: whether the database is told its end.
        """
        key, invite = self._begin(at)
        response = self._noisy(invite + 10 * ring)
        return Timing(key, invite, response, response if closes else None, 0)

    def _begin(self, at: int) -> tuple[Key, int]:
        key = self.key(at)
        return key, tick(key[0] + _OFFSETS[int(self.rng.random() * len(_OFFSETS))])

    def _noisy(self, at: int) -> int:
        noise = _NOISE[at % 10]
        return at + noise[int(self.rng.random() * len(noise))]

    def seconds(self, median: float, spread: float, longest: float = 7200) -> int:
        """A lognormal duration in hundredths of a second."""
        drawn = median * self.rng.lognormvariate(0, spread)
        return max(50, int(100 * min(drawn, longest)))

    def ring(self) -> int:
        """How long it rings before someone answers, in hundredths of a second."""
        return self.seconds(7, 0.5, 40)

    def guid(self) -> str:
        """A unique identifier, as SQL Server shows it."""
        digits = f"{self.rng.getrandbits(128):032X}"
        return "-".join(
            (digits[:8], digits[8:12], "4" + digits[13:16], "A" + digits[17:20], digits[20:])
        )

    def maybe_guid(self) -> str | None:
        """Single sessions carry a correlation id only sometimes."""
        return self.guid() if self.rng.random() < 0.5 else None

    def fits(self, last_start: int) -> bool:
        """Whether a session may still begin then: none begins close to the next midnight."""
        return last_start < self.end - 15 * SECOND


_KINDS = {department.name: Deck(department.calls.items()) for department in DEPARTMENTS}
