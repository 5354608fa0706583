"""exchange_rates.csv: every problem at once, with its place; old and missing rates are told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.money.exchange_rates import rate_warnings, read_exchange
from pipeline.rating.exchange import NO_EXCHANGE, Rate
from warehouse.errors import InvalidInput

GOOD = """\
# monthly, from the bank
from,to,rate,valid_from,ours
USD,EUR,0.8567,2026-01-01,x
USD,EUR,0.86,2026-02-01,
GBP,EUR,1.15,,
USD,GBP,0.75,2026-01-01,
"""
BAD = """\
from,to,rate,valid_from
USD,EUR,0,2026-01-01
USD,EUR,"1,2",2026-02-30
EUR,EUR,1,
usd,EUR,0.9,
GBP,EUR,-1,
GBP,EUR,1.12345678901,2026-01-01
CHF,EUR,0.9,2026-01-01
CHF,EUR,0.9,2026-01-01
,EUR,2000000,
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "exchange_rates.csv"


def test_rates_into_the_reporting_currency_are_taken(file: Path) -> None:
    file.write_text(GOOD, encoding="utf-8")
    exchange = read_exchange(file, "EUR")
    assert {
        Rate("USD", date(2026, 1, 1), Decimal("0.8567")),
        Rate("USD", date(2026, 2, 1), Decimal("0.86")),
        Rate("GBP", date.min, Decimal("1.15")),
    } == set(exchange.rates)
    assert ("USD",) == tuple(rate.currency for rate in read_exchange(file, "GBP").rates)


def test_a_home_needs_no_rates(file: Path) -> None:
    assert NO_EXCHANGE == read_exchange(file, None)
    assert ("EUR", ()) == (read_exchange(file, "EUR").reporting_currency, ())


def test_every_fault_is_told_at_once_with_its_place(file: Path) -> None:
    file.write_text(BAD, encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        read_exchange(file, None)
    found = {(one.line, one.column, one.value) for one in caught.value.problems}
    assert {
        (2, "rate", "0"),
        (3, "rate", "1,2"),
        (3, "valid_from", "2026-02-30"),
        (4, "to", "EUR"),
        (5, "from", "usd"),
        (6, "rate", "-1"),
        (7, "rate", "1.12345678901"),
        (9, "rate", "0.9"),
        (10, "from", None),
        (10, "rate", "2000000"),
    } == found


def test_a_rate_that_is_missing_or_old_is_warned_of(file: Path) -> None:
    file.write_text(GOOD, encoding="utf-8")
    exchange = read_exchange(file, "EUR")

    def warned(today: date) -> dict[str | None, str]:
        used = ("EUR", "USD", "GBP", "CHF")
        return {one.value: one.rule for one in rate_warnings("f", exchange, used, today)}

    assert {"CHF"} == warned(date(2026, 3, 18)).keys()
    assert {"CHF", "USD"} == warned(date(2026, 3, 19)).keys()
    assert "is of 2026-02-01" in warned(date(2026, 3, 19))["USD"]
    assert "no rate" in warned(date(2025, 12, 31))["USD"]
    assert [] == list(rate_warnings("f", NO_EXCHANGE, ("EUR", "USD"), date(2026, 1, 1)))
