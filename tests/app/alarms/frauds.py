"""Twenty ways in which strangers telephone at somebody's expense, laid into real traffic."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from tests.app.homes import Row
from warehouse.legs import LEG_SCHEMA

REVENUE_SHARES = (
    ("+2525", "Somalia", "international", "0.95"),
    ("+5359", "Cuba mobile", "international", "0.88"),
    ("+9609", "Maldives mobile", "international", "1.05"),
    ("+3712", "Latvia special", "international", "0.55"),
    ("+2326", "Sierra Leone", "international", "0.70"),
    ("+39899", "Italy premium", "premium", "1.80"),
    ("+1900", "USA premium", "premium", "2.50"),
)
KINDS = ("burst at night", "weekend", "lunch", "slow", "forwarded")
"""Short calls in numbers; long ones on a Sunday; a desk left alone; one line held; forwarding."""


@dataclass(frozen=True)
class Fraud:
    """Whose telephone, and its calls from the first on."""

    kind: str
    user: str
    legs: tuple[Row, ...]

    @property
    def first_ended_at(self) -> datetime:
        """When the first of its calls is known."""
        return min(leg["ended_at"] for leg in self.legs)


def frauds(owners: pl.DataFrame, days: list[date], many: int, seed: int) -> list[Fraud]:
    """So many, of all kinds, each on a day and somebody else of `owners`."""
    dice = random.Random(seed)
    chosen = dice.sample(owners.rows(named=True), many)
    return [
        _fraud(KINDS[place % len(KINDS)], owner, days, place, dice)
        for place, owner in enumerate(chosen)
    ]


def _fraud(kind: str, owner: Row, days: list[date], place: int, dice: random.Random) -> Fraud:
    weekend = [day for day in days if day.weekday() > 4]
    at_work = [day for day in days if day.weekday() < 5]
    day = dice.choice(weekend if kind == "weekend" else at_work)
    hours = {
        "burst at night": (1, 4),
        "weekend": (10, 20),
        "lunch": (12, 13),
        "slow": (21, 22),
        "forwarded": (2, 3),
    }
    counts = {"burst at night": 14, "weekend": 8, "lunch": 10, "slow": 1, "forwarded": 6}
    minutes = {"burst at night": 2, "weekend": 9, "lunch": 4, "slow": 50, "forwarded": 12}
    at = datetime.combine(day, time(dice.randint(*hours[kind]), dice.randrange(5)))
    start, destination, call_type, price = dice.choice(REVENUE_SHARES)
    legs = []
    for number in range(counts[kind]):
        talk = max(20, int(minutes[kind] * 60 * dice.uniform(0.5, 1.5)))
        legs.append(
            _leg(
                owner,
                f"F{place}-{number}",
                at,
                talk,
                to_number=f"{start}{dice.randrange(10**6):06}",
                destination=destination,
                call_type=call_type,
                cost=(Decimal(price) * talk / 60).quantize(Decimal("0.0001")),
                direction="transit" if kind == "forwarded" else "outbound",
            )
        )
        # Several at once: strangers do not wait for the end of a call.
        at += timedelta(seconds=dice.randrange(20, 180))
    return Fraud(kind, owner["user"], tuple(legs))


def _leg(owner: Row, leg_id: str, at: datetime, talk: int, **facts: Any) -> Row:
    zone = ZoneInfo(owner["time_zone"])
    started = at.replace(tzinfo=zone).astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
    answered = started + timedelta(seconds=4)
    return dict.fromkeys(LEG_SCHEMA) | {
        "source": "aurora",
        "leg_id": leg_id,
        "call_id": leg_id,
        "revision": 0,
        "started_at": started,
        "answered_at": answered,
        "ended_at": answered + timedelta(seconds=talk),
        "day": at.date(),
        "hour": at.hour,
        "started_local": at,
        "time_zone": owner["time_zone"],
        "talk_s": Decimal(talk),
        "ring_s": Decimal(4),
        "outcome": "answered",
        "answered_by": "person",
        "from_user": owner["user"],
        "charged_user": owner["user"],
        "charge_reason": "caller",
        "person": owner["person"],
        "department": owner["department"],
        "site": owner["site"],
        "gateway_out": owner["gateway"],
        "emergency": False,
        "charge": facts["cost"],
        "tax": Decimal(0),
        "currency": "EUR",
        "status": "rated",
        "billed_seconds": talk,
        **facts,
    }
