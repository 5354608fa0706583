"""Killed in any phase of its work, whoever writes the warehouse loses and doubles nothing.

Readers ask on all the time, and see whole call files, one price list at a time, no step back.
"""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.company import CALLS, FILES, LEGS, Company
from tests.mortal import PHASES, Reader
from warehouse.home import Home

TOTALS = """
select count(*) as legs, count(distinct leg_id) as distinct_legs,
    (select count(*) from calls) as calls, sum(cost) as cost,
    (select sum(calls)::bigint from day_totals) as counted,
    (select sum(cost) from day_totals) as summed
from legs
"""


def disturb(folder: Path, months: int, kills: int, seed: int) -> Counter[str]:
    """The same months with and without kills; gives how many there were in which phase."""
    disturbed = Company.made_in(Home(folder / "disturbed"), small_steps=True)
    undisturbed = Company.made_in(Home(folder / "undisturbed"), small_steps=False)
    for company in (disturbed, undisturbed):
        company.bring_files(0, FILES)
        company.live("mine").end()
    reader = Reader(disturbed.home.warehouse, TOTALS)
    chance = random.Random(seed)
    for _ in range(months):
        disturbed.next_month(kills, chance)
        disturbed.verify()
    seen, faults = reader.ended()
    assert [] == faults
    assert_sound(seen)
    for _ in range(months):
        undisturbed.next_month(0, chance)
    for one, other in zip(disturbed.holds(), undisturbed.holds(), strict=True):
        assert one.equals(other)
    return disturbed.kills


def assert_sound(seen: list[tuple[Any, ...]]) -> None:
    """What readers saw: whole files, one price for all, and nothing that came and went again."""
    months = []
    for version, legs, distinct, calls, cost, counted, summed in seen:
        assert (legs, calls, cost) == (distinct, counted, summed), version
        assert (0, 0) == (legs % LEGS, calls % CALLS), version
        assert legs // LEGS == calls // CALLS, version
        months.append(cost / legs * 100 - 100)
    assert set(months) == set(range(len(set(months))))
    assert months == sorted(months)
    for before, after in pairwise(seen):
        # Retention leaves the last month, and that it may leave nobody has to see happen.
        assert before[0] < after[0]
        assert before[1] <= after[1] or after[1] >= FILES * LEGS


def test_a_kill_in_every_phase_changes_nothing(tmp_path: Path) -> None:
    kills = disturb(tmp_path, months=1, kills=1, seed=1)
    assert 5 == kills.total()


@pytest.mark.long
def test_two_hundred_kills_in_every_phase_change_nothing(tmp_path: Path) -> None:
    kills = disturb(tmp_path, months=10, kills=4, seed=2)
    assert 200 == kills.total()
    assert all(kills[phase] >= 10 for phase in PHASES), kills
    print(dict(kills))  # noqa: T201
