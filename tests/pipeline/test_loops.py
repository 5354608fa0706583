"""A loop does the same in Python and compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pipeline.loops import run

SOURCE = """
def added(values, more, sums):
    for at in range(len(sums)):
        sums[at] = values[at] + more
    return len(sums)
"""


def without_a_file() -> Callable[..., Any]:
    """A function that no folder belongs to in which something could be kept."""
    found: dict[str, Any] = {}
    exec(compile(SOURCE, "<nowhere>", "exec"), found)
    made: Callable[..., Any] = found["added"]
    return made


@pytest.mark.parametrize("turns", [10, 10_000])
def test_a_loop_fills_arrays_whether_it_can_be_kept_compiled_or_not(turns: int) -> None:
    values, sums = np.arange(turns), np.zeros(turns, dtype=np.int64)
    assert run(without_a_file(), turns, values, 7, sums) == turns
    assert np.array_equal(sums, values + 7)
