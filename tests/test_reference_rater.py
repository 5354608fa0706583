"""The slow rater itself, on prices that are known without it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from math import ceil
from random import Random
from typing import Any

import pytest

from tests.pipeline.rating.cases import Case
from tests.pipeline.rating.hand_made_cases import HAND_MADE, HOLIDAYS_OF_COUNTRIES
from tests.pipeline.rating.published_cases import PUBLISHED
from tests.pipeline.rating.random_cases import PROFILES, random_case
from tests.reference_rater import (
    Call,
    NoBandError,
    Price,
    Rated,
    ReferenceRater,
    Rules,
    increments_of,
    rate_one,
    row_at,
    rules_of,
)


def found(case: Case) -> dict[str, Any]:
    rated: Rated = rate_one(case.cells, {"t": case.settings}, Call(**case.leg))
    return {name: getattr(rated, name) for name in case.expected}


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case.name)
def test_it_meets_published_prices(case: Case) -> None:
    assert case.expected == found(case), case


@pytest.mark.parametrize("case", HAND_MADE, ids=lambda case: case.name)
def test_it_meets_prices_worked_out_by_hand(case: Case) -> None:
    assert case.expected == found(case), case


@pytest.mark.parametrize("case", HOLIDAYS_OF_COUNTRIES, ids=lambda case: case.name)
def test_it_knows_the_holidays_of_countries(case: Case) -> None:
    pytest.importorskip("holidays")
    assert case.expected == found(case), case


@pytest.mark.parametrize("seed", range(6))
def test_its_leaps_find_the_increments_that_single_steps_find(seed: int) -> None:
    case = random_case(Random(seed), "everything", calls=150)
    rater = ReferenceRater(case.rows, case.settings)
    met = 0
    for leg in case.legs:
        talk_s, at = leg["talk_s"], (leg["answered_at"] or leg["started_at"]).replace(tzinfo=UTC)
        rows, _ = rater.rows_of(leg["tariff"], leg["number"], at)
        if not rows or talk_s is None or not 0 < talk_s < 20_000:
            continue
        rules = rules_of(case.settings[rows[0].tariff])
        leaps = unrolled(increments_of, rows, rules, at, ceil(talk_s))
        assert unrolled(single_steps, rows, rules, at, ceil(talk_s)) == leaps, leg
        met += 1
    assert met > 20


@pytest.mark.parametrize("profile", PROFILES)
def test_by_its_readings_a_longer_call_never_costs_less(profile: str) -> None:
    random = Random(profile)
    case = random_case(random, profile, calls=40)
    rater = ReferenceRater([{**row, "max_charge": ""} for row in case.rows], case.settings)
    lengths = sorted(random.sample(range(300_000), 20) + random.sample(range(100_000_000), 5))
    for leg in case.legs:
        calls = (Call(**leg | {"talk_s": Decimal(length).scaleb(-3)}) for length in lengths)
        costs = [cost for cost in (rater.rate_one(call).cost for call in calls) if cost is not None]
        assert sorted(costs) == costs, leg


@pytest.mark.parametrize("seed", range(20))
def test_random_price_lists_have_one_price_for_a_moment(seed: int) -> None:
    random = Random(seed)
    case = random_case(random, "everything", calls=200)
    rater = ReferenceRater(case.rows, case.settings)
    for leg in case.legs:
        at = leg["started_at"].replace(tzinfo=UTC)
        rows, _ = rater.rows_of(leg["tariff"], leg["number"], at)
        if rows:
            rules = rules_of(case.settings[rows[0].tariff])
            ordered = [row_at(random.sample(rows, len(rows)), rules, at, 45) for _ in range(3)]
            assert 1 == len(set(ordered)), leg


def unrolled(walk: Any, *call: Any) -> list[tuple[Price | None, int]]:
    """Row and length of every increment; a gap ends them with no row."""
    increments: list[tuple[Price | None, int]] = []
    try:
        for row, length_s, times in walk(*call):
            increments += [(row, length_s)] * times
    except NoBandError:
        increments.append((None, 0))
    return increments


def single_steps(
    rows: list[Price], rules: Rules, at: datetime, seconds: int
) -> Iterator[tuple[Price, int, int]]:
    first = row_at(rows, rules, at, 0)
    if first is None:
        raise NoBandError
    total, elapsed, begun = seconds, 0, set()
    if rules.multiple:
        while total % first.next_s:
            total += 1
        total = max(total, first.first_s)
    while elapsed < total:
        row = row_at(rows, rules, at, elapsed)
        if row is None:
            raise NoBandError
        length_s = row.next_s if row.from_second in begun else row.first_s
        if rules.multiple:
            length_s = min(first.next_s, total - elapsed)
        begun.add(row.from_second)
        yield row, length_s, 1
        elapsed += length_s
