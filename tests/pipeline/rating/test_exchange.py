"""One reporting currency: exact to the stored digit, by the rate of the day, never by 1 or 0."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.rating.exchange import NO_EXCHANGE, REPORTED_SCHEMA, Rate, exchange_of
from pipeline.rating.rounding import MONEY
from tests.reference_rater import rounded

DAY = date(2026, 6, 1)
EURO = exchange_of("EUR", [Rate("USD", date(2026, 1, 1), Decimal("0.85"))])


def legs_of(*legs: tuple[Any, Any, Any, str | None, date]) -> pl.DataFrame:
    schema = {"cost": MONEY, "charge": MONEY, "tax": MONEY, "currency": pl.String, "day": pl.Date}
    return pl.DataFrame(list(legs), schema=schema, orient="row")


def reported(*legs: tuple[Any, Any, Any, str | None, date], exchange: Any = EURO) -> list[Any]:
    found = exchange.reported(legs_of(*legs))
    assert REPORTED_SCHEMA == dict(found.schema)
    return list(found.rows())


def test_money_is_converted_by_the_rate_that_holds_on_the_day() -> None:
    exchange = exchange_of(
        "EUR",
        [
            Rate("USD", date(2026, 6, 1), Decimal("0.9")),
            Rate("USD", date(2026, 1, 1), Decimal("0.8")),
            Rate("GBP", date.min, Decimal("1.15")),
        ],
    )
    legs = [
        (Decimal(1), Decimal(2), Decimal(0), "USD", date(2026, 5, 31)),
        (Decimal(1), Decimal(2), Decimal(0), "USD", date(2026, 6, 1)),
        (Decimal(1), Decimal(2), Decimal(0), "GBP", date(2020, 6, 1)),
    ]
    assert [
        ("EUR", Decimal("0.8"), Decimal("1.6"), Decimal(0), "converted"),
        ("EUR", Decimal("0.9"), Decimal("1.8"), Decimal(0), "converted"),
        ("EUR", Decimal("1.15"), Decimal("2.3"), Decimal(0), "converted"),
    ] == reported(*legs, exchange=exchange)


def test_money_of_the_reporting_currency_stays_as_it_is_and_needs_no_rate() -> None:
    (found,) = reported((Decimal("0.123457"), Decimal("0.2"), Decimal("0.04"), "EUR", DAY))
    assert ("EUR", Decimal("0.123457"), Decimal("0.2"), Decimal("0.04"), "own_currency") == found


def test_without_a_rate_the_money_is_empty_and_the_reason_said() -> None:
    before, unknown = reported(
        (Decimal(1), Decimal(1), Decimal(0), "USD", date(2025, 12, 31)),
        (Decimal(1), Decimal(1), Decimal(0), "CHF", DAY),
    )
    assert ("EUR", None, None, None, "no_rate") == before == unknown


def test_nothing_is_nothing_in_any_currency() -> None:
    nothing, internal, only_charged = reported(
        (Decimal(0), Decimal(0), Decimal(0), "CHF", DAY),
        (Decimal(0), Decimal(0), Decimal(0), None, DAY),
        (Decimal(0), Decimal("0.01"), Decimal(0), "CHF", DAY),
    )
    assert ("EUR", 0, 0, 0, "nothing_owed") == nothing == internal
    assert "no_rate" == only_charged[-1]


def test_what_has_no_price_has_none_in_another_currency() -> None:
    assert [("EUR", None, None, None, None)] == reported((None, None, None, None, DAY))


def test_without_a_reporting_currency_nothing_is_reported() -> None:
    leg = (Decimal(1), Decimal(1), Decimal(0), "EUR", DAY)
    assert [(None,) * 5] == reported(leg, exchange=NO_EXCHANGE)
    rates = [Rate("USD", DAY, Decimal(2))]
    assert exchange_of(None, rates) == NO_EXCHANGE


amounts = st.one_of(
    st.decimals(0, 10, places=6), st.decimals(0, Decimal("99999999.999999"), places=6)
)
rates = st.one_of(
    st.decimals("0.0000000001", 2, places=10), st.decimals("0.0001", 99_999, places=4)
)


@settings(max_examples=200)
@given(
    legs=st.lists(
        st.tuples(amounts, amounts, amounts, st.sampled_from(["EUR", "USD", "HUF"])),
        min_size=1,
        max_size=8,
    ),
    usd=rates,
    huf=rates,
)
def test_every_amount_is_that_of_fractions_to_the_last_digit(
    legs: list[tuple[Decimal, Decimal, Decimal, str]], usd: Decimal, huf: Decimal
) -> None:
    known = {"EUR": Fraction(1), "USD": Fraction(usd), "HUF": Fraction(huf)}
    exchange = exchange_of("EUR", [Rate("USD", date.min, usd), Rate("HUF", date.min, huf)])
    found = reported(*((*leg, DAY) for leg in legs), exchange=exchange)
    for (*money, currency), (_, *into, _) in zip(legs, found, strict=True):
        expected = [rounded(Fraction(one) * known[currency], "half_up", 6) for one in money]
        assert expected == into


def test_another_rate_or_currency_is_another_version() -> None:
    other = exchange_of("EUR", [Rate("USD", date(2026, 1, 1), Decimal("0.86"))])
    dollar = exchange_of("USD", EURO.rates)
    assert 4 == len({one.version for one in (EURO, other, dollar, NO_EXCHANGE)})
