"""Random price lists with every feature, and calls that meet their edges.

A profile says which features a price list may have, so that a disagreement names its feature.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

ZONES = ("Europe/Rome", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")
CLOCK_CHANGES = (
    datetime(2026, 3, 29, 1),
    datetime(2026, 10, 25, 1),
    datetime(2026, 3, 8, 7),
    datetime(2026, 11, 1, 6),
    datetime(2026, 4, 4, 15),
    datetime(2026, 10, 3, 15, 30),
)
"""When the clocks of Rome, New York and Lord Howe change in 2026, UTC."""
COUNTRIES = ("IT", "US/NY", "IN", "AU/NSW", "ES/CT")
HOLIDAYS = ("2026-01-01", "2026-03-29", "2026-04-06", "2026-06-02", "2026-10-25", "2026-12-25")
CHANGES_OF_PRICE = ("2026-03-01", "2026-03-29", "2026-06-02", "2026-10-25", "2026-11-01")
FALLBACKS = {"a": "b", "b": "c", "c": None, "d": "c"}
DAYS = ("*", "mon-fri", "sat,sun", "mon", "tue-thu", "mon,wed,fri", "fri-sat", "sun")
CLOCK = ("00:00", "01:30", "02:00", "02:15", "02:30", "03:00", "06:00", "08:00", "18:00", "22:30")
WEEKS: tuple[tuple[str, ...], ...] = (
    ("*",),
    ("*",),
    ("mon-fri", "sat,sun"),
    ("mon-thu", "fri", "sat-sun"),
    ("mon,wed,fri", "tue,thu", "sat", "sun"),
)
"""Ways to part the week."""

PROFILES: dict[str, frozenset[str]] = {
    "plain": frozenset(),
    "tiers": frozenset({"tiers"}),
    "bands": frozenset({"bands"}),
    "weights and holidays": frozenset({"bands", "overlays"}),
    "bands and tiers": frozenset({"bands", "overlays", "tiers"}),
    "the band of the start": frozenset({"bands", "overlays", "tiers", "start"}),
    "rounding by increment": frozenset({"bands", "tiers", "increment"}),
    "multiples": frozenset({"multiple"}),
    "multiples over bands and tiers": frozenset({"bands", "overlays", "tiers", "multiple"}),
    "everything": frozenset({"bands", "overlays", "tiers", "start", "increment", "multiple"}),
}
RULES = {
    "start": ("band_rule", "start"),
    "increment": ("rounding_unit", "increment"),
    "multiple": ("increment_rule", "multiple"),
}
"""The setting of a feature; each tariff has it or its contrary."""


@dataclass(frozen=True)
class RandomCase:
    """A price list, its settings as they are written, and calls."""

    rows: list[dict[str, str]]
    settings: dict[str, dict[str, Any]]
    legs: list[dict[str, Any]]


def random_case(random: Random, profile: str, calls: int, prefixes: int = 60) -> RandomCase:
    features = PROFILES[profile]
    settings = random_settings(random, features)
    rows = random_rows(random, features, prefixes)
    return RandomCase(rows, settings, random_legs(random, rows, settings, calls))


def random_settings(random: Random, features: frozenset[str]) -> dict[str, dict[str, Any]]:
    return {name: _own_settings(random, features, name) for name in FALLBACKS}


def _own_settings(random: Random, features: frozenset[str], name: str) -> dict[str, Any]:
    own: dict[str, Any] = {
        "time_zone": random.choice(ZONES),
        "rounding": random.choice(("half_up", "up", "down")),
        "decimals": random.randrange(7),
        "markup_percent": Decimal(random.choice(("0", "10", "12.5", "33.3333"))),
        "surcharge": Decimal(random.choice((0, 0, 50_000, 1))).scaleb(-6),
        "tax_percent": random.choice((0, 22, Decimal("8.875"))),
    }
    if FALLBACKS[name]:
        own["fallback"] = FALLBACKS[name]
    if "overlays" in features:
        some = [date.fromisoformat(day) for day in random.sample(HOLIDAYS, random.randrange(1, 6))]
        own["holidays"] = random.choice((random.choice(COUNTRIES), some))
    rules = [rule for feature, rule in RULES.items() if feature in features]
    return own | dict(rule for rule in rules if random.random() < 0.6)


def random_rows(random: Random, features: frozenset[str], prefixes: int) -> list[dict[str, str]]:
    """Rows that hold no two prices for one moment: bands of equal weight part the week."""
    tariffs = [*FALLBACKS, *random.choices("aaabbcd", k=prefixes)]
    keys = {(tariff, _random_prefix(random)) for tariff in tariffs}
    rows = []
    for tariff, prefix in sorted(keys):
        for valid_from, valid_to in _random_spans(random):
            name = {"tariff": tariff, "prefix": prefix}
            span = {"valid_from": valid_from, "valid_to": valid_to}
            for band in _random_bands(random, features):
                rows += [{**name, **span, **row} for row in _random_tiers(random, features, band)]
            if "overlays" in features:
                rows += [{**name, **row} for row in _random_overlays(random, features, span)]
    return random.sample(rows, len(rows))


def _random_prefix(random: Random) -> str:
    digits = _random_digits(random, 5)
    kind = random.random()
    return "*" if kind < 0.01 else f"={digits}" if kind < 0.15 else digits


def _random_digits(random: Random, longest: int) -> str:
    """Few different digits, so that prefixes nest and numbers meet them."""
    return random.choice("12") + "".join(random.choices("012", k=random.randrange(longest)))


def _random_spans(random: Random) -> Sequence[tuple[str, str]]:
    first, second = sorted(random.sample(CHANGES_OF_PRICE, 2))
    return random.choice(
        (
            (("", ""),),
            (("", ""),),
            (("", first), (first, "")),
            (("", first), (second, "")),
            ((first, second),),
            (("", first), (first, second), (second, "")),
        )
    )


def _random_bands(random: Random, features: frozenset[str]) -> list[dict[str, str]]:
    """Bands that part the week, sometimes with a gap."""
    if "bands" not in features or random.random() < 0.2:
        return [{}]
    bands = []
    for days in random.choice(WEEKS):
        edges = sorted(random.sample(CLOCK, random.randrange(4)))
        if not edges:
            bands.append({"days": days})
        elif days == "*" and len(edges) > 1 and random.random() < 0.7:
            around = zip(edges, [*edges[1:], edges[0]], strict=True)
            bands += [{"days": days, "from_time": a, "to_time": b} for a, b in around]
        else:
            inner = sorted({"00:00", *edges})
            along = zip(inner, [*inner[1:], "24:00"], strict=True)
            bands += [{"days": days, "from_time": a, "to_time": b} for a, b in along]
    if len(bands) > 1 and random.random() < 0.3:
        bands.remove(random.choice(bands))
    return bands


def _random_overlays(
    random: Random, features: frozenset[str], span: dict[str, str]
) -> list[dict[str, str]]:
    """Bands over the others, each with a weight of its own; some hold in a span of their own."""
    rows = []
    for weight in range(1, 1 + random.choice((0, 0, 1, 1, 2, 3))):
        days = random.choice(("holiday", "sat,sun,holiday", random.choice(DAYS)))
        band = {"days": days, "weight": str(weight * 5)}
        if random.random() < 0.7:
            band["from_time"], band["to_time"] = random.sample(CLOCK, 2)
        if not span["valid_from"] and random.random() < 0.2:
            until = span["valid_to"] or "2027-01-01"
            band |= {"valid_from": "2026-02-01", "valid_to": until}
        rows += [{**span, **row} for row in _random_tiers(random, features, band)]
    return rows


def _random_tiers(
    random: Random, features: frozenset[str], band: dict[str, str]
) -> list[dict[str, str]]:
    limits = _random_limits(random)
    tiers = [{**band, **limits, **_random_price(random)}]
    if "tiers" in features:
        begins = sorted(random.sample((10, 30, 60, 61, 300, 3600), random.choice((0, 1, 1, 2, 3))))
        tiers += [{**band, **_random_price(random), "from_second": str(begin)} for begin in begins]
    return tiers


def _money(random: Random, limit: int) -> str:
    """Up to `limit` units of 1e-8, often nothing, often of few decimals."""
    amount = random.choice((0, random.randrange(limit), random.randrange(limit)))
    places = random.choice((8, 8, 4, 2))
    return f"{round(Decimal(amount).scaleb(-8), places):f}"


def _random_price(random: Random) -> dict[str, str]:
    return {
        "price_per_minute": _money(random, 2 * 10**8),
        "first_increment_s": str(random.choice((1, 1, 6, 20, 30, 60, 90))),
        "next_increment_s": str(random.choice((1, 1, 6, 7, 10, 60))),
    }


def _random_limits(random: Random) -> dict[str, str]:
    limits = {
        "connect_fee": _money(random, 10**7),
        "free_below_s": str(random.choice((0, 0, 0, 3, 10))),
        "min_charge": _money(random, 10**7),
    }
    if random.random() < 0.2:
        limits["max_charge"] = str(Decimal(random.randrange(10, 3000)).scaleb(-2))
    return limits


def random_legs(
    random: Random, rows: list[dict[str, str]], settings: dict[str, dict[str, Any]], calls: int
) -> list[dict[str, Any]]:
    zones = [ZoneInfo(own["time_zone"]) for own in settings.values()]
    times = [row["from_time"] for row in rows if row.get("from_time")] or ["00:00"]
    days = sorted({*HOLIDAYS, *CHANGES_OF_PRICE, "2026-05-30", "2026-06-01"})
    return [_random_leg(random, zones, times, days) for _ in range(calls)]


def _random_leg(
    random: Random, zones: list[ZoneInfo], times: list[str], days: list[str]
) -> dict[str, Any]:
    number = _random_digits(random, 9)
    answered = _random_instant(random, zones, times, days)
    talk_s = _random_talk(random)
    leg = {
        "number": random.choice((f"+{number}",) * 8 + (number[:3], number, None)),
        "direction": "outbound",
        "outcome": "answered",
        "tariff": random.choice((*"aaaabbbccddde", None)),
        "started_at": answered - timedelta(seconds=random.randrange(40)),
        "answered_at": answered,
        "talk_s": talk_s,
    }
    odd = random.random()
    if odd < 0.01:
        leg["direction"] = random.choice(("inbound", "internal"))
    elif odd < 0.02:
        leg |= {"outcome": random.choice(("busy", "no_answer", "failed")), "talk_s": None}
    elif odd < 0.03:
        leg |= {"outcome": "unknown_end", "talk_s": None}
    elif odd < 0.04:
        leg |= {"direction": random.choice(("transit", None)), "outcome": None}
    elif odd < 0.05:
        leg["answered_at"] = None
    return leg


def _random_instant(
    random: Random, zones: list[ZoneInfo], times: list[str], days: list[str]
) -> datetime:
    """A moment of the year, most of them near one at which a price may change."""
    around = timedelta(milliseconds=random.randrange(-200_000, 200_000))
    if random.random() < 0.3:
        around = timedelta(seconds=random.randrange(-100, 100))
    kind = random.random()
    if kind < 0.3:
        hours = timedelta(minutes=random.choice((-120, -60, -30, 0, 0, 30, 60)))
        return random.choice(CLOCK_CHANGES) + hours + around
    if kind < 0.75:
        day = date.fromisoformat(random.choice(days)) + timedelta(days=random.randrange(-1, 3))
        clock = time.fromisoformat(random.choice((*times, "00:00", "00:00")))
        local = datetime.combine(day, clock, random.choice(zones))
        return local.astimezone(UTC).replace(tzinfo=None) + around
    return datetime(2026, 1, 1) + timedelta(milliseconds=random.randrange(365 * 86_400_000))


def _random_talk(random: Random) -> Decimal | None:
    kind = random.random()
    if kind < 0.03:
        return random.choice((None, Decimal(0), Decimal("-0.001"), Decimal(-5), Decimal("0.001")))
    if kind < 0.45:
        return Decimal(random.randrange(1, 400))
    if kind < 0.75:
        return Decimal(random.randrange(1, 400_000)).scaleb(-3)
    if kind < 0.85:
        return Decimal(random.choice((6, 10, 30, 60, 61, 90, 120, 300, 3600)))
    if kind < 0.97:
        return Decimal(random.randrange(30_000_000)).scaleb(-3)
    return Decimal(random.randrange(4 * 86_400))
