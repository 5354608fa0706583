"""The price list that comes with the program."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import phonenumbers
import polars as pl
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from pipeline.rating import Tariffs, compile_tariffs, parse_tariffs, rate
from pipeline.rating.tariff_rows import OPTIONAL, REQUIRED
from pipeline.tables import read_table
from tests.pipeline.rating.build import legs_of, rated

FILE = Path(__file__).parents[3] / "tariffs.csv"
CARRIERS = ("aurelia", "hudson", "merlion", "tiber")
BEFORE, AFTER = datetime(2026, 9, 30, 23, 59), datetime(2026, 10, 1)


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    table = read_table(FILE, required=REQUIRED, optional=OPTIONAL)
    return parse_tariffs(table.rows, table.file)


@pytest.fixture(scope="module")
def tariffs(rows: pl.DataFrame) -> Tariffs:
    return compile_tariffs(rows)


def example_numbers() -> list[tuple[str, str]]:
    """Region and number, fixed and mobile, of every region and of the codes that have none."""
    found = []
    for kind in (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE):
        for region in sorted(phonenumbers.SUPPORTED_REGIONS):
            number = phonenumbers.example_number_for_type(region, kind)
            if number is not None:
                found.append((region, phonenumbers.format_number(number, PhoneNumberFormat.E164)))
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        if regions == ("001",):
            number = phonenumbers.example_number_for_non_geo_entity(code)
            found.append(("001", phonenumbers.format_number(number, PhoneNumberFormat.E164)))
    return found


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("at", [BEFORE, AFTER])
def test_every_country_of_the_world_has_a_price(
    tariffs: Tariffs, carrier: str, at: datetime
) -> None:
    numbers = example_numbers()
    legs = legs_of(
        *({"number": number, "tariff": carrier, "answered_at": at} for _, number in numbers)
    )
    result = rate(legs, tariffs).with_columns(number=legs["number"])
    assert [] == result.filter(~pl.col("status").is_in(["rated", "free"]))["number"].to_list()
    assert len(numbers) > 450


@pytest.mark.parametrize(
    ("tariff", "number", "expected"),
    [
        ("aurelia", "+390612345678", {"call_type": "local", "destination": "Italy, Rome"}),
        ("aurelia", "+390212345678", {"call_type": "national", "destination": "Italy, Milan"}),
        ("aurelia", "+393331234567", {"call_type": "mobile", "destination": "Italy mobile"}),
        ("aurelia", "+39800123456", {"call_type": "freephone", "status": "free"}),
        ("aurelia", "+39899123456", {"call_type": "premium", "billed_seconds": 60}),
        ("aurelia", "+390669812345", {"destination": "Vatican City"}),
        ("aurelia", "+441534123456", {"destination": "Jersey"}),
        ("aurelia", "+447797123456", {"destination": "Jersey mobile"}),
        ("aurelia", "+447911123456", {"destination": "Guernsey mobile"}),
        ("aurelia", "+18765550100", {"destination": "Jamaica"}),
        ("aurelia", "+14165550100", {"destination": "Canada"}),
        ("aurelia", "+77012345678", {"destination": "Kazakhstan mobile"}),
        ("aurelia", "+74951234567", {"destination": "Russia"}),
        ("aurelia", "+88161234567", {"destination": "Iridium"}),
        ("hudson", "+12125550100", {"call_type": "local", "billed_seconds": 36}),
        ("hudson", "+13055550100", {"call_type": "national", "billed_seconds": 36}),
        ("hudson", "+18005550100", {"call_type": "freephone", "status": "free"}),
        ("hudson", "+19005550100", {"call_type": "premium", "billed_seconds": 60}),
        ("hudson", "+390612345678", {"call_type": "international", "destination": "Italy"}),
        ("hudson", "411", {"call_type": "service", "cost": Decimal("1.25")}),
        ("merlion", "+6562345678", {"call_type": "local"}),
        ("merlion", "+6591234567", {"call_type": "mobile"}),
        ("merlion", "+6518001234567", {"call_type": "freephone", "status": "free"}),
        ("merlion", "+6519001234567", {"call_type": "premium"}),
        ("private", "7101", {"call_type": "internal", "destination": "Private network"}),
        ("private", "+390612345678", {"status": "free", "cost": Decimal(0)}),
    ],
)
def test_well_known_numbers_are_what_they_are(
    tariffs: Tariffs, tariff: str, number: str, expected: dict[str, Any]
) -> None:
    result = rated(tariffs, tariff=tariff, number=number, talk_s=Decimal(31))
    assert expected == {name: result[name] for name in expected}


@pytest.mark.parametrize(
    ("tariff", "numbers"),
    [
        ("aurelia", ("112", "113", "115", "118")),
        ("tiber", ("112", "113", "115", "118")),
        ("hudson", ("112", "911")),
        ("merlion", ("112", "995", "999")),
    ],
)
def test_emergency_calls_are_free(tariffs: Tariffs, tariff: str, numbers: tuple[str, ...]) -> None:
    for number in numbers:
        result = rated(tariffs, tariff=tariff, number=number)
        assert ("emergency", "free") == (result["call_type"], result["status"])


def test_mobile_prices_changed_once_in_every_carrier_s_list(rows: pl.DataFrame) -> None:
    changed = rows.filter(pl.col("valid_from") == AFTER.date())
    assert set(CARRIERS) == set(changed["tariff"])
    assert {"mobile", "international"} == set(changed["call_type"])
    assert {AFTER.date()} == set(rows["valid_to"].drop_nulls())


@pytest.mark.parametrize(
    ("tariff", "number", "old", "new"),
    [
        ("aurelia", "+393331234567", "0.0500", "0.0450"),
        ("merlion", "+6591234567", "0.0160", "0.0180"),
    ],
)
def test_a_call_pays_the_price_of_its_day(
    tariffs: Tariffs, tariff: str, number: str, old: str, new: str
) -> None:
    found = [
        rated(tariffs, tariff=tariff, number=number, answered_at=at)["cost"]
        for at in (BEFORE, AFTER)
    ]
    assert [Decimal(old), Decimal(new)] == found


def test_the_list_is_sorted_in_euro_and_knows_many_destinations(rows: pl.DataFrame) -> None:
    keys = rows.select("tariff", "prefix", pl.col("valid_from"))
    assert keys.equals(keys.sort("tariff", "prefix", "valid_from"))
    assert ["EUR"] == rows["currency"].unique().to_list()
    per_tariff = rows.group_by("tariff").agg(pl.col("destination").n_unique())
    counts = dict(per_tariff.filter(pl.col("tariff") != "private").iter_rows())
    assert set(CARRIERS) == set(counts)
    assert min(counts.values()) >= 250
