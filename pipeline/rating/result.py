"""Makes the frame of results."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from pipeline.rating.compile import Tariffs
from pipeline.rating.gather import pick
from pipeline.rating.judge import CODES, IS_UNRATED, STATUS, STATUSES
from pipeline.rating.named import CALL_TYPES
from pipeline.rating.ranges import Integers
from pipeline.rating.rounding import MONEY, as_money
from pipeline.rating.work import Flags, Statuses, Work
from warehouse.words import CallType, Status

RATED_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "tariff": pl.String,
    "tariff_version": pl.String,
    "prefix": pl.String,
    "destination": pl.String,
    "call_type": pl.String,
    "billed_seconds": pl.Int64,
    "connect_fee": MONEY,
    "cost": MONEY,
    "charge": MONEY,
    "tax": MONEY,
    "currency": pl.String,
    "status": pl.String,
    "explanation": pl.String,
}
_WORDS = {True: pl.Series(STATUSES, dtype=STATUS), False: pl.Series(STATUSES, dtype=pl.String)}
"""Coded or not."""
_PER_STORED = 100
"""Units of a price (1e-8) in one of stored money (1e-6)."""


def result(
    work: Work, tariffs: Tariffs, stories: tuple[pl.Series, Integers] | None, *, coded: bool
) -> pl.DataFrame:
    """The results as `RATED_SCHEMA`, in the order of the legs.

    Money and `billed_seconds` are 0 where nothing is owed and null where a price is lacking. Free
    calls carry no surcharge: what cost nothing is passed on for nothing.

    Args:
        work: After all steps.
        tariffs: Those of the work.
        stories: Texts, and which of them each call has; None leaves the explanation out.
        coded: Whether texts are Enum instead of String.
    """
    is_rated = work.status == CODES[Status.RATED]
    is_missing = IS_UNRATED.take(work.status)
    missing = is_missing if is_missing.any() else None
    is_billed = is_rated | ((work.status == CODES[Status.FREE]) & ~work.is_short_talk)
    fees = (tariffs.prices.terms.connect_fee + _PER_STORED // 2) // _PER_STORED
    cost = as_money(np.where(is_rated, work.cost, 0), missing)
    charged = work.charge is not work.cost
    named = tariffs.named.tables(coded=coded)
    found = _Places.of(work.found)
    asked = found if missing is None else _Places.of(np.where(missing, 0, work.found))
    columns = {
        "tariff": _tariff(work, found.of_table(named["tariff"]), coded=coded),
        "tariff_version": found.of_table(named["tariff_version"]),
        **_names(work, tariffs, coded=coded),
        "billed_seconds": _seconds(np.where(is_billed, work.billed, 0), missing),
        "connect_fee": as_money(np.where(is_rated, pick(fees, work.terms), 0), missing),
        "cost": cost,
        "charge": as_money(np.where(is_rated, work.charge, 0), missing) if charged else cost,
        "tax": as_money(np.where(is_rated, work.tax, 0), missing),
        "currency": asked.of_table(named["currency"]),
        "status": _WORDS[coded][_indices(work.status)],
    }
    if stories is not None:
        texts, codes = stories
        table = texts.cast(pl.Categorical(pl.Categories.random())) if coded else texts
        columns["explanation"] = table[_indices(codes)]
    return pl.DataFrame(columns)


class _Places(NamedTuple):
    """Where in tables the values of calls are. The first of a table is null, for who has none.

    That one is put in afterwards: looking for null at each place takes five times as long.
    """

    rows: pl.Series
    """In tables without their first."""
    are_known: pl.Series | None
    """None where all are."""

    @classmethod
    def of(cls, places: Integers) -> _Places:
        are_known = places > 0
        if are_known.all():
            return cls(_indices(places - 1), None)
        return cls(_indices(np.maximum(places, 1) - 1), pl.Series(are_known))

    def of_table(self, table: pl.Series) -> pl.Series:
        if self.are_known is None:
            return table[1:][self.rows]
        nothing = table[:1]
        if not self.are_known.any():
            return nothing.new_from_index(0, len(self.rows))
        return table[1:][self.rows].zip_with(self.are_known, nothing)


def _indices(places: Integers | Statuses) -> pl.Series:
    return pl.Series(places.astype(np.uint32))


def _seconds(seconds: Integers, missing: Flags | None) -> pl.Series:
    values = pl.Series(seconds)
    return values if missing is None else values.set(pl.Series(missing), None)


def _tariff(work: Work, found: pl.Series, *, coded: bool) -> pl.Series:
    """The tariff that has the price, else the one that the call names."""
    is_unknown = (work.own == 0) & (work.verdict != CODES[Status.NOT_CHARGED])
    if not is_unknown.any():
        return found
    texts = found.cast(pl.String).zip_with(pl.Series(~is_unknown), work.named.cast(pl.String))
    return texts.cast(pl.Enum(texts.drop_nulls().unique().sort())) if coded else texts


def _names(work: Work, tariffs: Tariffs, *, coded: bool) -> dict[str, pl.Series]:
    row = _Places.of(work.row)
    tables = tariffs.prices.named.tables(coded=coded)
    found = {name: row.of_table(table) for name, table in tables.items()}
    if work.is_internal.any():
        internal = pl.lit(CallType.INTERNAL.value, CALL_TYPES if coded else pl.String)
        is_internal = pl.lit(pl.Series(work.is_internal))
        call_type = pl.when(is_internal).then(internal).otherwise(pl.lit(found["call_type"]))
        found["call_type"] = pl.select(call_type).to_series()
    return found
