"""Values of many calls from small tables; what is the same everywhere stays a single number."""

from __future__ import annotations

import numpy as np

from pipeline.rating.ranges import Integers


def collapsed(values: Integers) -> Integers:
    """A table of one value where all are equal."""
    same = len(values) > 0 and bool((values == values[0]).all())
    return np.ascontiguousarray(values[:1] if same else values, dtype=np.int64)


def pick(values: Integers, places: Integers) -> Integers:
    """The values at places: one for each, or one for all where the table is `collapsed`."""
    return values if len(values) == 1 else values.take(places)
