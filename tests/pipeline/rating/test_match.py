"""Which price row a number meets, and why it meets none."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from pipeline.rating import Tariffs, TariffSettings
from tests.pipeline.rating.build import rated, tariffs_of

WORLD = (
    *({"prefix": prefix} for prefix in ("1", "1876", "39", "3906", "493", "49300", "7", "77")),
    *({"prefix": prefix} for prefix in ("=112", "=1", "=1123")),
)


@pytest.mark.parametrize(
    ("number", "prefix"),
    [
        ("+12125550100", "1"),
        ("+18765550100", "1876"),
        ("+390612345678", "3906"),
        ("+39061", "3906"),
        ("+393331234567", "39"),
        ("+4930", "493"),
        ("+49300", "49300"),
        ("+493001", "49300"),
        ("+77012345678", "77"),
        ("+74951234567", "7"),
        ("112", "=112"),
        ("1123", "=1123"),
        ("1", "=1"),
    ],
)
def test_the_longest_prefix_wins_and_short_numbers_are_exact(number: str, prefix: str) -> None:
    assert prefix == rated(tariffs_of(*WORLD), number=number)["prefix"]


@pytest.mark.parametrize("number", ["+3", "+4912", "113", "11", "11234", "39061234567", "+2"])
def test_a_number_that_no_prefix_covers_is_unrated(number: str) -> None:
    result = rated(tariffs_of(*WORLD), number=number)
    assert ("no_prefix", None) == (result["status"], result["cost"])


@pytest.mark.parametrize("number", [None, "", "+", "+39 06", "anna", "+39x", "12a"])
def test_a_number_that_cannot_be_read_is_a_bad_number(number: str | None) -> None:
    assert "bad_number" == rated(tariffs_of(*WORLD), number=number)["status"]


@pytest.mark.parametrize("number", [None, "7101", "+390612345678", "anna"])
def test_a_star_catches_every_number(number: str | None) -> None:
    result = rated(tariffs_of({"prefix": "*"}), number=number)
    assert ("*", "rated") == (result["prefix"], result["status"])


def test_a_star_gives_way_to_any_other_prefix() -> None:
    tariffs = tariffs_of({"prefix": "*"}, {"prefix": "39"}, {"prefix": "=112"})
    found = [rated(tariffs, number=number)["prefix"] for number in ("+391", "112", "+44", "1")]
    assert ["39", "=112", "*", "*"] == found


def test_tariffs_do_not_see_each_other_s_prefixes() -> None:
    tariffs = tariffs_of({"tariff": "a", "prefix": "39"}, {"tariff": "b", "prefix": "3906"})
    assert "39" == rated(tariffs, tariff="a")["prefix"]
    assert "no_prefix" == rated(tariffs, tariff="b", number="+3902")["status"]


ROME = TariffSettings(time_zone="Europe/Rome")


@pytest.mark.parametrize(
    ("at", "price"),
    [
        (datetime(2026, 3, 28, 22, 59, 59, 999000), "0.60"),
        (datetime(2026, 3, 28, 23), "1.20"),
        (datetime(2026, 3, 29, 21, 59, 59), "1.20"),
        (datetime(2026, 3, 29, 22), "1.80"),
    ],
    ids=["before the day of 23 hours", "its first", "its last", "after it"],
)
def test_prices_change_at_midnight_of_the_tariff_s_zone(at: datetime, price: str) -> None:
    tariffs = tariffs_of(
        {"valid_to": "2026-03-29"},
        {"price_per_minute": "1.20", "valid_from": "2026-03-29", "valid_to": "2026-03-30"},
        {"price_per_minute": "1.80", "valid_from": "2026-03-30"},
        t=ROME,
    )
    assert Decimal(price) == rated(tariffs, answered_at=at)["cost"]


def test_the_day_begins_with_the_jump_where_the_clock_skips_midnight() -> None:
    tariffs = tariffs_of(
        {"valid_from": "2024-09-08"}, t=TariffSettings(time_zone="America/Santiago")
    )
    found = [
        rated(tariffs, answered_at=datetime(2024, 9, 8, *time))["status"]
        for time in ((3, 59), (4, 0))
    ]
    assert ["not_valid_yet", "rated"] == found


def test_validity_is_judged_when_the_call_is_answered() -> None:
    tariffs = tariffs_of({"valid_from": "2026-06-01"})
    late = {"started_at": datetime(2026, 5, 31, 23, 59, 50)}
    assert "rated" == rated(tariffs, answered_at=datetime(2026, 6, 1), **late)["status"]
    assert "not_valid_yet" == rated(tariffs, answered_at=None, **late)["status"]


def test_a_shorter_prefix_takes_over_where_the_longer_is_not_valid() -> None:
    tariffs = tariffs_of({"prefix": "39"}, {"prefix": "3906", "valid_to": "2026-01-01"})
    assert "39" == rated(tariffs)["prefix"]


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ([{"valid_from": "2027-01-01"}], "not_valid_yet"),
        ([{"valid_to": "2026-01-01"}], "expired"),
        ([{"valid_to": "2026-01-01"}, {"valid_from": "2027-01-01"}], "expired"),
        ([{"prefix": "39", "valid_to": "2026-01-01"}, {"prefix": "391"}], "expired"),
        ([{"prefix": "3906", "valid_from": "2027-01-01"}, {"prefix": "44"}], "not_valid_yet"),
        ([{"prefix": "3907", "valid_from": "2027-01-01"}], "no_prefix"),
    ],
)
def test_a_price_of_another_time_says_so(rows: list[dict[str, str]], status: str) -> None:
    result = rated(tariffs_of(*rows))
    assert (status, None, None) == (result["status"], result["cost"], result["prefix"])


def test_short_numbers_have_their_times_too() -> None:
    tariffs = tariffs_of({"prefix": "=118", "valid_from": "2027-01-01"})
    assert "not_valid_yet" == rated(tariffs, number="118")["status"]
    assert "no_prefix" == rated(tariffs, number="+118")["status"]


def chain() -> Tariffs:
    return tariffs_of(
        {"tariff": "a", "prefix": "39", "valid_to": "2026-01-01"},
        {"tariff": "b", "prefix": "44", "currency": "GBP", "price_per_minute": "0.125"},
        {"tariff": "c", "prefix": "3", "valid_from": "2026-01-01"},
        a=TariffSettings(fallback="b"),
        b=TariffSettings(fallback="c", decimals=2),
    )


@pytest.mark.parametrize(
    ("number", "at", "expected"),
    [
        ("+39", datetime(2025, 6, 1), {"tariff": "a", "prefix": "39", "status": "rated"}),
        ("+39", datetime(2026, 6, 1), {"tariff": "c", "prefix": "3", "status": "rated"}),
        ("+44", datetime(2026, 6, 1), {"tariff": "b", "currency": "GBP", "cost": Decimal("0.13")}),
        ("+33", datetime(2025, 6, 1), {"tariff": "a", "status": "not_valid_yet", "cost": None}),
        ("+55", datetime(2026, 6, 1), {"tariff": "a", "status": "no_prefix", "prefix": None}),
    ],
)
def test_fallbacks_are_tried_in_turn_and_named_where_they_price(
    number: str, at: datetime, expected: dict[str, Any]
) -> None:
    result = rated(chain(), tariff="a", number=number, answered_at=at)
    assert expected == {name: result[name] for name in expected}


def test_a_tariff_that_is_not_in_the_price_list_is_no_tariff() -> None:
    for tariff in ("nobody", None):
        result = rated(chain(), tariff=tariff, number="+39")
        assert ("no_tariff", tariff, None) == (result["status"], result["tariff"], result["cost"])


def test_an_empty_price_list_prices_nothing() -> None:
    assert "no_tariff" == rated(tariffs_of())["status"]
