"""Values of many calls from small tables; what is the same everywhere stays a single number."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from pipeline.rating.ranges import Integers

Value = TypeVar("Value", bound=np.generic)


def collapsed(values: Integers) -> Integers:
    """A table of one value where all are equal."""
    same = len(values) > 0 and bool((values == values[0]).all())
    return np.ascontiguousarray(values[:1] if same else values, dtype=np.int64)


def pick(values: npt.NDArray[Value], places: Integers) -> npt.NDArray[Value]:
    """The values at places: one for each, or one for all where the table is `collapsed`."""
    return values if len(values) == 1 else values.take(places)
