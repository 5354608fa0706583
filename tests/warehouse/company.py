"""Calls made by chance, of people whose address says their department and site."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from warehouse.dimensions import Dimensions
from warehouse.scope import Scope

FIRST = datetime(2024, 9, 20)
DAYS = 35
OUTCOMES = ["answered"] * 8 + ["no_answer", "busy", "cancelled", "rejected", "failed"]
ANSWERED_BY = ["person"] * 6 + ["voicemail", "attendant", "response_group", "conference"]
DIRECTIONS = ["outbound"] * 4 + ["inbound"] * 4 + ["internal", "transit"]
ZONES = {"Site 0": 2, "Site 1": -4, "Site 2": 1}
"""Hours ahead of UTC."""
KINDS = {"Site 0": "person", "Site 1": "common_area", "Site 2": "person"}
DESTINATIONS = [("United Kingdom", "international"), ("Milan", "national"), ("Mobile", "mobile")]
NEW_FROM = FIRST + timedelta(days=20)
"""From here on, mobile calls have another destination."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Person:
    department: str | None
    site: str | None
    number: int

    @property
    def facts(self) -> Row:
        if self.department is None:
            return dict.fromkeys(
                ("charged_user", "person", "kind", "department", "cost_centre", "site")
            )
        user = f"{self.department}/{self.site}/{self.number}@aurora.example"
        return {
            "charged_user": user.replace(" ", ""),
            # One in a department is in no directory.
            "person": None if self.number == 1 else f"{self.department}, {self.site}",
            "kind": None if self.number == 1 else KINDS.get(self.site or "", "person"),
            "department": self.department,
            "cost_centre": f"Centre {self.department}",
            "site": self.site,
        }

    def within(self, scope: Scope) -> bool:
        return bool(self.department) and (
            scope.everything
            or self.department in scope.departments
            or self.site in scope.sites
            or self.facts["charged_user"] in scope.users
        )


PEOPLE = [
    *(
        Person(f"Department {d}", f"Site {s}", n)
        for d in range(3)
        for s in range(3)
        for n in (0, 1)
    ),
    Person(None, None, 0),
]


def legs(make: Any, seed: int, calls: int = 250) -> list[tuple[Person, Row]]:
    """Legs with their owners; every fifth call has several, of several people."""
    chance = random.Random(seed)
    made = []
    for call in range(calls):
        at = FIRST + timedelta(
            days=chance.randrange(DAYS), seconds=min(86399, int(chance.gauss(12, 5) % 24 * 3600))
        )
        size = chance.choice([1, 1, 1, 1, 1, 1, 1, 2, 3])
        for leg in range(size):
            owner = chance.choice(PEOPLE)
            facts = _facts(chance, owner)
            if facts["destination"] == "Mobile" and at >= NEW_FROM:
                facts["destination"] = "Iceland"
            key = f"{seed}-{call}"
            made.append(
                (
                    owner,
                    localised(
                        make(
                            f"{key}-{leg}" if leg else key,
                            str(at + timedelta(seconds=20 * leg)),
                            call_id=key,
                            **facts,
                        )
                    ),
                )
            )
    return made


def localised(row: Row) -> Row:
    local = row["started_at"] + timedelta(hours=ZONES.get(row["site"], 0))
    return row | {"day": local.date(), "hour": local.hour, "started_local": local}


def _facts(chance: random.Random, owner: Person) -> Row:
    direction = chance.choice(DIRECTIONS)
    outcome = chance.choice(OUTCOMES)
    talk = None
    if outcome == "answered":
        talk = chance.choice([0, 5, 30, 59.5, 600, 4000, 40_000])
    outside, inside = _outside(chance), f"+39069999{chance.randrange(1000, 1010)}"
    numbers = {
        "outbound": (inside, outside),
        "inbound": (outside if chance.random() < 0.9 else None, inside),
        "internal": (inside, f"+39069999{chance.randrange(1000, 1010)}"),
        "transit": (outside, _outside(chance)),
    }[direction]
    goes_out = direction in ("outbound", "transit")
    destination, call_type = chance.choice(DESTINATIONS) if goes_out else (None, None)
    priced = goes_out and talk is not None
    unrated = priced and chance.random() < 0.15
    cost = None if unrated else Decimal(chance.randrange(1, 10**6)) / 1000 if priced else Decimal(0)
    status = chance.choice(["no_prefix", "no_tariff"]) if unrated else "rated"
    gateways = [None, "gw-1", "gw-2", "gw-3"]
    return owner.facts | {
        "talk": talk,
        "direction": direction,
        "outcome": outcome,
        "answered_by": chance.choice(ANSWERED_BY) if talk is not None else None,
        "ring_s": Decimal(chance.choice([0, 3, 20, 20.5, 45])),
        "from_number": numbers[0],
        "to_number": numbers[1],
        "dialled": numbers[1],
        "from_user": None if direction == "inbound" else owner.facts["charged_user"],
        "to_user": chance.choice(["desk@aurora.example", "orders@aurora.example"])
        if direction == "inbound"
        else None,
        "gateway_out": chance.choice(gateways) if goes_out else None,
        "gateway_in": chance.choice(gateways) if direction in ("inbound", "transit") else None,
        "destination": destination if status == "rated" else None,
        "call_type": call_type,
        "tariff": chance.choice(["aurelia", "borealis"]) if goes_out else None,
        "tariff_version": "v1" if goes_out else None,
        "currency": chance.choice(["EUR", "USD"]) if goes_out else None,
        "cost": cost,
        "charge": cost,
        "tax": None if cost is None else cost / 5,
        "status": status if priced else "not_charged",
        "emergency": chance.random() < 0.03,
        "account_code": chance.choice([None, None, "4711", "0815"]),
        "purpose": chance.choice([None, "business", "business", "private"]),
        "extra": f'{{"original": "{outside}"}}',
    }


def _outside(chance: random.Random) -> str:
    start = chance.choice(["+44207946", "+1212555", "+3902555", "+7727222"])
    return f"{start}{chance.randrange(50):02}{chance.randrange(7, 9)}641"


def directory_of(people: Sequence[Person]) -> Dimensions:
    """Those people who are somebody, what each costs a month, their sites, a trunk at each."""
    known = [person for person in people if person.department]
    places = sorted({str(person.site) for person in known})
    rows = [
        {
            "user": person.facts["charged_user"],
            "kind": KINDS.get(person.site or "", "person"),
            "name": f"{person.department}, {person.site}, {person.number}",
            "aliases": [f"other-{person.facts['charged_user']}"],
            "numbers": [f"{person.number}"],
            **{name: person.facts[name] for name in ("department", "cost_centre", "site")},
        }
        for person in known
    ]
    return Dimensions(
        people=pl.DataFrame(rows),
        sites=pl.DataFrame(
            [{"site": place, "country": "IT", "time_zone": "Europe/Rome"} for place in places]
        ),
        gateways=pl.DataFrame(
            [{"gateway": f"gw-{place}", "site": place, "channels": 2} for place in places]
        ),
        fixed_charges=pl.DataFrame(
            [
                {
                    "what": "user",
                    "id": person.facts["charged_user"],
                    "name": "Phone",
                    "amount": Decimal(10),
                    "units": 10**7,
                    "currency": "EUR",
                    "proration": "days",
                    "user": person.facts["charged_user"],
                    **{
                        name: person.facts[name]
                        for name in ("person", "department", "cost_centre", "site")
                    },
                }
                for person in known
            ]
        ),
    )
