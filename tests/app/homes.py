"""Homes with published calls, made through the warehouse's own front door."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from warehouse.dimensions import Dimensions, note_dimensions
from warehouse.home import Home
from warehouse.legs import LEG_SCHEMA
from warehouse.load import load
from warehouse.master import Master
from warehouse.publish import publish

Row = dict[str, Any]

PEOPLE = (
    ("anna@aurora.example", "Anna Bianchi", "Sales", "Rome"),
    ("bruno@aurora.example", "Bruno Conti", "Service", "Rome"),
    ("carol@aurora.example", "Carol O'Neill", "Sales", "New York"),
    ("dev@aurora.example", "Dev_Ops *Night* Desk of the Far East", "Engineering", "Singapore"),
    ("nobody@aurora.example", None, None, "Rome"),
)
PLACES = (
    ("+442079460000", "United Kingdom", "international", "0.0231"),
    ("+390655501234", "Italy Rome", "local", "0.0080"),
    ("+393335550199", "Italy mobile", "mobile", "0.0750"),
    ("+12125550142", "United States", "national", "0.0110"),
    ("+390289995555", "Italy premium", "premium", "0.9000"),
)


def leg(leg_id: str, started: datetime, **facts: Any) -> Row:
    """An answered outbound leg of Anna's, one minute to London, unless the facts say otherwise."""
    user, person, department, site = PEOPLE[0]
    answered = started + timedelta(seconds=5)
    row: Row = dict.fromkeys(LEG_SCHEMA) | {
        "source": "rome",
        "leg_id": leg_id,
        "call_id": leg_id,
        "revision": 0,
        "started_at": started,
        "answered_at": answered,
        "ended_at": answered + timedelta(seconds=60),
        "day": started.date(),
        "hour": started.hour,
        "started_local": started,
        "time_zone": "Europe/Rome",
        "talk_s": Decimal(60),
        "ring_s": Decimal(5),
        "direction": "outbound",
        "outcome": "answered",
        "answered_by": "person",
        "from_number": "+390699990001",
        "from_user": user,
        "to_number": PLACES[0][0],
        "charged_user": user,
        "charge_reason": "caller",
        "person": person,
        "department": department,
        "site": site,
        "gateway_out": "gw-rome-1.aurora.example",
        "emergency": False,
        "tariff": "aurelia",
        "prefix": "44",
        "destination": PLACES[0][1],
        "call_type": PLACES[0][2],
        "billed_seconds": 60,
        "connect_fee": Decimal("0.05"),
        "cost": Decimal("0.0731"),
        "charge": Decimal("0.0731"),
        "tax": Decimal(0),
        "currency": "EUR",
        "status": "rated",
        "explanation": '{"segments":[{"from":0,"seconds":60,"price":"0.0231","first":1,"next":1,'
        '"amount":"0.023100"}],"fee":"0.0500","rounding":"half_up/4"}',
    }
    return row | facts


def unpriced(status: str, **facts: Any) -> Row:
    """The facts of a leg without money."""
    money = dict.fromkeys(("tariff", "cost", "charge", "tax", "currency", "explanation"))
    return money | {"status": status, "connect_fee": None, "billed_seconds": None} | facts


def plausible_legs(today: date, days: int, per_day: int, seed: int = 7) -> list[Row]:
    """Calls of a working company: quiet weekends, all directions and outcomes."""
    dice = random.Random(seed)
    rows = []
    for back in range(days):
        day = today - timedelta(days=back)
        busy = per_day // (8 if day.weekday() > 4 else 1)
        for number in range(busy):
            at = datetime(day.year, day.month, day.day, 7) + timedelta(
                seconds=dice.randrange(12 * 3600)
            )
            rows.append(_plausible_leg(f"S{day:%Y%m%d}-{number}", at, dice))
    return rows


def _plausible_leg(leg_id: str, at: datetime, dice: random.Random) -> Row:
    user, person, department, site = dice.choices(PEOPLE, weights=(5, 4, 3, 2, 1))[0]
    number, destination, kind, price = dice.choices(PLACES, weights=(3, 8, 4, 5, 0.3))[0]
    talk = Decimal(max(3, int(dice.lognormvariate(4.5, 1))))
    cost = (Decimal(price) * talk / 60 + Decimal("0.05")).quantize(Decimal("0.0001"))
    owner = {
        "charged_user": user,
        "from_user": user,
        "person": person,
        "department": department,
        "site": site,
    }
    row = leg(
        leg_id,
        at,
        **owner,
        to_number=number,
        destination=destination,
        call_type=kind,
        talk_s=talk,
        cost=cost,
        charge=cost,
    )
    fate = dice.random()
    if fate < 0.12:
        row |= {"outcome": dice.choice(["no_answer", "busy", "cancelled"]), "talk_s": None}
        row |= {"answered_at": None, "answered_by": None, "cost": Decimal(0)}
        row |= {"charge": Decimal(0), "status": "not_answered", "explanation": None}
    elif fate < 0.4:
        row |= unpriced(
            "not_charged",
            direction="inbound",
            from_number=number,
            from_user=None,
            to_number="+390699990001",
            to_user=user,
            charge_reason=None,
            call_type=None,
            destination=None,
        )
    elif fate < 0.405:
        row |= unpriced("no_prefix")
    return row


def make_home(path: Path, rows: Sequence[Row], *, serial: int = 0) -> Home:
    """A home in which `rows` are published, beside those that were there."""
    home = Home(path)
    frame = pl.DataFrame([{name: row[name] for name in LEG_SCHEMA} for row in rows], LEG_SCHEMA)
    newest = max(row["started_at"] for row in rows).replace(tzinfo=UTC)
    with Master.open(home.warehouse) as master:
        load(master, frame, file=f"rome_{serial}.v1.csv", sha256=str(serial), loaded_at=newest)
        publish(master, newest)
    return home


def note_people(home: Home, rows: Sequence[Row], at: datetime) -> None:
    """Publishes a directory of these people; what a row does not say is empty."""
    empty: Row = {
        **dict.fromkeys(("user", "name", "department", "email", "cost_centre", "site")),
        **dict.fromkeys(("manager", "role", "valid_from", "valid_to")),
        "kind": "person",
        "aliases": [],
        "numbers": [],
    }
    lists, dates = ("aliases", "numbers"), ("valid_from", "valid_to")
    kinds = {
        name: pl.List(pl.String) if name in lists else pl.Date if name in dates else pl.String
        for name in empty
    }
    people = pl.DataFrame([empty | row for row in rows], schema=kinds)
    with Master.open(home.warehouse) as master:
        note_dimensions(master, Dimensions(people, pl.DataFrame(), pl.DataFrame()), at)
        publish(master, at)
