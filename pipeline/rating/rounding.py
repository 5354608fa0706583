"""Exact rounding of integer amounts to the decimals of a tariff.

An amount is a whole number of parts of the currency, on a scale fine enough to be exact. It is
rounded with whole numbers, to money as it is stored: integers in units of 1e-6. Where 64 bits do
not hold an amount, whole numbers without a limit do.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]

from pipeline.rating.ranges import Integers
from pipeline.rating.settings import Rounding

STORED_DECIMALS = 6
STORED = 10**STORED_DECIMALS
PER_MINUTE = 60 * 10**8
"""Parts of the currency in prices per minute of eight decimals times whole seconds."""
SHARE = STORED * 10**6
"""Parts of the currency in stored money times a percentage of four decimals."""
MONEY = pl.Decimal(18, STORED_DECIMALS)
_ARROW_MONEY = pa.decimal64(18, STORED_DECIMALS)
"""The same in whole numbers of 64 bits, which Polars widens faster than others could."""
_LIMIT = 2**62


def added_for(rounding: Rounding, divisor: int) -> int:
    """What to add to an amount before the division that rounds it; amounts are not negative."""
    return {Rounding.HALF_UP: divisor // 2, Rounding.UP: divisor - 1, Rounding.DOWN: 0}[rounding]


def roomy(values: Integers, largest: int) -> Any:
    """The values in integers that hold amounts up to `largest` and what rounding adds."""
    return values if largest < _LIMIT else values.astype(object)


def largest(values: Integers) -> int:
    """A bound of values that are not negative."""
    return int(values.max(initial=0))


def stored(amounts: Any, divisor: Integers, added: Integers, step: Integers) -> Integers:
    """Amounts as stored money."""
    return np.asarray((amounts + added) // divisor * step).astype(np.int64, copy=False)


def as_money(units: Integers, is_missing: np.ndarray[Any, np.dtype[np.bool_]] | None) -> pl.Series:
    """Stored money as Decimal(18, 6)."""
    mask = None
    if is_missing is not None:
        mask = pa.py_buffer(np.packbits(~is_missing, bitorder="little"))
    parts = [mask, pa.py_buffer(np.ascontiguousarray(units, dtype=np.int64))]
    return pl.Series(pa.Array.from_buffers(_ARROW_MONEY, len(units), parts))
