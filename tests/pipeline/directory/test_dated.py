"""Dated rows, found by key and instant: as looking through all of them would find them."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipeline.directory.dated import NONE, Dated
from pipeline.directory.keys import Keys
from pipeline.directory.trunks import Trunks
from warehouse.legs import INSTANT

EPOCH = datetime(1970, 1, 1)
NAMES = st.sampled_from(("anna", "bob", "", "ünä", "a" * 40, "eve"))
Row = tuple[str | None, int, int, str]
ROWS = st.lists(
    st.tuples(st.none() | NAMES, st.integers(-50, 50), st.integers(1, 60), st.text(max_size=3)),
    max_size=20,
)


def table(rows: list[Row], key: str = "user") -> pl.DataFrame:
    instant = [(name, _ms(begin), _ms(begin + length), fact) for name, begin, length, fact in rows]
    schema = {key: pl.String(), "since": INSTANT, "until": INSTANT, "name": pl.String()}
    return pl.DataFrame(instant, schema=schema, orient="row")


def _ms(count: int) -> datetime:
    return EPOCH + timedelta(milliseconds=count)


def looked_through(rows: list[Row], name: str | None, at: int) -> str | None:
    """The fact of the row of that name that began last, if it still holds."""
    begun = [row for row in rows if row[0] is not None and row[0] == name and row[1] <= at]
    if not begun:
        return None
    _, since, length, fact = max(enumerate(begun), key=lambda row: (row[1][1], row[0]))[1]
    return fact if at < since + length else None


@given(ROWS, st.lists(st.tuples(st.none() | NAMES, st.integers(-60, 120)), max_size=30))
def test_the_row_that_holds_is_found(rows: list[Row], asked: list[tuple[str | None, int]]) -> None:
    dated = Dated(table(rows), "user")
    names = pl.Series([name for name, _ in asked], dtype=pl.String)
    instants = np.array([at for _, at in asked], dtype=np.int64)
    found = dated.facts("name", dated.at(dated.keys(names), instants))
    assert [looked_through(rows, name, at) for name, at in asked] == found.to_list()


@given(st.sets(st.text(max_size=12)), st.lists(st.none() | st.text(max_size=12)))
def test_each_text_is_found_where_it_stands(known: set[str], asked: list[str | None]) -> None:
    texts = sorted(known)
    places = {text: place for place, text in enumerate(texts)}
    keys = Keys(pl.Series(texts, dtype=pl.String))
    found = keys.places(pl.Series([*texts, *asked], dtype=pl.String))
    assert [places.get(text, -1) for text in (*texts, *asked) if text is not None] == [
        place
        for place, text in zip(found.tolist(), (*texts, *asked), strict=True)
        if text is not None
    ]
    assert all(
        place == -1 for place, text in zip(found[len(texts) :], asked, strict=True) if text is None
    )


def test_many_keys_are_told_apart() -> None:
    texts = pl.select(pl.format("user{}", pl.int_range(100_000))).to_series()
    keys = Keys(texts)
    assert np.arange(100_000).tolist() == keys.places(texts).tolist()
    assert {-1} == set(keys.places(texts + "x").tolist())


def test_a_pattern_met_later_is_as_good_as_one_met_at_once() -> None:
    trunks = Trunks(
        table([("gw-*", 0, 10, "old"), ("gw-*", 10, 10, "new"), ("gw-1", 0, 5, "one")], "gateway")
    )
    for names in (["gw-1"], ["gw-2"], ["gw-1", "gw-2", "gw-3", "other"]):
        dated = trunks.dated(names)
        found = dated.at(dated.keys(pl.Series(names)), np.full(len(names), 12))
        known = dict(zip(names, dated.facts("name", found), strict=True))
        expected = {"gw-1": "new", "gw-2": "new", "gw-3": "new", "other": None}
        assert {name: expected[name] for name in names} == known


def test_nobody_is_found_among_none() -> None:
    dated = Dated(table([]), "user")
    assert [NONE] == dated.at(dated.keys(pl.Series(["anna"])), np.array([0])).tolist()
