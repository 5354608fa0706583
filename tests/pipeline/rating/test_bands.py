"""Bands, holidays and tiers, each against an amount worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from pipeline.rating import Tariffs, TariffSettings, parse_tariffs, warnings
from pipeline.rating.days import EVERY_DAY, kinds_of, words_for
from pipeline.rating.store import content_key, from_bytes, to_bytes
from tests.pipeline.rating.build import rated, table_of, tariffs_of
from warehouse.errors import InvalidInput

ROME = TariffSettings(time_zone="Europe/Rome", holidays="IT")
DAY = {"days": "mon-fri", "from_time": "08:00", "to_time": "18:00", "weight": "1"}
PEAK = (DAY | {"price_per_minute": "1.20"}, {"price_per_minute": "0.60"})


def cost(tariffs: Tariffs, at: datetime, talk_s: str = "60") -> Decimal | None:
    found: Decimal | None = rated(tariffs, answered_at=at, talk_s=Decimal(talk_s))["cost"]
    return found


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 6, 1, 5, 59, 0), "0.60"),
        (datetime(2026, 6, 1, 5, 59, 30), "0.90"),
        (datetime(2026, 6, 1, 6, 0), "1.20"),
        (datetime(2026, 6, 1, 15, 59, 59, 1000), "0.61"),
        (datetime(2026, 6, 1, 16, 0), "0.60"),
        (datetime(2026, 6, 6, 10, 0), "0.60"),
    ],
    ids=["before", "across", "its first minute", "across its end", "after", "Saturday"],
)
def test_a_call_is_split_where_its_band_ends(at: datetime, expected: str) -> None:
    assert Decimal(expected) == cost(tariffs_of(*PEAK, t=ROME), at)


def test_the_band_at_the_start_prices_all_under_the_rule_start() -> None:
    start = TariffSettings(time_zone="Europe/Rome", band_rule="start")
    tariffs = tariffs_of(*PEAK, t=start)
    assert Decimal("0.60") == cost(tariffs, datetime(2026, 6, 1, 5, 59, 30))


def test_a_band_over_midnight_holds_early_and_late_on_its_own_days() -> None:
    night = {"days": "mon-fri", "from_time": "22:00", "to_time": "06:00", "weight": "1"}
    tariffs = tariffs_of({**night, "price_per_minute": "0.30"}, {})
    late_friday, early_saturday = datetime(2026, 6, 5, 23), datetime(2026, 6, 6, 1)
    early_monday = datetime(2026, 6, 1, 1)
    found = [cost(tariffs, at) for at in (late_friday, early_saturday, early_monday)]
    assert [Decimal("0.30"), Decimal("0.60"), Decimal("0.30")] == found


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 3, 29, 0, 59, 30), "0.90"),
        (datetime(2026, 10, 25, 0, 29, 30), "0.90"),
        (datetime(2026, 10, 25, 0, 59, 30), "0.90"),
        (datetime(2026, 10, 25, 1, 29, 30), "0.90"),
        (datetime(2026, 10, 25, 1, 59, 30), "1.20"),
    ],
    ids=["clock jumps", "first 02:30", "02:00 again", "second 02:30", "hour over"],
)
def test_bands_follow_the_clock_in_both_nights_in_which_it_changes(
    at: datetime, expected: str
) -> None:
    night = {"from_time": "02:30", "to_time": "06:00", "weight": "1", "price_per_minute": "1.20"}
    assert Decimal(expected) == cost(tariffs_of(night, {}, t=ROME), at)


@pytest.mark.parametrize("holidays", ["IT", ["2026-06-02"]])
def test_a_heavier_holiday_takes_the_place_of_the_weekday(holidays: Any) -> None:
    rows = (*PEAK, {"days": "holiday", "weight": "2", "price_per_minute": "0.10"})
    tariffs = tariffs_of(*rows, t=TariffSettings(time_zone="Europe/Rome", holidays=holidays))
    assert Decimal("0.10") == cost(tariffs, datetime(2026, 6, 2, 10))
    assert Decimal("1.20") == cost(tariffs, datetime(2026, 6, 3, 10))


def test_a_call_that_runs_into_a_time_without_a_band_has_no_price() -> None:
    tariffs = tariffs_of(DAY, t=ROME)
    for at in (datetime(2026, 6, 1, 15, 59, 30), datetime(2026, 6, 1, 20)):
        result = rated(tariffs, answered_at=at)
        assert ("no_band", None, None) == (result["status"], result["cost"], result["explanation"])
    assert "rated" == rated(tariffs, answered_at=datetime(2026, 6, 1, 15, 59))["status"]


TIERS: tuple[Mapping[str, str], ...] = (
    {"price_per_minute": "0.60", "first_increment_s": "60", "connect_fee": "0.05"},
    {"from_second": "60", "price_per_minute": "0.30", "next_increment_s": "10"},
)


@pytest.mark.parametrize(
    ("talk_s", "expected", "billed"), [("60", "0.65", 60), ("61", "0.655", 61), ("62", "0.705", 71)]
)
def test_each_tier_has_its_first_block_and_steps(talk_s: str, expected: str, billed: int) -> None:
    result = rated(tariffs_of(*TIERS), talk_s=Decimal(talk_s))
    assert (Decimal(expected), billed) == (result["cost"], result["billed_seconds"])


@pytest.mark.parametrize(
    ("first", "step", "talk_s", "billed"),
    [("90", "60", "91", 120), ("90", "60", "151", 180), ("30", "60", "31", 60),
     ("20", "6", "31", 36), ("60", "45", "10", 60), ("60", "45", "50", 90)],
)  # fmt: skip
def test_multiples_round_all_of_the_call(first: str, step: str, talk_s: str, billed: int) -> None:
    row = {"first_increment_s": first, "next_increment_s": step}
    tariffs = tariffs_of(row, t=TariffSettings(increment_rule="multiple"))
    result = rated(tariffs, talk_s=Decimal(talk_s))
    assert (billed, Decimal(billed) / 100) == (result["billed_seconds"], result["cost"])


def test_every_increment_is_rounded_by_itself_where_the_tariff_says_so() -> None:
    settings = TariffSettings(rounding_unit="increment", decimals=5)
    result = rated(tariffs_of({"price_per_minute": "0.02"}, t=settings))
    assert Decimal("0.0198") == result["cost"]


def test_the_stored_explanation_names_the_bands() -> None:
    found = rated(tariffs_of(*PEAK, t=ROME), answered_at=datetime(2026, 6, 1, 15, 59, 30))
    first, second = json.loads(found["explanation"])["segments"]
    assert ("mon-fri 08:00-18:00", 30, "0.600000") == (
        first["band"], first["seconds"], first["amount"],
    )  # fmt: skip
    assert (30, 30, "0.300000") == (second["from"], second["seconds"], second["amount"])
    assert "band" not in second


def test_long_calls_at_high_prices_stay_exact_across_bands() -> None:
    rows = ({**DAY, "price_per_minute": "9999.99999999"}, {"price_per_minute": "9999.99999998"})
    talk = Decimal(30_000_000)
    found = rated(tariffs_of(*rows, t=ROME), talk_s=talk)["cost"]
    assert Decimal("4999999999.99") < found <= Decimal("4999999999.9950")


@pytest.mark.parametrize("words", ["*", "mon-fri", "sat,sun", "holiday", "wed", "mon,wed,fri-sun"])
def test_words_for_days_come_back_as_they_were(words: str) -> None:
    assert words == words_for(kinds_of(words))


def test_a_range_of_days_may_run_over_the_end_of_the_week() -> None:
    assert kinds_of("sat,sun,mon") == kinds_of("sat-mon")
    assert EVERY_DAY == kinds_of("wed-tue")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (({"days": "mon-fri"}, {"days": "fri"}), (3, "weight")),
        (({"days": "holiday"}, {"days": "sun"}), (3, "weight")),
        (({"from_second": "60"},), (2, "from_second")),
        ((DAY, DAY), (3, "prefix")),
        (({"from_time": "08:00", "to_time": "08:00"},), (2, "to_time")),
        (({"valid_to": "2026-01-01"}, {"from_second": "30"}), (3, "from_second")),
    ],
)
def test_prices_that_contradict_each_other_are_refused(
    rows: tuple[Mapping[str, str], ...], expected: tuple[int, str]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_tariffs(table_of(*rows), "tariffs.csv")
    assert [expected] == [(problem.line, problem.column) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (({},), []),
        ((DAY,), [(2, "days")]),
        (({"days": "mon-fri"}, {"days": "sat,sun"}), []),
        (({"prefix": "1"},), [(2, "prefix")]),
        (({}, {"from_second": "60", "connect_fee": "1"}), [(3, "connect_fee")]),
        (({}, {"days": "holiday", "weight": "1"}), [(3, "days")]),
    ],
)
def test_what_is_hardly_meant_is_pointed_out(
    rows: tuple[Mapping[str, str], ...], expected: list[tuple[int, str]]
) -> None:
    found = warnings(parse_tariffs(table_of(*rows), "tariffs.csv"))
    assert expected == [(problem.line, problem.column) for problem in found]


def test_compiled_tariffs_come_back_from_bytes() -> None:
    tariffs = tariffs_of(*PEAK, {"prefix": "=112"}, t=ROME)
    again = from_bytes(to_bytes(tariffs))
    assert again is not None
    assert rated(tariffs) == rated(again)
    assert (tariffs.version, tariffs.settings) == (again.version, again.settings)


@pytest.mark.parametrize("damaged", [b"", b"nothing of ours", to_bytes(tariffs_of({}))[:-40]])
def test_damaged_bytes_are_no_tariffs(damaged: bytes) -> None:
    assert from_bytes(damaged) is None


def test_tariffs_are_kept_under_the_name_of_their_content() -> None:
    keys = {content_key(b"a", {}), content_key(b"b", {}), content_key(b"a", {"t": ROME})}
    assert 3 == len(keys)
