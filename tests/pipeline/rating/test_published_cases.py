"""The rating against prices that others have published; each case names its source."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.pipeline.rating.cases import Case
from tests.pipeline.rating.engine import rated_case
from tests.pipeline.rating.published_cases import CALLMETER, PUBLISHED, priced


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case.name)
def test_a_published_price_is_met(case: Case) -> None:
    found = rated_case(case)
    assert case.expected == {name: found[name] for name in case.expected}, case


def test_a_bill_is_the_sum_of_its_started_minutes() -> None:
    seconds = ("1", "20", "37", "45", "59", "126")  # five calls below a minute and one of 2:06
    calls = priced(f"{CALLMETER}/97", "0.03", (60, 60), dict.fromkeys(seconds, "0.03"))
    assert Decimal("0.24") == sum(rated_case(call)["cost"] for call in calls)
