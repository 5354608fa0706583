"""What tables of pages are given to draw."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

import polars as pl
import pytest

from app.data import View
from app.format import ENGLISH
from app.frame.columns import config, values
from app.reports.document import Column, Kind, Table
from warehouse.legs import MONEY

NO_VIEW = cast("View", None)


def drawn(kind: Kind, found: pl.Series) -> list[float]:
    column = Column("one", "One", kind)
    return values(Table("T", (column,), found.alias("one").to_frame()), column, NO_VIEW).to_list()


@pytest.mark.parametrize(
    ("kind", "given", "shown"),
    [
        (Kind.MONEY, Decimal("135.8851"), 135.89),
        (Kind.MONEY, Decimal("1.005"), 1.01),
        (Kind.MONEY, Decimal("-1.005"), -1.01),
        (Kind.FINE_MONEY, Decimal("0.02575"), 0.0258),
        (Kind.DURATION, Decimal(12345), 205.8),
    ],
)
def test_amounts_are_rounded_as_in_all_other_places(
    kind: Kind, given: Decimal, shown: float
) -> None:
    assert [shown] == drawn(kind, pl.Series([given], dtype=MONEY))


def test_yen_have_no_decimals() -> None:
    rows = pl.DataFrame({"one": pl.Series([Decimal("1.495")], dtype=MONEY), "currency": ["JPY"]})
    column = Column("one", "One", Kind.MONEY)
    assert [1.0] == values(Table("T", (column,), rows), column, NO_VIEW).to_list()


def test_shares_are_rounded_to_a_tenth_of_a_percent() -> None:
    assert [0.35, 0.349] == drawn(Kind.SHARE, pl.Series([0.3496, 0.3492]))


def test_a_long_text_far_down_has_its_room() -> None:
    column = Column("one", "One")
    short, late = ["IT"] * 9, "Human Resources"
    found = config(column, "One", pl.Series([*short, late]), None, ENGLISH)
    assert found["width"] > 100
    widest = config(column, "One", pl.Series([*short, "x" * 500]), None, ENGLISH)["width"]
    assert found["width"] < widest < 200
    assert config(column, "One", pl.Series([late, *short]), None, ENGLISH)["width"] is None
    assert config(column, "One", pl.Series([], dtype=pl.String), None, ENGLISH)["width"] is None


@pytest.mark.parametrize("kind", [Kind.SHARE, Kind.DURATION, Kind.FINE_MONEY, Kind.MONEY])
def test_numbers_have_the_separators_of_their_reader(kind: Kind) -> None:
    form = config(Column("one", "One", kind), "One", pl.Series([1.5]), "CHF", ENGLISH)
    assert form["type_config"]["format"] in ("localized", "percent")
    assert form["type_config"]["step"] in (0.1, 0.01, 0.001, 0.0001)
