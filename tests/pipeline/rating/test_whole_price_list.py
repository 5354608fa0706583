"""A price list of the size and shape that carriers publish, against a search that is surely right.

With `TOLLBOOK_PRICE_LIST=path/to/list.csv` a real one takes the same test: with the columns
Destination, Rate, Country and CallingArea, or with those of tariffs.csv.
"""

from __future__ import annotations

import csv
import io
import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipeline.importers import ImportSettings, import_mapped_csv, tariffs_text
from pipeline.rating import Tariffs, compile_tariffs, parse_tariffs, rate
from pipeline.tables import parse_table
from tests.pipeline.rating.build import LEG_SCHEMA

REAL = os.environ.get("TOLLBOOK_PRICE_LIST")
HEADER = ("Destination", "Rate", "Country", "CallingArea")
LENGTHS = {1: 2, 2: 46, 3: 210, 4: 690, 5: 3150, 6: 8390, 7: 25_340, 8: 5520, 9: 770}
"""How many prefixes of so many digits a real list has."""
NUMBERS = 100_000
SEARCHED = 150
"""Numbers that are also held against every single prefix."""
WHEN = datetime(2026, 6, 1, 12)
SETTINGS = ImportSettings.model_validate(
    {
        "columns": {
            "prefix": "Destination",
            "price": "Rate",
            "destination": ["Country", "CallingArea"],
        },
        "constants": {"tariff": "t", "call_type": "international", "currency": "NZD"},
    }
)


@dataclass(frozen=True)
class Listed:
    """A price list as text, and what it is known to say."""

    text: str
    prices: dict[str, str]
    """By prefix."""
    not_codes: tuple[int, ...]
    """Lines that are no price of any prefix."""


def generated() -> Listed:
    dice = random.Random(44_118)
    known: set[str] = set()
    level = [""]
    for length, many in LENGTHS.items():
        grown: set[str] = set()
        while len(grown) < many:
            stem = dice.choice(level) if dice.random() < 0.9 else str(dice.randrange(1, 10**8))
            code = (stem + "".join(dice.choices("0123456789", k=length)))[:length]
            if len(code) == length and code[0] != "0":
                grown.add(code)
        known |= grown
        level = sorted(grown)
    codes = sorted(known)
    prices = {code: str(Decimal(dice.randrange(1, 400)) / 100) for code in codes}
    rows = list(_rows(codes, prices, dice))
    dice.shuffle(rows)
    lines = [*rows, ("UM", "0", "Not Applicable", "a prefix that is none")]
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *lines])
    return Listed(text.getvalue(), prices, (len(lines) + 1,))


def _rows(
    codes: list[str], prices: dict[str, str], dice: random.Random
) -> Iterator[tuple[str, str, str, str]]:
    """Codes by themselves, and now and then neighbours of one length as a range or a list."""
    at = 0
    while at < len(codes):
        first, end = codes[at], at + 1
        joined = dice.random() < 0.05
        while joined and end < len(codes) and codes[end] == str(int(first) + end - at):
            prices[codes[end]] = prices[first]
            end += 1
        members = codes[at:end]
        is_range = len(members) > 1 and dice.random() < 0.5
        written = f"{members[0]}-{members[-1]}" if is_range else ";".join(members)
        yield written, prices[first], f"Country, {first[0]}", f"Area {first}"
        at = end


def real(path: Path) -> Listed:
    text = path.read_text(encoding="utf-8-sig")
    prices: dict[str, str] = {}
    not_codes = []
    name = "prefix" if "prefix" in text.split("\n", 1)[0] else HEADER[0]
    amount = "price_per_minute" if name == "prefix" else HEADER[1]
    reader = csv.DictReader(io.StringIO(text))
    for row in reader:
        if re.fullmatch(r"[1-9][0-9]*", row[name]):
            prices.setdefault(row[name], row[amount])
        else:
            not_codes.append(reader.line_num)
    return Listed(text, prices, tuple(not_codes))


@pytest.fixture(scope="module", params=["generated", *(["real"] if REAL else [])])
def listed(request: pytest.FixtureRequest) -> Listed:
    return generated() if request.param == "generated" else real(Path(REAL or ""))


@pytest.fixture(scope="module")
def rows(listed: Listed) -> pl.DataFrame:
    text = listed.text
    if text.startswith(HEADER[0]):
        imported = import_mapped_csv(text, "list.csv", SETTINGS)
        assert sorted({one.line for one in imported.problems}) == list(listed.not_codes)
        text = tariffs_text(imported.rows)
    table = parse_table("tariffs.csv", text, optional=None)
    return parse_tariffs(table.rows, table.file)


@pytest.fixture(scope="module")
def tariffs(rows: pl.DataFrame) -> Tariffs:
    return compile_tariffs(rows)


def numbers(listed: Listed) -> list[str]:
    """Numbers within the prefixes, cut off among them, beside them, and anywhere."""
    dice = random.Random(1)
    codes = sorted(listed.prices)

    def tail(most: int) -> str:
        return "".join(dice.choices("0123456789", k=dice.randint(0, most)))

    def one() -> str:
        code, kind = dice.choice(codes), dice.random()
        if kind < 0.5:
            return code + tail(15 - len(code))
        if kind < 0.6:
            return code[: dice.randint(1, len(code))]
        if kind < 0.8:
            return str(int(code) + dice.choice((-1, 1))) + tail(6)
        return str(dice.randrange(1, 10)) + tail(14)

    return [f"+{one()}" for _ in range(NUMBERS)]


def test_a_whole_list_is_imported_with_every_prefix_and_its_price(
    listed: Listed, rows: pl.DataFrame
) -> None:
    unit = Decimal(10) ** 8
    found = dict(rows.filter(pl.col("prefix") != "*").select("prefix", "price_per_minute").rows())
    assert {code: Decimal(price) * unit for code, price in listed.prices.items()} == found


def test_numbers_meet_the_prefix_that_a_search_through_all_of_them_finds(
    listed: Listed, tariffs: Tariffs
) -> None:
    called = numbers(listed)
    tariff = tariffs.names[0]
    legs = pl.DataFrame({"number": called}).with_columns(
        direction=pl.lit("outbound"),
        outcome=pl.lit("answered"),
        tariff=pl.lit(tariff),
        started_at=pl.lit(WHEN, pl.Datetime("ms")),
        answered_at=pl.lit(WHEN, pl.Datetime("ms")),
        talk_s=pl.lit(60, pl.Decimal(12, 3)),
    )
    assert LEG_SCHEMA == dict(legs.schema)
    found = rate(legs, tariffs, explained=False)
    known = listed.prices
    expected = [
        next((digits[:end] for end in range(len(digits), 0, -1) if digits[:end] in known), None)
        for digits in (number[1:] for number in called)
    ]
    assert expected == found["prefix"].to_list()
    for number, prefix in list(zip(called, expected, strict=True))[:SEARCHED]:
        fitting = [code for code in known if number[1:].startswith(code)]
        assert max(fitting, key=len, default=None) == prefix
    costs = [None if prefix is None else Decimal(known[prefix]) for prefix in expected]
    assert costs == found["cost"].to_list()
    matched = sum(prefix is not None for prefix in expected)
    assert NUMBERS // 2 < matched < NUMBERS
