"""Hiring: departments filled with people, and the changes of the last quarter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from pipeline.simulator.deck import Deck, often_first
from pipeline.simulator.lines import Exchange, Line
from pipeline.simulator.names import NameGiver
from pipeline.simulator.people import BY_NAME, DEPARTMENTS, Department, Person
from pipeline.simulator.sites import DOMAIN, SITES, Site
from pipeline.simulator.world import World

LEAVERS = 6
MOVERS = 6
_HEAVY_SPENDERS = 2
"""Per site."""
_LOBBY_PHONES = 2
_ASSISTED = 3
"""Heads per site whose assistant phones for them."""
_CONTACTS = (12, 45)
_WITHOUT_NUMBER = 0.04
_FIRST_EXTENSION = 1000
_SHARED_NUMBER = "0000"


class Staffing:
    """Fills the sites with people; ids count up in the order of hiring."""

    def __init__(self, rng: Random, exchange: Exchange, world: World, reference: date) -> None:
        self._rng = rng
        self._exchange = exchange
        self._world = world
        self._reference = reference
        self._names = NameGiver(rng, DOMAIN)
        self._last_id = 0

    def hire(self) -> list[Person]:
        """Everybody, those who left and came included."""
        people = [person for site in SITES for person in self._site(site)]
        ordinary = [person for person in people if person.role == "person" and not person.heavy]
        chosen = self._rng.sample(ordinary, LEAVERS + MOVERS)
        changed: dict[int, Person] = {}
        successors = []
        for number, person in enumerate(chosen):
            on = self._reference - timedelta(days=10 + 6 * number)
            if number < LEAVERS:
                changed[person.user_id] = replace(person, valid_to=on)
                successors.append(self._successor(person, on))
            else:
                before = self._rng.choice(
                    [each for each in DEPARTMENTS if each is not person.department]
                )
                former = next(
                    each.address
                    for each in people
                    if each.role == "head"
                    and each.site is person.site
                    and each.department is before
                )
                changed[person.user_id] = replace(
                    person, moved_on=on, moved_from=before, former_manager=former
                )
        return [*(changed.get(person.user_id, person) for person in people), *successors]

    def assistants(self, people: Sequence[Person]) -> dict[int, Person]:
        """User id of an assistant → the head for whom they phone."""
        pairs = {}
        for site in SITES:
            here = [person for person in people if person.site is site]
            heads = [person for person in here if person.role == "head"][:_ASSISTED]
            helpers = [
                person
                for person in here
                if person.role == "person" and person.valid_to is None and not person.heavy
            ]
            pairs.update(
                {
                    helper.user_id: head
                    for helper, head in zip(helpers[:_ASSISTED], heads, strict=True)
                }
            )
        return pairs

    def _site(self, site: Site) -> Iterator[Person]:
        director = ""
        extension = _FIRST_EXTENSION
        heavy = set(self._rng.sample(range(site.staff // 3, site.staff), _HEAVY_SPENDERS))
        seats = [
            department
            for department in DEPARTMENTS
            for _ in range(max(2, round(site.staff * department.share)))
        ]
        shared = {
            department.name: self._contacts(site, department, 40) for department in DEPARTMENTS
        }
        head = ""
        for seat, department in enumerate(seats):
            leads = seat == 0 or seats[seat - 1] is not department
            extension += self._rng.randint(1, 4)
            person = self._person(site, department, extension, shared[department.name])
            person = replace(
                person,
                role="head" if leads else "person",
                manager=director if leads else head,
                heavy=seat in heavy and not leads,
                activity=person.activity * (2.5 if seat in heavy else 1),
                shift=seat % 3,
            )
            if leads:
                head = person.address
            director = director or person.address
            yield person
        yield from self._lobby(site, director)

    def _person(
        self, site: Site, department: Department, extension: int, shared: Sequence[Line]
    ) -> Person:
        rng = self._rng
        name, address = self._names.next(site.name)
        if rng.random() < _WITHOUT_NUMBER:
            number = f"{site.block}{_SHARED_NUMBER};ext={extension % 1000:03}"
        else:
            number = f"{site.block}{extension}"
        mobiles = self._world.kind(site, "mobile")
        own = self._contacts(site, department, rng.randint(*_CONTACTS))
        return Person(
            user_id=self._next_id(),
            address=address,
            name=name,
            site=site,
            department=department,
            role="person",
            line=self._exchange.line(number),
            desk_phone=rng.random() < 0.35,
            mobile=rng.choice(mobiles) if rng.random() < 0.5 else None,
            activity=department.activity * rng.lognormvariate(0, 0.5),
            contacts=tuple(
                dict.fromkeys(
                    often_first(rng, shared) if rng.random() < 0.3 else line for line in own
                )
            ),
        )

    def _contacts(self, site: Site, department: Department, count: int) -> list[Line]:
        kinds = Deck(department.calls.items())
        return [
            self._rng.choice(self._world.kind(site, kinds.draw(self._rng))) for _ in range(count)
        ]

    def _lobby(self, site: Site, director: str) -> Iterator[Person]:
        places = ("Lobby", "Warehouse")
        for number, place in enumerate(places[:_LOBBY_PHONES]):
            yield Person(
                user_id=self._next_id(),
                address=f"{place.lower()}.{site.slug}@{DOMAIN}",
                name=f"{place} phone {site.name}",
                site=site,
                department=BY_NAME["Logistics"],
                role="common_area",
                line=self._exchange.line(f"{site.block}009{number}"),
                manager=director,
                desk_phone=True,
                activity=0.4,
                contacts=tuple(self._contacts(site, BY_NAME["Logistics"], 12)),
            )

    def _successor(self, leaver: Person, on: date) -> Person:
        """Takes over desk, number and contacts a week after someone left."""
        name, address = self._names.next(leaver.site.name)
        return replace(
            leaver,
            user_id=self._next_id(),
            address=address,
            name=name,
            valid_from=on + timedelta(days=7),
            valid_to=None,
        )

    def _next_id(self) -> int:
        self._last_id += 1
        return self._last_id
