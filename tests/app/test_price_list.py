"""Price lists as tables: what holds on a day, what fits a number, what differs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.administration import price_list
from app.administration.price_list import ADDED, CHANGED, CHEAPER, DEARER, REMOVED

LIST = """\
tariff,prefix,destination,price_per_minute,connect_fee,days,valid_from,valid_to
a,39,Italy,0.60,0.05,,,
a,3906,Rome,0.10,,,2024-01-01,2025-01-01
a,3906,Rome,0.12,,,2025-01-01,
a,44,United Kingdom,0.20,,mon-fri,,
a,*,Elsewhere,1,,,,
a,=112,Emergency,0,,,,
"""


def rows(text: str) -> list[str]:
    found = price_list.in_force(price_list.read(LIST.encode()), date(2024, 6, 1))
    return price_list.matching(found, text)["prefix"].to_list()


@pytest.mark.parametrize(
    ("text", "prefixes"),
    [
        ("+39 06 1234", ["3906", "39", "*"]),
        ("39", ["3906", "39", "*"]),
        ("4420", ["44", "*"]),
        ("=112", ["=112", "*"]),
        ("rome", ["3906"]),
        ("nowhere", []),
        ("", ["39", "3906", "44", "*", "=112"]),
    ],
)
def test_prices_are_found_by_number_longest_prefix_first_and_by_destination(
    text: str, prefixes: list[str]
) -> None:
    assert prefixes == rows(text)


@pytest.mark.parametrize(
    ("on", "price"), [(date(2024, 12, 31), "0.10"), (date(2025, 1, 1), "0.12")]
)
def test_a_price_holds_until_the_day_before_its_end(on: date, price: str) -> None:
    found = price_list.matching(price_list.in_force(price_list.read(LIST.encode()), on), "3906")
    assert price == found["price_per_minute"][0]


def test_a_new_list_is_looked_at_when_its_last_prices_hold() -> None:
    found = price_list.read(LIST.encode())
    assert date(2025, 1, 1) == price_list.newest_beginning(found, date(2024, 6, 1))
    assert date(2026, 6, 1) == price_list.newest_beginning(found, date(2026, 6, 1))


HEADER = "tariff,prefix,destination,price_per_minute,connect_fee,first_increment_s,currency\n"


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("a,39,Italy,0.60,,,", "a,39,Italy,0.6,0,1,EUR", None),
        ("a,39,Italy,0.60,,,", "a,39,Italy,0.61,,,", DEARER),
        ("a,39,Italy,0.60,,,", "a,39,Italy,0.60,,60,", DEARER),
        ("a,39,Italy,0.60,0.05,,", "a,39,Italy,0.60,,,", CHEAPER),
        ("a,39,Italy,0.60,0.05,,", "a,39,Italy,0.70,,,", CHANGED),
        ("a,39,Italy,0.60,,,", "a,39,Italy,0.70,,,USD", CHANGED),
        ("a,39,Italy,0.60,,,", "a,39,Italia,0.60,,,", CHANGED),
    ],
)
def test_a_price_is_dearer_if_nothing_of_it_is_cheaper(
    before: str, after: str, kind: str | None
) -> None:
    found = price_list.changes(
        *(price_list.read(f"{HEADER}{row}\n".encode()) for row in (before, after))
    )
    assert ([] if kind is None else [kind]) == found["kind"].to_list()


def test_what_one_list_alone_has_was_added_or_removed_with_its_amount() -> None:
    found = price_list.changes(
        price_list.read(f"{HEADER}a,39,Italy,0.60,,,\n".encode()),
        price_list.read(f"{HEADER}a,3906,Rome,0.0001,,,\n".encode()),
    )
    columns = ("kind", "prefix", "price_per_minute_before", "price_per_minute_after")
    assert [
        (REMOVED, "39", Decimal("0.6"), None),
        (ADDED, "3906", None, Decimal("0.0001")),
    ] == found.select(columns).rows()
