"""The vectorised rating against the slow one, on random price lists and calls."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipeline.rating import Tariffs, TariffSettings, compile_tariffs, parse_tariffs, rate
from tests.pipeline.rating.build import legs_of, table_of
from tests.reference_rater import price

CALLS = 1500
BEGIN = datetime(2026, 3, 20)
DAYS = ("2026-03-25", "2026-03-29", "2026-04-05", "2026-04-10")
"""The clock changes on two of them, in Rome and in Melbourne."""


def random_settings(random: Random) -> dict[str, TariffSettings]:
    zones = ("UTC", "Europe/Rome", "Australia/Melbourne", "America/New_York")
    fallbacks = {"a": "b", "b": "c", "c": None, "d": None}
    return {
        name: TariffSettings(
            time_zone=random.choice(zones),
            rounding=random.choice(("half_up", "up", "down")),
            decimals=random.randrange(7),
            fallback=fallback,
        )
        for name, fallback in fallbacks.items()
    }


def random_number(random: Random, longest: int) -> str:
    """Few different digits, so that prefixes nest and numbers meet them."""
    return random.choice("12") + "".join(random.choices("0012", k=random.randrange(longest)))


def random_row(random: Random) -> dict[str, str]:
    def money(limit: int) -> str:
        return str(Decimal(random.choice((0, random.randrange(limit)))).scaleb(-8))

    kind = random.random()
    prefix = random_number(random, 6)
    row = {
        "tariff": random.choice("aabbcd"),
        "prefix": "*" if kind < 0.01 else f"={prefix}" if kind < 0.2 else prefix,
        "price_per_minute": f"{Decimal(money(10**9)):f}",
        "connect_fee": f"{Decimal(money(10**8)):f}",
        "first_increment_s": str(random.choice((1, 6, 30, 60, 61))),
        "next_increment_s": str(random.choice((1, 6, 7, 60))),
        "free_below_s": str(random.choice((0, 0, 3, 10))),
        "min_charge": f"{Decimal(money(10**8)):f}",
    }
    if random.random() < 0.3:
        row["max_charge"] = str(1 + random.randrange(3))
    return row


def random_rows(random: Random) -> list[dict[str, str]]:
    """Price rows, some changing their price in time, some with a gap between."""
    rows = {(row["tariff"], row["prefix"]): row for row in (random_row(random) for _ in range(150))}
    dated = []
    for row in rows.values():
        first, second = sorted(random.sample(DAYS, 2))
        spans: tuple[tuple[str, str], ...] = random.choice(
            ((("", ""),), ((second, ""),), (("", second),), (("", first), (second, "")))
        )
        dated += [{**row, "valid_from": start, "valid_to": end} for start, end in spans]
    return dated


def random_leg(random: Random) -> dict[str, Any]:
    number = random_number(random, 9)
    started = BEGIN + timedelta(minutes=random.randrange(25 * 24 * 60))
    return {
        "number": random.choice((f"+{number}", f"+{number}", number, None)),
        "tariff": random.choice(("a", "a", "b", "c", "d", "e", None)),
        "started_at": started - timedelta(seconds=20),
        "answered_at": started,
        "talk_s": random.choice(
            (Decimal(random.randrange(10**6)).scaleb(-3), Decimal(random.randrange(70)), None)
        ),
    }


def case(seed: int) -> tuple[list[dict[str, str]], dict[str, TariffSettings], list[dict[str, Any]]]:
    random = Random(seed)
    legs = [random_leg(random) for _ in range(CALLS)]
    return random_rows(random), random_settings(random), legs


def compiled(rows: list[dict[str, str]], settings: dict[str, TariffSettings]) -> Tariffs:
    return compile_tariffs(parse_tariffs(table_of(*rows), "tariffs.csv"), settings)


@pytest.mark.parametrize("seed", range(6))
def test_it_agrees_with_the_slow_rater_to_the_last_digit(seed: int) -> None:
    rows, settings, legs = case(seed)
    found = rate(legs_of(*legs), compiled(rows, settings))
    expected = [
        price(rows, settings, leg["tariff"], leg["number"], leg["answered_at"], leg["talk_s"])
        for leg in legs
    ]
    assert expected == found.select("cost", "status", "prefix").rows()
    common = {"rated", "free", "no_prefix", "expired", "bad_number", "no_tariff"}
    assert common <= set(found["status"])


def test_how_legs_are_batched_changes_nothing() -> None:
    rows, settings, legs = case(99)
    tariffs = compiled(rows, settings)
    frame = legs_of(*legs)
    parts = [rate(frame.slice(at, 7), tariffs) for at in range(0, 350, 7)]
    assert_frame_equal(rate(frame, tariffs).head(350), pl.concat(parts))


def test_the_order_of_price_rows_changes_nothing() -> None:
    rows, settings, legs = case(7)
    shuffled = Random(1).sample(rows, k=len(rows))
    frame = legs_of(*legs)
    assert_frame_equal(
        rate(frame, compiled(rows, settings)), rate(frame, compiled(shuffled, settings))
    )
