"""The periods between the days on which prices of a tariff change.

Each tariff has its own periods, numbered on through all tariffs: a slot is one period of one
tariff. The first period of a tariff has no beginning, its last no end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from pipeline.rating.ranges import Integers

ALWAYS_MS = -(2**46)
"""An instant before the year 1, before any call."""
_SPAN_MS = 2**49
"""Room of one tariff on the line of keys: beyond the year 9999."""


@dataclass(frozen=True, slots=True)
class Periods:
    """`starts[slot]`: the key of the tariff and the UTC instant with which a period begins."""

    starts: pl.Series

    def __len__(self) -> int:
        return len(self.starts)

    def slots_at(self, tariffs: pl.Series, instants: pl.Series) -> pl.Series:
        """The slot of each tariff (index) at a UTC instant (ms); null where either is null."""
        keys = pl.select(_key(pl.lit(tariffs), pl.lit(instants))).to_series()
        slots = self.starts.search_sorted(keys.fill_null(0), side="right").cast(pl.Int64) - 1
        return slots.set(keys.is_null(), None)

    def spans(
        self, tariffs: pl.Series, since: pl.Series, until: pl.Series
    ) -> tuple[Integers, Integers]:
        """First slot of each validity and the slot after its last; null is an open end."""
        open_start, open_end = pl.lit(ALWAYS_MS), pl.lit(ALWAYS_MS + _SPAN_MS)
        keys = pl.select(
            first=_key(pl.lit(tariffs), pl.lit(since).fill_null(open_start)),
            end=_key(pl.lit(tariffs), pl.lit(until).fill_null(open_end)),
        )
        starts = self.starts.to_numpy()
        return (
            np.searchsorted(starts, keys["first"].to_numpy()),
            np.searchsorted(starts, keys["end"].to_numpy()),
        )


def periods_between(changes: Sequence[Sequence[int]]) -> Periods:
    """The periods of tariffs, from the UTC instants (ms) at which each one's prices change."""
    keys = [
        tariff * _SPAN_MS + instant - ALWAYS_MS
        for tariff, instants in enumerate(changes)
        for instant in (ALWAYS_MS, *sorted(set(instants)))
    ]
    return Periods(pl.Series(keys, dtype=pl.Int64))


def instant_ms(day: date, zone: str) -> int:
    """The UTC instant (ms) with which a day begins in a zone.

    Where the clock jumps over midnight, the day begins with the jump.
    """
    begin = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    return int(begin.timestamp()) * 1000


def instants_of(rows: pl.DataFrame, zones: Mapping[str, str]) -> pl.DataFrame:
    """Adds `since` and `until`, the instants (ms) of `valid_from` and `valid_to`, to price rows."""
    for column, instant in (("valid_from", "since"), ("valid_to", "until")):
        days = rows.select("tariff", column).unique().drop_nulls()
        instants = [instant_ms(day, zones[tariff]) for tariff, day in days.iter_rows()]
        known = days.with_columns(pl.Series(instant, instants, dtype=pl.Int64))
        rows = rows.join(known, on=["tariff", column], how="left", maintain_order="left")
    return rows


def _key(tariffs: pl.Expr, instants: pl.Expr) -> pl.Expr:
    return tariffs.cast(pl.Int64) * _SPAN_MS + instants.cast(pl.Int64) - ALWAYS_MS
