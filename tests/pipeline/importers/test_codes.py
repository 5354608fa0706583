"""Dialling codes as price lists write them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.importers.amounts import CellError
from pipeline.importers.codes import doubt, expand_range, prefixes
from pipeline.importers.settings import Hyphen


@st.composite
def ranges(draw: st.DrawFn) -> tuple[str, str]:
    length = draw(st.integers(1, 5))
    ends = sorted(draw(st.lists(st.integers(0, 10**length - 1), min_size=2, max_size=2)))
    return f"{ends[0]:0{length}}", f"{ends[1]:0{length}}"


@given(ends=ranges(), data=st.data())
def test_the_prefixes_of_a_range_match_its_numbers_and_no_others(
    ends: tuple[str, str], data: st.DataObject
) -> None:
    first, last = ends
    found = expand_range(first, last)
    codes = data.draw(
        st.lists(st.integers(0, 10 ** len(first) - 1).map(lambda one: f"{one:0{len(first)}}"))
    )
    for code in [*codes, first, last, f"{max(int(first) - 1, 0):0{len(first)}}"]:
        number = code + "123456"
        assert (first <= code <= last) == any(number.startswith(prefix) for prefix in found)


@given(ends=ranges())
def test_no_fewer_prefixes_hold_a_range(ends: tuple[str, str]) -> None:
    found = expand_range(*ends)
    assert sorted(found) == found
    for prefix, other in pairwise(found):
        assert not other.startswith(prefix)
    tens = {prefix[:-1] for prefix in found if prefix}
    assert not [ten for ten in tens if all(f"{ten}{digit}" in found for digit in range(10))]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("4420", ["4420"]),
        ("+44 (20)", ["4420"]),
        ("004420", ["4420"]),
        ("'4420", ["4420"]),
        ("\u00a04420 ", ["4420"]),
        ("1;2;3", ["1", "2", "3"]),
        ("4420, 4421|4422", ["4420", "4421", "4422"]),
        ("44 7700/7701", ["447700", "447701"]),
        ("44/45", ["44", "45"]),
        ("32484-32487", ["32484", "32485", "32486", "32487"]),
        ("+32484 – +32487", ["32484", "32485", "32486", "32487"]),
        ("3200-3299", ["32"]),
        ("32098-32101", ["32098", "32099", "32100", "32101"]),
        ("39;39", ["39"]),
        ("*", ["*"]),
        ("=112", ["=112"]),
    ],
)
def test_a_cell_gives_its_prefixes(cell: str, expected: list[str]) -> None:
    assert expected == prefixes(cell)


@pytest.mark.parametrize(
    ("country_code", "cell", "expected"),
    [
        ("44", "020", ["4420"]),
        ("44", "20;21", ["4420", "4421"]),
        ("44", "", ["44"]),
        ("44", "+3531", ["3531"]),
        ("39", "06", ["3906"]),
        ("7", "812", ["7812"]),
        ("32", "484-487", ["32484", "32485", "32486", "32487"]),
    ],
)
def test_national_digits_follow_the_country_code(
    country_code: str, cell: str, expected: list[str]
) -> None:
    assert expected == prefixes(cell, country_code)


def test_a_hyphen_may_stand_within_a_code() -> None:
    assert ["1242"] == prefixes("1-242", hyphen=Hyphen.SEPARATOR)


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("4.47E+11", "power of ten"),
        ("447E9", "power of ten"),
        ("4477.0", "decimal number"),
        ("Jan-44", "a date"),
        ("1-Feb", "a date"),
        ("01/02/2044", "a date"),
        ("2044-01-02", "a date"),
        ("44;Jan-44", "a date"),
        ("#REF!", "could not show"),
        ("0121", "no country code"),
        ("", "must be a dialling code"),
        ("44 x", "must be a dialling code"),
        ("1-242", "no range"),
        ("33-32", "no range"),
        ("4420442144224423", "more than the 15 digits"),
    ],
)
def test_what_is_no_code_says_why(cell: str, rule: str) -> None:
    with pytest.raises(CellError, match=rule):
        prefixes(cell)


@pytest.mark.parametrize(
    ("prefix", "is_doubtful"),
    [
        ("3906", False),
        ("396", True),
        ("39347", False),
        ("4420", False),
        ("210", True),
        ("88", False),
        ("*", False),
    ],
)
def test_digits_that_reach_nobody_are_doubted(prefix: str, is_doubtful: bool) -> None:
    assert is_doubtful == (doubt(prefix) is not None)
