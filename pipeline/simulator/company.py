"""Aurora Instruments: its people, numbers, service desks and the outside world that it phones with.

Everything follows from a seed and a reference day, around which staff come, go and move.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from pipeline.simulator.lines import Exchange, Line
from pipeline.simulator.people import BY_NAME, Account, Person
from pipeline.simulator.sites import DOMAIN, SITES, Site
from pipeline.simulator.staff import Staffing
from pipeline.simulator.world import World, make_world

FIRST_SERVICE = 2_001
FIRST_PARTNER = 3_001
ANONYMOUS_USER = 3_999
PARTNERS = (
    "elena.gallo@borealis.example",
    "hans.keller@borealis.example",
    "sophie.martin@optique.example",
    "david.green@optique.example",
    "mei.tanaka@kitsune.example",
    "rafael.souza@lumen.example",
)
PRIVATE_NUMBERS = tuple(f"71{number:02};phone-context=enterprise" for number in range(1, 41))
UNREACHABLE = tuple(f"+9900{number}" for number in range(12345, 12365))


@dataclass(frozen=True, slots=True)
class Partner:
    """Someone of another company who calls over federation."""

    user_id: int
    address: str


@dataclass(frozen=True, slots=True, eq=False)
class Services:
    """What answers for a site besides its people."""

    servicedesk: Account
    orders: Account
    attendant: Account
    voicemail: Account
    probe: Account
    """Test account of the synthetic transactions; no part of the directory."""


@dataclass(frozen=True, slots=True, eq=False)
class Company:
    """The cast of the simulation; compared by identity."""

    seed: int
    reference: date
    people: tuple[Person, ...]
    services: dict[str, Services]
    """By name of the site."""
    assistants: dict[int, Person]
    """User id of an assistant → for whom they phone."""
    partners: tuple[Partner, ...]
    world: World
    private: tuple[Line, ...]
    unreachable: tuple[Line, ...]
    emergency: dict[str, tuple[Line, ...]]
    """By name of the site."""
    anonymous: Line
    """The word that stands for a withheld number."""
    lines: tuple[Line, ...]
    """Every number there is."""

    def accounts(self) -> tuple[Account, ...]:
        """People, groups and machines that stand in the directory."""
        machines = [
            account
            for services in self.services.values()
            for account in (
                services.servicedesk,
                services.orders,
                services.attendant,
                services.voicemail,
            )
        ]
        return (*self.people, *machines)


def make_company(seed: int = 1, reference: date = date(2026, 6, 30)) -> Company:
    """The company of a seed; staff changes fall into the 90 days before `reference`."""
    rng = Random(f"company/{seed}")
    exchange = Exchange()
    services = {
        site.name: _services(site, FIRST_SERVICE + 10 * number, exchange)
        for number, site in enumerate(SITES)
    }
    private = tuple(map(exchange.line, PRIVATE_NUMBERS))
    unreachable = tuple(map(exchange.line, UNREACHABLE))
    emergency = {site.name: tuple(map(exchange.line, site.emergency)) for site in SITES}
    anonymous = exchange.line("anonymous")
    world = make_world(rng, exchange)
    staffing = Staffing(rng, exchange, world, reference)
    people = tuple(staffing.hire())
    return Company(
        seed=seed,
        reference=reference,
        people=people,
        services=services,
        assistants=staffing.assistants(people),
        partners=tuple(
            Partner(FIRST_PARTNER + number, address) for number, address in enumerate(PARTNERS)
        ),
        world=world,
        private=private,
        unreachable=unreachable,
        emergency=emergency,
        anonymous=anonymous,
        lines=exchange.lines(),
    )


def _services(site: Site, first_id: int, exchange: Exchange) -> Services:
    def account(offset: int, local: str, name: str, department: str, role: str) -> Account:
        return Account(
            user_id=first_id + offset,
            address=f"{local}.{site.slug}@{DOMAIN}",
            name=f"{name} {site.name}",
            site=site,
            department=BY_NAME[department],
            role=role,
            line=exchange.line(f"{site.block}00{offset:02}"),
        )

    return Services(
        servicedesk=account(1, "servicedesk", "Service Desk", "IT", "response_group"),
        orders=account(2, "orders", "Orders", "Customer Care", "response_group"),
        attendant=account(3, "conference", "Conferencing Attendant", "IT", "attendant"),
        voicemail=account(4, "voicemail", "Voicemail", "IT", "voicemail"),
        probe=account(5, "healthcheck", "Health Check", "IT", "person"),
    )
