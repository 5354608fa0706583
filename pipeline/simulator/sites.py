"""The offices of Aurora Instruments and their telephony equipment."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

DOMAIN = "aurora.example"


@dataclass(frozen=True, slots=True)
class Server:
    """A row of one of the tables of names: gateway, mediation server, front end, pool."""

    server_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Trunk:
    """A gateway together with the mediation server in front of it."""

    gateway: Server
    mediation: Server
    channels: int
    tariff: str


@dataclass(frozen=True, slots=True)
class Site:
    name: str
    slug: str
    country: str
    area_code: str
    zone: ZoneInfo
    currency: str
    language: str
    staff: int
    block: str
    """Beginning of every direct number of the site; four digits follow."""
    daily_calls: int
    """Office calls of an average working day."""
    main: Trunk
    overflow: Trunk | None
    """Takes most calls abroad, and those that the main trunk refuses."""
    tie: Trunk | None
    emergency: tuple[str, ...]
    pool: Server
    front_ends: tuple[Server, Server]

    @property
    def trunks(self) -> tuple[Trunk, ...]:
        return tuple(trunk for trunk in (self.main, self.overflow, self.tie) if trunk is not None)


def _server(number: int, host: str) -> Server:
    return Server(number, f"{host}.{DOMAIN}")


_MED_ROME = _server(1, "med-rome")
_MED_NEW_YORK = _server(2, "med-newyork")
_MED_SINGAPORE = _server(3, "med-singapore")

ROME = Site(
    name="Rome",
    slug="rome",
    country="IT",
    area_code="06",
    zone=ZoneInfo("Europe/Rome"),
    currency="EUR",
    language="it",
    staff=182,
    block="+39069999",
    daily_calls=970,
    main=Trunk(_server(1, "gw-rome-1"), _MED_ROME, 60, "aurelia"),
    overflow=Trunk(_server(2, "gw-rome-2"), _MED_ROME, 30, "tiber"),
    tie=Trunk(_server(5, "pbx-rome"), _MED_ROME, 15, "private"),
    emergency=("112", "113", "115", "118"),
    pool=_server(1, "pool-rome"),
    front_ends=(_server(1, "fe-rome-1"), _server(2, "fe-rome-2")),
)
NEW_YORK = Site(
    name="New York",
    slug="newyork",
    country="US",
    area_code="212",
    zone=ZoneInfo("America/New_York"),
    currency="EUR",
    language="en",
    staff=128,
    block="+1212555",
    daily_calls=680,
    main=Trunk(_server(3, "gw-newyork-1"), _MED_NEW_YORK, 46, "hudson"),
    overflow=None,
    tie=None,
    emergency=("911",),
    pool=_server(2, "pool-newyork"),
    front_ends=(_server(3, "fe-newyork-1"), _server(4, "fe-newyork-2")),
)
SINGAPORE = Site(
    name="Singapore",
    slug="singapore",
    country="SG",
    area_code="",
    zone=ZoneInfo("Asia/Singapore"),
    currency="EUR",
    language="en",
    staff=90,
    block="+653158",
    daily_calls=460,
    main=Trunk(_server(4, "gw-singapore-1"), _MED_SINGAPORE, 30, "merlion"),
    overflow=None,
    tie=None,
    emergency=("995", "999"),
    pool=_server(3, "pool-singapore"),
    front_ends=(_server(5, "fe-singapore-1"), _server(6, "fe-singapore-2")),
)
SITES = (ROME, NEW_YORK, SINGAPORE)
EDGE = _server(1, "edge")
