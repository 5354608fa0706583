"""Money in the one currency that a company reports in, by the rate of each leg's day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from hashlib import sha256
from math import gcd
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from pipeline.rating.arrays import unscaled
from pipeline.rating.ranges import Integers
from pipeline.rating.rounding import MONEY, as_money
from warehouse.words import Conversion

RATE_DECIMALS: Final = 10
_ONE: Final = 10**RATE_DECIMALS
_ROOM: Final = 2**62
_MONEY: Final = ("cost", "charge", "tax")

REPORTED_SCHEMA: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "reporting_currency": pl.String,
    "reporting_cost": MONEY,
    "reporting_charge": MONEY,
    "reporting_tax": MONEY,
    "conversion": pl.String,
}


@dataclass(frozen=True, slots=True)
class Rate:
    """So much of the reporting currency is one of another one's, from a day on."""

    currency: str
    since: date
    """Inclusive; it holds until the next one of its currency."""
    rate: Decimal
    """Above 0, with at most ten decimals."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """The reporting currency, None where there is none, and the rates of others into it."""

    reporting_currency: str | None = None
    rates: tuple[Rate, ...] = ()

    def __bool__(self) -> bool:
        return self.reporting_currency is not None

    @property
    def version(self) -> str:
        """The same as long as the currency and its rates are."""
        told = f"{self.reporting_currency} {sorted(map(repr, self.rates))}"
        return sha256(told.encode()).hexdigest()[:16]

    def rate_on(self, currency: str, day: date) -> Rate | None:
        """The rate of a currency that holds on a day."""
        own = self._dated().get(currency, [])
        at = bisect_right(own, day, key=lambda one: one.since)
        return own[at - 1] if at else None

    def reported(self, legs: pl.DataFrame) -> pl.DataFrame:
        """`REPORTED_SCHEMA` of rated legs, in their order: each by itself, so that sums add up.

        An amount is multiplied by its rate exactly and rounded once, half up, to the six decimals
        in which money is stored. Without a price, or without a reporting currency, all is empty.

        Args:
            legs: `cost`, `charge`, `tax`, `currency` and the local `day`.
        """
        if self.reporting_currency is None:
            return pl.DataFrame(schema=REPORTED_SCHEMA).clear(legs.height)
        factors, denominator = self._factors(legs)
        money = [unscaled(legs[name].cast(MONEY), lacking=-1) for name in _MONEY]
        is_priced = money[0] >= 0
        owes_nothing = is_priced & np.logical_and.reduce([units == 0 for units in money])
        is_own = (legs["currency"] == self.reporting_currency).fill_null(value=False).to_numpy()
        is_missing = ~is_priced | (~owes_nothing & (factors == 0))
        words = np.select(
            [~is_priced, is_own, owes_nothing, factors == 0],
            [-1, *(_WORDS.index(word) for word in _DECIDED)],
            _WORDS.index(Conversion.CONVERTED),
        )
        missing = is_missing if is_missing.any() else None
        return pl.DataFrame(
            {
                "reporting_currency": pl.repeat(
                    self.reporting_currency, legs.height, dtype=pl.String, eager=True
                ),
                **{
                    f"reporting_{name}": as_money(
                        _multiplied(np.maximum(units, 0), factors, denominator), missing
                    )
                    for name, units in zip(_MONEY, money, strict=True)
                },
                "conversion": pl.Series([*_WORDS, None], dtype=pl.String)[
                    np.where(words < 0, len(_WORDS), words)
                ],
            },
            schema=REPORTED_SCHEMA,
        )

    def _dated(self) -> dict[str, list[Rate]]:
        found: dict[str, list[Rate]] = {}
        for one in sorted(self.rates, key=lambda each: (each.currency, each.since)):
            found.setdefault(one.currency, []).append(one)
        return found

    def _factors(self, legs: pl.DataFrame) -> tuple[Integers, int]:
        """What money of each leg is multiplied by, over one denominator; 0 where no rate is."""
        asked = legs.select(pl.col("currency").cast(pl.String), "day")
        known = asked.unique()
        units = [self._units(currency, day) for currency, day in known.iter_rows()]
        shared = reduce(gcd, units, _ONE)
        known = known.with_columns(pl.Series("factor", [one // shared for one in units], pl.Int64))
        if known.height == 1:
            return np.full(legs.height, known["factor"][0]), _ONE // shared
        found = asked.join(
            known, on=["currency", "day"], how="left", nulls_equal=True, maintain_order="left"
        )
        return found["factor"].to_numpy(), _ONE // shared

    def _units(self, currency: str | None, day: date | None) -> int:
        if currency == self.reporting_currency:
            return _ONE
        rate = None if currency is None or day is None else self.rate_on(currency, day)
        return 0 if rate is None else int(rate.rate * _ONE)


_DECIDED: Final = (Conversion.OWN_CURRENCY, Conversion.NOTHING_OWED, Conversion.NO_RATE)
_WORDS: Final = tuple(Conversion)


def exchange_of(reporting_currency: str | None, rates: Sequence[Rate]) -> Exchange:
    """The exchange into a currency; without one there is none, whatever rates are known."""
    return Exchange(reporting_currency, tuple(rates) if reporting_currency else ())


NO_EXCHANGE = Exchange()


def _multiplied(units: Integers, factors: Integers, denominator: int) -> Integers:
    """Money in stored units, rounded half up; those that 64 bits do not hold by themselves."""
    half = denominator // 2
    most = int(factors.max(initial=1)) or 1
    is_large: npt.NDArray[np.bool_] = units > (_ROOM - half) // most
    found: Integers = (np.where(is_large, 0, units) * factors + half) // denominator
    for at in np.flatnonzero(is_large):
        found[at] = (int(units[at]) * int(factors[at]) + half) // denominator
    return found
