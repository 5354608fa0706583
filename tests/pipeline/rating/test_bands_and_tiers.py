"""Random bands and tiers against a loop over increments, and what must hold of any price list."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from polars.testing import assert_frame_equal

from pipeline.rating import Tariffs, TariffSettings, compile_tariffs, explain, parse_tariffs, rate
from pipeline.rating import walk as walking
from tests.pipeline.rating.build import legs_of, table_of
from tests.pipeline.rating.loop_rater import cost
from warehouse.errors import InvalidInput

ZONES = ("Europe/Rome", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")
HOLIDAYS = (datetime(2026, 3, 9).date(), datetime(2026, 3, 29).date(), datetime(2026, 4, 6).date())
PREFIXES = tuple(str(digits) for digits in range(31, 40))


def random_settings(random: Random) -> TariffSettings:
    return TariffSettings(
        time_zone=random.choice(ZONES),
        holidays=HOLIDAYS,
        rounding=random.choice(("half_up", "up", "down")),
        rounding_unit=random.choice(("call", "call", "increment")),
        decimals=random.randrange(7),
        band_rule=random.choice(("split", "split", "start")),
        increment_rule=random.choice(("tier", "tier", "multiple")),
        markup_percent=random.choice((0, 12)),
        tax_percent=random.choice((0, 22)),
    )


def random_band(random: Random, weight: int) -> dict[str, str]:
    first, last = random.sample(range(0, 1440, 30), 2)
    return {
        "weight": str(weight),
        "days": random.choice(("mon-fri", "sat,sun", "holiday", "*", "fri-mon", "wed,holiday")),
        "from_time": random.choice(("", f"{first // 60:02}:{first % 60:02}")),
        "to_time": f"{last // 60:02}:{last % 60:02}" if last else "24:00",
    }


def random_tiers(random: Random, band: dict[str, str], prefix: str) -> list[dict[str, str]]:
    starts = [0, *sorted(random.sample((7, 30, 60, 61, 90, 600), random.randrange(3)))]
    return [
        {
            **band,
            "prefix": prefix,
            "from_second": str(start),
            "price_per_minute": str(Decimal(random.randrange(1, 10**6)).scaleb(-6)),
            "connect_fee": random.choice(("0", "0.05", "0.00012345")),
            "min_charge": random.choice(("0", "0.2")),
            "max_charge": random.choice(("", "", "1.5")),
            "first_increment_s": str(random.choice((1, 30, 60, 90))),
            "next_increment_s": str(random.choice((1, 6, 7, 60))),
        }
        for start in starts
    ]


def random_rows(random: Random) -> dict[str, list[dict[str, str]]]:
    rows: dict[str, list[dict[str, str]]] = {}
    for prefix in PREFIXES:
        bands = [random_band(random, weight) for weight in range(1, random.randrange(1, 5))]
        if random.random() < 0.9:
            bands.append({"weight": "0", "days": "*", "from_time": "", "to_time": ""})
        usual = [band for band in bands if (band["from_time"] or "00:00") != band["to_time"]]
        kept = usual or [{"weight": "0", "days": "mon-thu", "from_time": "", "to_time": ""}]
        rows[prefix] = [row for band in kept for row in random_tiers(random, band, prefix)]
    return rows


def random_leg(random: Random) -> dict[str, Any]:
    near = random.choice(
        (datetime(2026, 3, 8, 6), datetime(2026, 3, 29, 0), datetime(2026, 4, 4, 14))
    )
    hours = random.choice((2, 24, 24 * 20))
    answered = near + timedelta(milliseconds=random.randrange(-hours * 3600_000, hours * 3600_000))
    longest = random.choice((100, 100, 2000, 2000, 2000, 20_000))
    return {
        "number": f"+{random.choice(PREFIXES)}0123456",
        "answered_at": answered,
        "talk_s": Decimal(random.randrange(1, longest * 1000)).scaleb(-3),
    }


def compiled(rows: dict[str, list[dict[str, str]]], settings: TariffSettings) -> Tariffs:
    table = table_of(*(row for each in rows.values() for row in each))
    return compile_tariffs(parse_tariffs(table, "tariffs.csv"), {"t": settings})


@pytest.mark.parametrize("seed", range(6))
def test_bands_and_tiers_agree_with_a_loop_over_increments(seed: int) -> None:
    random = Random(seed)
    rows, settings = random_rows(random), random_settings(random)
    legs = [random_leg(random) for _ in range(50)]
    found = rate(legs_of(*legs), compiled(rows, settings))
    expected = [
        cost(rows[leg["number"][1:3]], settings, leg["answered_at"], leg["talk_s"]) for leg in legs
    ]
    assert expected == found.select("cost", "billed_seconds").rows()
    assert {"rated", "no_band"} >= set(found["status"])


@pytest.mark.parametrize("seed", range(20, 24))
def test_calls_within_one_row_cost_the_same_when_they_are_walked(seed: int) -> None:
    random = Random(seed)
    tariffs = compiled(random_rows(random), random_settings(random))
    legs = legs_of(*(random_leg(random) for _ in range(300)))
    usual = rate(legs, tariffs)

    def all_that_have_a_price(work: Any, _: Tariffs) -> Any:
        return np.broadcast_to((work.card > 0) & work.has_band & ~work.is_short_talk, len(work))

    with patch.object(walking, "_leaves_its_row", all_that_have_a_price):
        assert_frame_equal(usual, rate(legs, tariffs))


@pytest.mark.parametrize("seed", range(30, 33))
def test_batches_and_order_change_nothing(seed: int) -> None:
    random = Random(seed)
    tariffs = compiled(random_rows(random), random_settings(random))
    legs = legs_of(*(random_leg(random) for _ in range(200)))
    whole = rate(legs, tariffs)
    order = random.sample(range(200), 200)
    assert_frame_equal(whole[order], rate(legs[order], tariffs))
    for start in range(0, 200, 50):
        assert_frame_equal(whole[start : start + 50], rate(legs[start : start + 50], tariffs))


@pytest.mark.parametrize("seed", range(40, 43))
def test_the_explanation_of_a_call_comes_to_what_it_costs(seed: int) -> None:
    random = Random(seed)
    settings = random_settings(random)
    tariffs = compiled(random_rows(random), settings)
    legs = legs_of(*(random_leg(random) for _ in range(60)))
    rated = rate(legs, tariffs)
    for place, result in enumerate(rated.iter_rows(named=True)):
        told = explain(legs[place], tariffs)
        shared = ("status", "cost", "charge", "tax", "billed_seconds", "prefix", "tariff_version")
        assert {name: result[name] for name in shared} == {
            name: getattr(told, name) for name in shared
        }
        if told.status != "rated":
            continue
        assert told.billed_seconds == sum(part.billed_seconds for part in told.segments)
        kept = json.loads(result["explanation"])["segments"]
        assert [(part["from"], part["seconds"]) for part in kept] == [
            (part.from_second, part.billed_seconds) for part in told.segments
        ]
        assert ["matched"] == [each.fate for each in told.candidates]


def test_a_price_list_of_random_bands_of_one_weight_is_mostly_refused() -> None:
    random = Random(5)
    bands = [{**random_band(random, 1), "to_time": "23:59", "from_time": ""} for _ in range(5)]
    with pytest.raises(InvalidInput, match="overlaps the band"):
        parse_tariffs(table_of(*bands), "tariffs.csv")
