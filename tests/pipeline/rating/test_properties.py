"""What holds for every price list and every call."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pipeline.rating import Tariffs, rate
from tests.pipeline.rating.engine import compiled, frame_of
from tests.pipeline.rating.random_cases import PROFILES, RandomCase, random_case

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
CALLS = 25


@st.composite
def cases(draw: st.DrawFn) -> RandomCase:
    """A small price list with the features of any profile, and some calls."""
    random = Random(draw(st.integers(0, 2**32)))  # drawing every choice would take minutes
    profile = draw(st.sampled_from(list(PROFILES)))
    return random_case(random, profile, CALLS, prefixes=8)


PRICE = {"price_per_minute": "0.5", "connect_fee": "0.1"}
milliseconds = st.one_of(
    st.integers(0, 400_000),
    st.integers(0, 400).map(lambda second: second * 1000),
    st.integers(0, 3 * 86_400_000),
)


def tariffs_of(case: RandomCase) -> Tariffs:
    return compiled(case.rows, case.settings)


def everyday(examples: int) -> settings:
    return settings(max_examples=examples)


@everyday(60)
@given(case=cases(), lengths=st.lists(milliseconds, min_size=20, max_size=20, unique=True))
def test_a_longer_call_never_costs_less(case: RandomCase, lengths: list[int]) -> None:
    # A cap does not belong to the length; a gap in the bands leaves no cost to compare.
    uncapped = [{**row, "max_charge": ""} for row in case.rows]
    durations = [Decimal(length).scaleb(-3) for length in sorted(lengths)]
    answered = [leg for leg in case.legs if leg["outcome"] == "answered"]
    legs = [{**leg, "talk_s": talk_s} for leg in answered for talk_s in durations]
    found = rate(frame_of(legs), compiled(uncapped, case.settings))
    for start in range(0, len(legs), len(durations)):
        costs = found["cost"].slice(start, len(durations)).drop_nulls().to_list()
        assert all(less <= more for less, more in pairwise(costs)), (legs[start], costs)


@everyday(15)
@given(case=cases(), cut=st.integers(0, CALLS), other=st.integers(0, CALLS))
def test_how_calls_are_batched_changes_nothing(case: RandomCase, cut: int, other: int) -> None:
    tariffs = tariffs_of(case)
    legs = frame_of(case.legs)
    low, high = sorted((cut, other))
    batches = [legs.slice(0, low), legs.slice(low, high - low), legs.slice(high)]
    assert_frame_equal(rate(legs, tariffs), pl.concat(rate(batch, tariffs) for batch in batches))


@everyday(15)
@given(case=cases(), order=st.permutations(range(CALLS)))
def test_the_order_of_calls_changes_nothing(case: RandomCase, order: list[int]) -> None:
    tariffs = tariffs_of(case)
    legs = frame_of(case.legs)
    assert_frame_equal(rate(legs, tariffs)[order], rate(legs[order], tariffs))


@everyday(15)
@given(case=cases(), seed=st.integers())
def test_the_order_of_price_rows_changes_nothing(case: RandomCase, seed: int) -> None:
    shuffled = replace(case, rows=Random(seed).sample(case.rows, len(case.rows)))
    legs = frame_of(case.legs)
    assert_frame_equal(rate(legs, tariffs_of(case)), rate(legs, tariffs_of(shuffled)))


@everyday(15)
@given(case=cases())
def test_rating_again_finds_the_same(case: RandomCase) -> None:
    legs = frame_of(case.legs)
    once = rate(legs, tariffs_of(case))
    assert_frame_equal(frame_of(case.legs), legs)
    assert_frame_equal(once, rate(legs, tariffs_of(case)))
    again = legs.with_columns(once.select(pl.exclude("tariff")))
    assert_frame_equal(once, rate(again, tariffs_of(case)))


@everyday(30)
@given(case=cases(), digits=st.text("012", min_size=1, max_size=4), choice=st.integers(0))
def test_a_longer_prefix_changes_only_the_numbers_under_it(
    case: RandomCase, digits: str, choice: int
) -> None:
    parents = [row for row in case.rows if row["prefix"].isdecimal()]
    if not parents:
        return
    parent = parents[choice % len(parents)]
    added = {"tariff": parent["tariff"], "prefix": parent["prefix"] + digits, **PRICE}
    rows = [
        row
        for row in case.rows
        if (row["tariff"], row["prefix"]) != (added["tariff"], added["prefix"])
    ]
    legs = frame_of(case.legs)
    under = pl.col("number").str.starts_with("+" + added["prefix"]).fill_null(value=False)
    before, after = (
        # The version is of the whole tariff, and that has changed.
        rate(legs, compiled(list_of_rows, case.settings))
        .drop("tariff_version")
        .filter(legs.select(~under).to_series())
        for list_of_rows in (rows, [*rows, added])
    )
    assert_frame_equal(before, after)


@everyday(15)
@given(case=cases())
def test_how_long_it_rang_changes_nothing(case: RandomCase) -> None:
    answered = [leg for leg in case.legs if leg["answered_at"] is not None]
    earlier = [{**leg, "started_at": leg["started_at"] - timedelta(days=40)} for leg in answered]
    tariffs = tariffs_of(case)
    assert_frame_equal(rate(frame_of(answered), tariffs), rate(frame_of(earlier), tariffs))
