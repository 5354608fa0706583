"""The rating against calls that were worked out by hand."""

from __future__ import annotations

import pytest

from tests.pipeline.rating.cases import Case
from tests.pipeline.rating.engine import rated_case
from tests.pipeline.rating.hand_made_cases import HAND_MADE, HOLIDAYS_OF_COUNTRIES


@pytest.mark.parametrize("case", [*HAND_MADE, *HOLIDAYS_OF_COUNTRIES], ids=lambda case: case.name)
def test_a_call_worked_out_by_hand(case: Case) -> None:
    found = rated_case(case)
    assert case.expected == {name: found[name] for name in case.expected}, case
