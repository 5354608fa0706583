"""What departments and sites are charged: which rule holds, what it comes to, what is told."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.rating import ChargeRule, Charges, Rounding, TariffSettings, explain, rate
from pipeline.rating.charges import ties
from tests.pipeline.rating.build import legs_of, tariffs_of
from tests.reference_rater import rounded

DAY = date(2026, 6, 1)


def rule(**facts: Any) -> ChargeRule:
    return ChargeRule.model_validate(facts)


def paid_by(*payers: tuple[str | None, str | None, date], **leg: Any) -> pl.DataFrame:
    """Legs of payers: department, site and local day."""
    named = pl.DataFrame(
        list(payers),
        schema={"department": pl.String, "site": pl.String, "day": pl.Date},
        orient="row",
    )
    return pl.concat([legs_of(*({**leg} for _ in payers)), named], how="horizontal")


def rated(
    rules: Sequence[ChargeRule],
    legs: pl.DataFrame,
    tariff: Mapping[str, Any] | None = None,
    **row: str,
) -> pl.DataFrame:
    found = tariffs_of(row, t=TariffSettings(**(tariff or {})))
    return rate(legs, found.charging(Charges.of(rules)))


def test_the_most_specific_rule_holds_alone() -> None:
    rules = [
        rule(site="Rome", surcharge="0.01"),
        rule(department="Sales", surcharge="0.02"),
        rule(department="Sales", site="Rome", surcharge="0.04"),
    ]
    legs = paid_by(
        ("Sales", "Rome", DAY), ("Sales", "Milan", DAY), ("Legal", "Rome", DAY), (None, None, DAY)
    )
    cents = rated(rules, legs)["charge"] - Decimal("0.6")
    assert ["0.04", "0.02", "0.01", "0"] == [str(cent.normalize()) for cent in cents]


def test_a_rule_may_spare_a_department_what_its_site_is_charged() -> None:
    rules = [rule(site="Rome", markup_percent=10), rule(department="Board", site="Rome")]
    legs = paid_by(("Board", "Rome", DAY), ("Sales", "Rome", DAY))
    assert [Decimal("0.6"), Decimal("0.66")] == rated(rules, legs)["charge"].to_list()


def test_a_rule_holds_on_its_days_the_end_exclusive() -> None:
    rules = [
        rule(department="Sales", surcharge=1, valid_from="2026-06-01", valid_to="2026-07-01"),
        rule(department="Sales", surcharge=2, valid_from="2026-07-01"),
    ]
    days = (date(2026, 5, 31), date(2026, 6, 1), date(2026, 6, 30), date(2026, 7, 1))
    legs = paid_by(*(("Sales", None, day) for day in days))
    assert [0, 1, 1, 2] == (rated(rules, legs)["charge"] - Decimal("0.6")).to_list()


def test_markups_multiply_and_no_surcharge_is_marked_up() -> None:
    tariff = {"markup_percent": 10, "surcharge": "0.05", "tax_percent": 20}
    rules = [rule(department="Sales", markup_percent=50, surcharge="0.10")]
    found = rated(rules, paid_by(("Sales", "Rome", DAY)), tariff, price_per_minute="1")
    # 1 × 1.1 × 1.5 + 0.05 + 0.10
    assert (Decimal("1.8"), Decimal("0.36")) == (found["charge"][0], found["tax"][0])


def test_what_costs_nothing_is_charged_nothing() -> None:
    rules = [rule(department="Sales", surcharge="0.10")]
    for leg, row in (
        ({"direction": "inbound"}, {}),
        ({"outcome": "busy"}, {}),
        ({}, {"price_per_minute": "0"}),
    ):
        found = rated(rules, paid_by(("Sales", "Rome", DAY), **leg), **row)
        assert (0, 0) == (found["charge"][0], found["tax"][0])
    lost = rated(rules, paid_by(("Sales", "Rome", DAY), number="+4412345"))
    assert [None] == lost["charge"].to_list()


def test_the_cost_is_what_it_was() -> None:
    legs = paid_by(("Sales", "Rome", DAY))
    with_rule = rated([rule(department="Sales", markup_percent=5)], legs)
    charged = ["charge", "explanation"]
    assert with_rule.drop(charged).equals(rated([], legs).drop(charged))


percents = st.decimals(0, 400, places=4)
amounts = st.decimals(0, 20, places=6)
names = st.sampled_from([None, "Sales", "Legal", "Board"])
places = st.sampled_from([None, "Rome", "Milan"])
days = st.dates(date(2026, 5, 25), date(2026, 6, 10))


@st.composite
def rule_lists(draw: st.DrawFn) -> list[ChargeRule]:
    """Rules without a tie."""
    found: list[ChargeRule] = []
    for _ in range(draw(st.integers(1, 6))):
        facts = {
            "department": draw(names),
            "site": draw(places),
            "markup_percent": draw(percents),
            "surcharge": draw(amounts),
            "valid_from": draw(st.none() | days),
            "valid_to": draw(st.none() | days),
        }
        try:
            candidate = rule(**facts)
        except ValidationError:
            continue
        if not any(candidate.ties_with(other) for other in found):
            found.append(candidate)
    return found


def slowly_charged(
    cost: Decimal, tariff: TariffSettings, rules: list[ChargeRule], payer: tuple[Any, Any, date]
) -> tuple[Decimal, Decimal]:
    """Charge and tax, by fractions and loops."""
    department, site, day = payer
    fitting = [
        one
        for one in rules
        if one.department in (None, department)
        and one.site in (None, site)
        and (one.valid_from is None or one.valid_from <= day)
        and (one.valid_to is None or day < one.valid_to)
    ]
    order = [one for one in fitting if one.department and one.site]
    order += [one for one in fitting if one.department and not one.site]
    order += [one for one in fitting if not one.department]
    markup = 1 + Fraction(order[0].markup_percent) / 100 if order else Fraction(1)
    surcharge = Fraction(order[0].surcharge) if order else Fraction(0)
    amount = Fraction(cost) * (1 + Fraction(tariff.markup_percent) / 100) * markup
    amount += Fraction(tariff.surcharge) + surcharge
    charge = rounded(amount, tariff.rounding, tariff.decimals)
    tax = Fraction(charge) * Fraction(tariff.tax_percent) / 100
    return charge, rounded(tax, tariff.rounding, tariff.decimals)


@settings(max_examples=150)
@given(
    rules=rule_lists(),
    payers=st.lists(st.tuples(names, places, days), min_size=1, max_size=12),
    price=st.decimals("0.00000001", 2_000, places=8),
    rounding=st.sampled_from([*Rounding]),
    decimals=st.integers(0, 6),
    own=st.tuples(percents, amounts, st.decimals(0, 100, places=4)),
)
def test_charges_and_taxes_are_those_of_a_slow_calculation_to_the_last_digit(
    rules: list[ChargeRule],
    payers: list[tuple[Any, Any, date]],
    price: Decimal,
    rounding: Rounding,
    decimals: int,
    own: tuple[Decimal, Decimal, Decimal],
) -> None:
    markup, surcharge, tax = own
    written = {"rounding": rounding, "decimals": decimals, "tax_percent": tax}
    tariff = TariffSettings(markup_percent=markup, surcharge=surcharge, **written)  # type: ignore[arg-type]
    found = rate(
        paid_by(*payers),
        tariffs_of({"price_per_minute": f"{price:f}"}, t=tariff).charging(Charges.of(rules)),
    )
    for payer, row in zip(payers, found.iter_rows(named=True), strict=True):
        expected = slowly_charged(row["cost"], tariff, rules, payer)
        assert expected == (row["charge"], row["tax"]), (payer, row)


def test_dear_calls_are_exact_too() -> None:
    rules = [rule(department="Sales", markup_percent="399.9999", surcharge="9999.999999")]
    tariff = TariffSettings(markup_percent="399.9999", decimals=6)  # type: ignore[arg-type]
    payers = [("Sales", "Rome", DAY), (None, None, DAY)]
    legs = paid_by(*payers, talk_s=Decimal(86_400_000))
    found = rate(
        legs, tariffs_of({"price_per_minute": "9999"}, t=tariff).charging(Charges.of(rules))
    )
    for payer, row in zip(payers, found.rows(named=True), strict=True):
        assert slowly_charged(row["cost"], tariff, rules, payer)[0] == row["charge"]


def test_the_stored_explanation_names_the_rule_of_the_payer() -> None:
    rules = [
        rule(department='R&D "Süd"', site="Rome", markup_percent="12.50", surcharge="0.010"),
        rule(site="Milan", surcharge="0.02"),
    ]
    legs = paid_by(('R&D "Süd"', "Rome", DAY), ("Sales", "Milan", DAY), ("Sales", "Rome", DAY))
    told = [json.loads(text) for text in rated(rules, legs)["explanation"]]
    assert {
        "department": 'R&D "Süd"',
        "site": "Rome",
        "markup_percent": "12.5",
        "surcharge": "0.01",
    } == told[0].pop("for")
    assert {"site": "Milan", "surcharge": "0.02"} == told[1].pop("for")
    assert told[0] == told[1] == told[2]


def test_a_call_through_several_bands_tells_its_rule_and_a_free_one_none() -> None:
    rules = [rule(department="Sales", surcharge="0.02")]
    rows = (
        {"to_time": "12:01", "from_time": "00:00"},
        {"from_time": "12:01", "to_time": "24:00", "price_per_minute": "0.30"},
    )
    tariffs = tariffs_of(*rows, {"prefix": "44", "free_below_s": "90"}).charging(Charges.of(rules))
    legs = pl.concat(
        [
            paid_by(("Sales", "Rome", DAY), talk_s=Decimal(120)),
            paid_by(("Sales", "Rome", DAY), number="+4412345"),
        ]
    )
    walked, free = (json.loads(text) for text in rate(legs, tariffs)["explanation"])
    assert (2, "0.02") == (len(walked["segments"]), walked["for"]["surcharge"])
    assert {"free_below_s": 90} == free


def test_an_explanation_in_full_has_the_rule_that_held() -> None:
    one = rule(department="Sales", surcharge="0.02")
    tariffs = tariffs_of({}).charging(Charges.of([one]))
    assert one == explain(paid_by(("Sales", "Rome", DAY)), tariffs).rule
    assert explain(paid_by(("Legal", "Rome", DAY)), tariffs).rule is None


def test_prices_with_other_charges_have_another_basis_and_the_same_version() -> None:
    plain = tariffs_of({})
    charged = plain.charging(Charges.of([rule(site="Rome", surcharge=1)]))
    other = plain.charging(Charges.of([rule(site="Rome", surcharge=2)]))
    assert 3 == len({plain.basis, charged.basis, other.basis})
    assert plain.version == charged.version == other.version


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"surcharge": 1}, "neither a department nor a site"),
        (
            {"site": "Rome", "valid_from": "2026-02-01", "valid_to": "2026-02-01"},
            "not after its start",
        ),
        ({"site": "Rome", "markup_percent": -1}, "greater than or equal to 0"),
        ({"site": "Rome", "markup_percent": "1.00001"}, "decimal places"),
        ({"site": ""}, "at least 1 character"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(facts: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        rule(**facts)


def test_rules_tie_where_the_same_names_share_a_day() -> None:
    rules = [
        rule(department="Sales", valid_to="2026-02-01"),
        rule(department="Sales", valid_from="2026-02-01"),
        rule(department="Sales", valid_from="2026-01-31", valid_to="2026-02-02"),
        rule(department="Sales", site="Rome"),
        rule(site="Rome"),
    ]
    assert [(2, 0)] == list(ties(rules))
    with pytest.raises(ValueError, match="same legs"):
        Charges.of(rules)
