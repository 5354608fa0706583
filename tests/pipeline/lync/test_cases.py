"""Every kind of call that a Lync or Skype for Business server is known to record."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

import pytest

from pipeline.sources.lync.legs import LEG_COLUMNS
from tests.pipeline.lync.calls import CASES, CallDatabase, legs_in, load_case


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_recorded_situation_becomes_its_legs_and_calls(calls: CallDatabase, path: Path) -> None:
    case = load_case(path)
    case.store(calls)

    legs = legs_in(calls.connection, datetime.combine(case.day, time.min), None, case.now)

    assert case.legs == legs.to_dicts(), case.about
    assert LEG_COLUMNS == legs.schema
