"""The slow rater itself, on prices that are known without it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pipeline.rating.cases import Case
from tests.pipeline.rating.hand_made_cases import HAND_MADE, HOLIDAYS_OF_COUNTRIES
from tests.pipeline.rating.published_cases import PUBLISHED
from tests.reference_rater import Call, Rated, rate_one


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
