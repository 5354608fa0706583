"""What a price list may hold, and what is said where it holds something else."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from pipeline.rating import parse_tariffs
from pipeline.rating.days import EVERY_DAY
from tests.pipeline.rating.build import table_of
from warehouse.errors import InvalidInput

MONEY = "must be an amount from 0 to below 10,000 with at most 8 decimals"
PREFIX = "must be digits beginning with a country code, = and a short number, or *"
DAY = "must be a day of the calendar since 1900 as YYYY-MM-DD"
DAYS = "must name days"
TIME = "must be a time of day as HH:MM"
SECONDS = "must be whole seconds from 1 to 86400"


def problems_of(table: pl.DataFrame) -> list[tuple[str | None, str, int | None, str | int | None]]:
    with pytest.raises(InvalidInput) as refused:
        parse_tariffs(table, "prices.csv")
    assert all(problem.file == "prices.csv" and problem.mend for problem in refused.value.problems)
    return [
        (problem.value, problem.rule, problem.line, problem.column)
        for problem in refused.value.problems
    ]


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        *(("prefix", value, PREFIX) for value in ("+39", "39 06", "0039", "=", "3906*", "4.9E+10")),
        ("prefix", "1234567890123456", PREFIX),
        *(
            (column, value, MONEY)
            for column in ("connect_fee", "price_per_minute", "min_charge", "max_charge")
            for value in ("-1", "1,5", "10000", "0.123456789", "1e3", "€ 1", ".5")
        ),
        *(("first_increment_s", value, SECONDS) for value in ("0", "-1", "1.5", "86401", "a")),
        ("next_increment_s", "0", SECONDS),
        ("free_below_s", "2.5", "must be whole seconds from 0 to 86400"),
        *(("valid_from", value, DAY) for value in ("1.10.2026", "2026-02-30", "26-1-1")),
        ("valid_to", "0001-01-01", DAY),
        ("currency", "eur", "must be an ISO 4217 currency"),
        ("currency", "EURO", "must be an ISO 4217 currency"),
        ("call_type", "Mobile", "must be a call type"),
        *(("days", value, DAYS) for value in ("Mon", "mon-", "mon;tue", "1-5", "mon,", "weekend")),
        *(("from_time", value, TIME) for value in ("8:00", "24:00", "08:60", "08:00:00", "8")),
        *(("to_time", value, TIME) for value in ("24:01", "25:00", "noon")),
        *(
            ("from_second", value, "must be whole seconds from 0 to 86400")
            for value in ("-1", "1.5", "86401")
        ),
        *(("weight", value, "must be a whole number") for value in ("1.5", "heavy", "1e3")),
    ],
)
def test_a_cell_that_cannot_be_read_is_pointed_at(column: str, value: str, rule: str) -> None:
    assert [(value, rule, 3, column)] == problems_of(table_of({"prefix": "1"}, {column: value}))


@pytest.mark.parametrize("column", ["tariff", "prefix", "destination", "price_per_minute"])
def test_a_required_cell_must_not_be_empty(column: str) -> None:
    assert [(None, "must have a value", 2, column)] == problems_of(table_of({column: "  "}))


def test_a_required_column_must_be_there() -> None:
    expected = [(None, "the column destination is missing", 1, "destination")]
    assert expected == problems_of(table_of({}).drop("destination"))


def test_an_unknown_column_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_tariffs(table_of({"valid_form": "2026-01-01"}), "prices.csv")
    assert (
        "prices.csv, line 1, column valid_form: 'valid_form': is no column of a price list. "
        "Did you mean valid_from?"
    ) == str(refused.value)


def test_a_validity_must_not_end_before_it_begins() -> None:
    table = table_of({"valid_from": "2026-02-01", "valid_to": "2026-02-01"})
    rule = "must be later than valid_from, 2026-02-01"
    assert [("2026-02-01", rule, 2, "valid_to")] == problems_of(table)


def test_a_minimum_must_not_be_above_the_cap() -> None:
    table = table_of({"min_charge": "0.50", "max_charge": "0.4"})
    rule = "the minimum is above the cap of the same row"
    assert [("0.5", rule, 2, "min_charge")] == problems_of(table)


def test_a_tariff_has_one_currency() -> None:
    table = table_of(
        {"prefix": "1"},
        {"prefix": "2", "currency": "USD"},
        {"tariff": "u", "prefix": "1", "currency": "USD"},
    )
    rule = "the tariff t has another currency above"
    assert [("USD", rule, 3, "currency")] == problems_of(table)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {}),
        ({"valid_to": "2026-02-02"}, {"valid_from": "2026-02-01"}),
        ({"valid_from": "2026-02-01"}, {"valid_from": "2025-01-01"}),
        ({}, {"valid_from": "2026-01-01", "valid_to": "2026-01-02"}),
    ],
)
def test_a_prefix_has_one_price_at_a_time(first: dict[str, str], second: dict[str, str]) -> None:
    rule = "the same tariff and prefix has a price at the same time in line 2"
    assert [("39", rule, 3, "prefix")] == problems_of(table_of(first, second))


def test_a_long_price_overlaps_all_that_lie_within() -> None:
    table = table_of(
        {"valid_from": "2026-01-01"},
        {"valid_from": "2026-02-01", "valid_to": "2026-03-01"},
        {"valid_from": "2026-04-01", "valid_to": "2026-05-01"},
    )
    assert [3, 4] == [line for _, _, line, _ in problems_of(table)]


def test_one_price_may_follow_another_on_the_same_day() -> None:
    rows = parse_tariffs(
        table_of({"valid_to": "2026-02-01"}, {"valid_from": "2026-02-01"}), "prices.csv"
    )
    assert [None, date(2026, 2, 1)] == rows["valid_from"].to_list()


def test_all_problems_come_at_once_in_the_order_of_lines() -> None:
    table = table_of(
        {"prefix": "x", "call_type": "y"},
        {"price_per_minute": "z"},
        {"currency": "Q", "tariff": ""},
    )
    found = [(line, column) for _, _, line, column in problems_of(table)]
    assert {
        (2, "prefix"),
        (2, "call_type"),
        (3, "price_per_minute"),
        (4, "currency"),
        (4, "tariff"),
    } == set(found)
    assert sorted(line or 0 for line, _ in found) == [line for line, _ in found]


def test_cells_are_read_exactly_and_empty_ones_have_their_defaults() -> None:
    table = table_of({"price_per_minute": " 9999.99999999 ", "days": "*", "from_second": "0"})
    expected = {
        "tariff": "t",
        "prefix": "39",
        "destination": "Italy",
        "call_type": "national",
        "days": EVERY_DAY,
        "from_time": 0,
        "to_time": 1440,
        "from_second": 0,
        "weight": 0,
        "connect_fee": 0,
        "price_per_minute": 999_999_999_999,
        "first_increment_s": 1,
        "next_increment_s": 1,
        "free_below_s": 0,
        "min_charge": 0,
        "max_charge": None,
        "currency": "EUR",
        "valid_from": None,
        "valid_to": None,
        "line": 2,
    }
    assert expected == parse_tariffs(table, "prices.csv").row(0, named=True)
