"""Increments, fees, limits and rounding, each against an amount worked out by hand."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from pipeline.rating import TariffSettings
from tests.pipeline.rating.build import cost_of, rated, tariffs_of


@pytest.mark.parametrize(
    ("first", "following", "talk_s", "billed"),
    [
        ("60", "60", "1", 60),
        ("60", "60", "60", 60),
        ("60", "60", "60.001", 120),
        ("30", "6", "12", 30),
        ("30", "6", "30", 30),
        ("30", "6", "31", 36),
        ("30", "6", "36", 36),
        ("30", "6", "36.5", 42),
        ("60", "45", "61", 105),
        ("1", "1", "59.2", 60),
        ("1", "6", "6", 7),
        ("1", "1", "90061", 90061),
    ],
)
def test_the_first_increment_is_billed_whole_then_each_step_begun(
    first: str, following: str, talk_s: str, billed: int
) -> None:
    tariffs = tariffs_of({"first_increment_s": first, "next_increment_s": following})
    result = rated(tariffs, talk_s=Decimal(talk_s))
    assert (billed, Decimal(billed) / 100) == (result["billed_seconds"], result["cost"])


def test_increments_left_out_are_seconds() -> None:
    assert Decimal("0.07") == cost_of("6.001")


def test_the_connect_fee_comes_once_on_top() -> None:
    assert Decimal("1.25") == cost_of("120", connect_fee="0.05")


def test_a_price_of_eight_decimals_counts_to_the_last() -> None:
    assert Decimal("7.407407") == cost_of("3600", {"decimals": 6}, price_per_minute="0.12345678")


@pytest.mark.parametrize(
    ("talk_s", "expected"),
    [("1", "0.20"), ("20", "0.20"), ("21", "0.21"), ("50", "0.50"), ("51", "0.50")],
)
def test_a_minimum_lifts_and_a_cap_lowers_the_sum(talk_s: str, expected: str) -> None:
    assert Decimal(expected) == cost_of(talk_s, min_charge="0.20", max_charge="0.50")


def test_a_minimum_counts_against_fee_and_increments_together() -> None:
    assert Decimal("0.20") == cost_of("10", connect_fee="0.05", min_charge="0.20")


def test_the_cap_is_rounded_like_any_amount() -> None:
    settings = {"decimals": 2, "rounding": "up"}
    assert Decimal("0.13") == cost_of("600", settings, max_charge="0.125")


@pytest.mark.parametrize(
    ("rounding", "decimals", "talk_s", "expected"),
    [
        ("half_up", 4, "3", "0.0003"),
        ("half_up", 4, "1", "0.0001"),
        ("up", 4, "1", "0.0001"),
        ("up", 4, "2", "0.0001"),
        ("up", 4, "3", "0.0002"),
        ("down", 4, "3", "0.0001"),
        ("down", 4, "1", "0"),
        ("half_up", 0, "60", "0"),
        ("up", 0, "60", "1"),
        ("down", 6, "1", "0.00005"),
    ],
)
def test_amounts_round_by_the_rule_at_exact_halves(
    rounding: str, decimals: int, talk_s: str, expected: str
) -> None:
    price = "0.0050" if (rounding, decimals, talk_s) == ("half_up", 4, "3") else "0.0030"
    settings = {"rounding": rounding, "decimals": decimals}
    assert Decimal(expected) == cost_of(talk_s, settings, price_per_minute=price)


@pytest.mark.parametrize("half", ["0.5", "1.5", "2.5"])
def test_a_half_always_goes_up_under_half_up(half: str) -> None:
    settings = {"rounding": "half_up", "decimals": 0}
    assert Decimal(half) + Decimal("0.5") == cost_of("60", settings, price_per_minute=half)


def test_a_call_shorter_than_the_free_time_is_free_and_one_of_that_length_is_not() -> None:
    tariffs = tariffs_of({"free_below_s": "3", "connect_fee": "0.10"})
    short = rated(tariffs, talk_s=Decimal("2.999"))
    assert ("free", Decimal(0), 0) == (short["status"], short["cost"], short["billed_seconds"])
    assert {"free_below_s": 3} == json.loads(short["explanation"])
    assert Decimal("0.13") == rated(tariffs, talk_s=Decimal(3))["cost"]


def test_a_price_of_nothing_is_free_unless_a_fee_or_a_minimum_is_due() -> None:
    assert "free" == rated(tariffs_of({"price_per_minute": "0"}))["status"]
    for due in ("connect_fee", "min_charge"):
        result = rated(tariffs_of({"price_per_minute": "0", due: "0.10"}))
        assert ("rated", Decimal("0.10")) == (result["status"], result["cost"])


def test_markup_surcharge_and_tax_come_on_top_of_the_rounded_cost() -> None:
    settings = TariffSettings(
        decimals=2, markup_percent=Decimal("12.5"), surcharge=Decimal("0.015"), tax_percent=22
    )
    result = rated(tariffs_of({"price_per_minute": "0.333"}, t=settings), talk_s=Decimal(60))
    # 0.333 → 0.33; 0.33 × 1.125 + 0.015 = 0.38625 → 0.39; 22 % of it = 0.0858 → 0.09
    expected = (Decimal("0.33"), Decimal("0.39"), Decimal("0.09"))
    assert expected == (result["cost"], result["charge"], result["tax"])


def test_a_free_call_carries_no_surcharge() -> None:
    settings = TariffSettings(surcharge=Decimal("0.02"))
    result = rated(tariffs_of({"price_per_minute": "0"}, t=settings))
    assert (Decimal(0), Decimal(0)) == (result["charge"], result["tax"])


def test_amounts_too_large_for_sixty_four_bits_stay_exact() -> None:
    settings = TariffSettings(decimals=6, markup_percent=Decimal("33.3333"))
    tariffs = tariffs_of({"price_per_minute": "9999.99999999"}, t=settings)
    result = rated(tariffs, talk_s=Decimal("999999999.999"))
    cost = Decimal("166666666666.500000")
    assert cost == result["cost"]
    assert Decimal("222222166666.444445") == result["charge"]


def test_the_explanation_shows_how_the_amount_came_about() -> None:
    tariffs = tariffs_of({"price_per_minute": "0.012", "connect_fee": "0.05"})
    expected = (
        '{"segments":[{"from":0,"seconds":60,"price":"0.0120","first":1,"next":1,'
        '"amount":"0.012000"}],"fee":"0.0500","rounding":"half_up/4"}'
    )
    assert expected == rated(tariffs)["explanation"]


@pytest.mark.parametrize(
    ("talk_s", "limit"), [("1", ("min_charge", "0.2000")), ("500", ("max_charge", "0.5000"))]
)
def test_the_explanation_names_the_limit_that_took_effect(
    talk_s: str, limit: tuple[str, str]
) -> None:
    tariffs = tariffs_of({"min_charge": "0.2", "max_charge": "0.5"})
    explanation = json.loads(rated(tariffs, talk_s=Decimal(talk_s))["explanation"])
    name, value = limit
    assert value == explanation.pop(name)
    assert {"segments", "fee", "rounding"} == set(explanation)
