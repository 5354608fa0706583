"""Tariff plans of CGRateS: an invented carrier with peak hours, holidays and tiers."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any

import pytest

from pipeline.importers import Imported, ImportSettings, import_cgrates, tariffs_text
from pipeline.rating import TariffSettings

PLAN = {
    "Destinations.csv": """\
#Id,Prefix
DST_OZ,+8801
DST_OZ,8802
DST_OZ_MOBILE,88017
""",
    "Timings.csv": """\
#Tag,Years,Months,MonthDays,WeekDays,Time
PEAK,*any,*any,*any,1;2;3;4;5,08:00:00
NIGHT,*any,*any,*any,1;2;3;4;5,00:00:00
EVENING,*any,*any,*any,1;2;3;4;5,19:00:00
WEEKEND,*any,*any,*any,6;0,00:00:00
FOUNDING,2026;2027,5,4,*any,00:00:00
""",
    "Rates.csv": """\
#Id,ConnectFee,Rate,RateUnit,RateIncrement,GroupIntervalStart
RT_HIGH,0.2,0.3,60s,60s,0s
RT_HIGH,0,0.15,1m,1s,1m

# the cheap hours
RT_LOW,,0.0025,1s,6s,0
RT_ANY,0.5,1.2,1m,1m,0s
""",
    "DestinationRates.csv": """\
#Id,DestinationId,RatesTag,RoundingMethod,RoundingDecimals,MaxCost,MaxCostStrategy
DR_HIGH,DST_OZ,RT_HIGH,*up,4,,
DR_LOW,DST_OZ,RT_LOW,*up,4,,
DR_MOBILE,DST_OZ_MOBILE,RT_LOW,*up,4,2.5,*free
DR_ANY,*any,RT_ANY,*up,4,,
""",
    "RatingPlans.csv": """\
#Id,DestinationRatesId,TimingTag,Weight
RP_GOLD,DR_HIGH,PEAK,10
RP_GOLD,DR_LOW,NIGHT,10
RP_GOLD,DR_LOW,EVENING,10
RP_GOLD,DR_LOW,WEEKEND,10
RP_GOLD,DR_MOBILE,*any,10
RP_PLAIN,DR_ANY,*any,10
""",
    "RatingProfiles.csv": """\
#Tenant,Category,Subject,ActivationTime,RatingPlanId,RatesFallbackSubject
example.org,call,gold,2025-01-01T00:00:00Z,RP_GOLD,*any
example.org,call,*any,2025-01-01T00:00:00Z,RP_PLAIN,
""",
}


def read(*, without: str | None = None, **changes: str) -> Imported:
    texts = {name: changes.get(name.removesuffix(".csv"), text) for name, text in PLAN.items()}
    if without is not None:
        del texts[f"{without}.csv"]
    return import_cgrates(texts, settings())


def settings(**changes: Any) -> ImportSettings:
    base = {"country": "IT", "constants": {"currency": "EUR"}}
    return ImportSettings.model_validate({**base, **changes})


def added(file: str, row: str) -> dict[str, str]:
    return {file: f"{PLAN[f'{file}.csv']}{row}\n"}


def replaced(file: str, old: str, new: str) -> dict[str, str]:
    text = PLAN[f"{file}.csv"]
    assert old in text
    return {file: text.replace(old, new)}


def places(imported: Imported) -> list[tuple[str, int | None, str | int | None]]:
    return [(problem.file, problem.line, problem.column) for problem in imported.problems]


def prices(imported: Imported, tariff: str, prefix: str, *names: str) -> set[tuple[Any, ...]]:
    return set(imported.rows.filter(tariff=tariff, prefix=prefix).select(names).rows())


def test_timings_end_where_the_next_one_begins() -> None:
    found = prices(read(), "gold", "8801", "days", "from_time", "to_time", "price_per_minute")
    assert {
        ("mon-fri", "00:00", "08:00", "0.15"),
        ("mon-fri", "08:00", "19:00", "0.3"),
        ("mon-fri", "08:00", "19:00", "0.15"),
        ("mon-fri", "19:00", "24:00", "0.15"),
        ("sat,sun", "00:00", "24:00", "0.15"),
    } == found


def test_slots_become_tiers_and_the_fee_is_that_of_the_first() -> None:
    names = ("from_second", "connect_fee", "price_per_minute", "first_increment_s")
    found = prices(read(), "gold", "8801", "from_time", *names)
    assert ("08:00", "0", "0.2", "0.3", "60") in found
    assert ("08:00", "60", None, "0.15", "1") in found
    assert ("19:00", None, "0", "0.15", "6") in found


def test_a_price_that_always_holds_has_no_band() -> None:
    names = ("days", "from_time", "weight", "max_charge", "call_type", "destination", "currency")
    assert {(None, None, None, "2.5", "international", "DST_OZ_MOBILE", "EUR")} == prices(
        read(), "gold", "88017", *names
    )


def test_any_destination_is_every_number() -> None:
    assert {("0.5", "1.2", "any")} == prices(
        read(), "any", "*", "connect_fee", "price_per_minute", "destination"
    )


def test_the_settings_carry_what_is_no_price() -> None:
    tables = tomllib.loads(read().settings)["tariff"]
    assert tables["gold"] == {
        "time_zone": "UTC",
        "rounding": "up",
        "decimals": 4,
        "fallback": "any",
    }
    assert "fallback" not in tables["any"]


def test_a_whole_plan_has_no_problems() -> None:
    imported = read()
    assert ((), ()) == (imported.problems, imported.warnings)
    assert ["any"] + ["gold"] * 11 == [
        line.split(",")[0] for line in tariffs_text(imported.rows).splitlines()[1:]
    ]


def test_a_heavier_day_of_the_year_is_a_holiday() -> None:
    imported = read(**added("RatingPlans", "RP_GOLD,DR_LOW,FOUNDING,20"))
    found = prices(imported, "gold", "8801", "days", "weight")
    assert {("mon-fri", "10"), ("sat,sun", "10"), ("holiday", "20")} == found
    gold = tomllib.loads(imported.settings)["tariff"]["gold"]
    assert (date(2026, 5, 4), date(2027, 5, 4)) == TariffSettings.model_validate(gold).holidays


def test_a_day_of_every_year_is_written_out_for_the_years_of_the_settings() -> None:
    plan = {
        **PLAN,
        "Timings.csv": PLAN["Timings.csv"].replace("2026;2027", "*any"),
        "RatingPlans.csv": f"{PLAN['RatingPlans.csv']}RP_GOLD,DR_LOW,FOUNDING,20\n",
    }
    assert [("Timings.csv", 6, "Id")] == places(import_cgrates(plan, settings()))
    imported = import_cgrates(plan, settings(holiday_years=[2028]))
    assert () == imported.problems
    assert ["2028-05-04"] == tomllib.loads(imported.settings)["tariff"]["gold"]["holidays"]


def test_a_later_activation_ends_the_one_before() -> None:
    imported = read(
        **added("RatingProfiles", "example.org,call,*any,2026-03-01T00:00:00Z,RP_GOLD,")
    )
    assert {("2025-01-01", "2026-03-01")} == prices(imported, "any", "*", "valid_from", "valid_to")
    assert {("2026-03-01", None)} == prices(imported, "any", "88017", "valid_from", "valid_to")


def test_activations_are_read_in_the_zone_of_the_plan() -> None:
    plan = {
        **PLAN,
        "RatingProfiles.csv": "a,call,*any,2025-12-31T23:00:00Z,RP_PLAIN,\n",
    }
    imported = import_cgrates(plan, settings(time_zone="Europe/Rome"))
    assert {("2026-01-01",)} == prices(imported, "any", "*", "valid_from")
    assert () == imported.warnings


def test_without_profiles_each_rating_plan_is_a_tariff() -> None:
    imported = read(without="RatingProfiles")
    assert {"RP_GOLD", "RP_PLAIN"} == set(imported.rows["tariff"])


def test_other_categories_are_left_aside_with_a_warning() -> None:
    imported = read(**added("RatingProfiles", "example.org,sms,*any,,RP_PLAIN,"))
    assert [(4, "Category")] == [(one.line, one.column) for one in imported.warnings]
    assert () == imported.problems


def test_a_currency_that_is_not_given_is_said_to_be_taken() -> None:
    imported = import_cgrates(PLAN, settings(constants={}))
    assert ["Give constants.currency."] == [one.mend for one in imported.warnings]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        pytest.param(
            replaced("Destinations", "8802", "voicemail"),
            ("Destinations.csv", 3, "Prefix"),
            id="a prefix that is none",
        ),
        pytest.param(
            replaced("Rates", "0.0025,1s", "0.1,7s"),
            ("Rates.csv", 6, "Rate"),
            id="a price per minute without end",
        ),
        pytest.param(
            replaced("Rates", "1s,6s", "1s,6"),
            ("Rates.csv", 6, "RateIncrement"),
            id="an increment in nanoseconds",
        ),
        pytest.param(
            replaced("Rates", "1s,6s", "1s,100ms"),
            ("Rates.csv", 6, "RateIncrement"),
            id="an increment of a tenth of a second",
        ),
        pytest.param(
            replaced("Rates", "60s,60s,0s", "60s,60s,10s"),
            ("Rates.csv", 2, "GroupIntervalStart"),
            id="no price for the first seconds",
        ),
        pytest.param(
            replaced("Timings", "5,08:00:00", "5,08:00:30"),
            ("Timings.csv", 2, "Id"),
            id="a timing within a minute",
        ),
        pytest.param(
            replaced("Timings", "PEAK,*any,*any", "PEAK,*any,7"),
            ("Timings.csv", 2, "Id"),
            id="a summer price",
        ),
        pytest.param(
            replaced("DestinationRates", "RT_HIGH,*up", "RT_HIGH,*middle"),
            ("DestinationRates.csv", 2, "RoundingMethod"),
            id="a rounding of its own",
        ),
        pytest.param(
            replaced("DestinationRates", "RT_HIGH,*up,4", "RT_HIGH,*up,9"),
            ("DestinationRates.csv", 2, "RoundingDecimals"),
            id="more decimals than are stored",
        ),
        pytest.param(
            replaced("DestinationRates", "2.5,*free", "much,*free"),
            ("DestinationRates.csv", 4, "MaxCost"),
            id="a cap that is no amount",
        ),
        pytest.param(
            replaced("RatingPlans", "PEAK,10", "PEEK,10"),
            ("RatingPlans.csv", 2, "TimingTag"),
            id="an unknown timing",
        ),
        pytest.param(
            replaced("RatingPlans", "PEAK,10", "PEAK,ten"),
            ("RatingPlans.csv", 2, "Weight"),
            id="a weight that is no number",
        ),
        pytest.param(
            added("RatingPlans", "RP_GOLD,DR_LOW,FOUNDING,10"),
            ("RatingPlans.csv", 8, "TimingTag"),
            id="a holiday as heavy as the week",
        ),
        pytest.param(
            added("RatingPlans", "RP_PLAIN,DR_GONE,*any,1"),
            ("RatingPlans.csv", 8, "DestinationRatesId"),
            id="an unknown destination rate",
        ),
        pytest.param(
            added("RatingPlans", "RP_PLAIN,DR_ANY,*any"),
            ("RatingPlans.csv", 8, None),
            id="a row that is too short",
        ),
        pytest.param(
            added("RatingProfiles", "example.org,call,*any,2026-01-01T08:00:00Z,RP_GOLD,"),
            ("RatingProfiles.csv", 4, "ActivationTime"),
            id="a change of plan within a day",
        ),
        pytest.param(
            added("RatingProfiles", "example.org,call,new,soon,RP_GOLD,"),
            ("RatingProfiles.csv", 4, "ActivationTime"),
            id="an instant that is none",
        ),
        pytest.param(
            added("RatingProfiles", "example.org,call,new,,RP_GOLD,gone"),
            ("RatingProfiles.csv", 4, "FallbackSubject"),
            id="an unknown fallback",
        ),
        pytest.param(
            added("RatingProfiles", "example.org,call,new,,RP_GONE,"),
            ("RatingPlans.csv", None, None),
            id="an unknown rating plan",
        ),
    ],
)
def test_what_cannot_be_said_names_its_row(
    changes: dict[str, str], place: tuple[str, int | None, str | int | None]
) -> None:
    imported = read(**changes)
    assert [place] == places(imported)
    assert {("0.5",)} == prices(imported, "any", "*", "connect_fee"), "the rest goes on"


def test_of_two_equal_timings_one_is_left_out_and_told() -> None:
    imported = read(**added("RatingPlans", "RP_PLAIN,DR_ANY,*always,10"))
    assert [("RatingPlans.csv", 7, "TimingTag")] == places(imported)
    assert 1 == imported.rows.filter(tariff="any").height


def test_a_cap_that_ends_no_call_is_warned_of() -> None:
    imported = read(**replaced("DestinationRates", "2.5,*free", "2.5,*disconnect"))
    assert [(4, "MaxCost")] == [(one.line, one.column) for one in imported.warnings]
    assert {(None,)} == prices(imported, "gold", "88017", "max_charge")


def test_a_plan_without_rates_says_which_file_is_missing() -> None:
    assert ("Rates.csv", None, None) in places(read(without="Rates"))
