"""What calls are summed up to, day by day: the rows of the rollups."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, TypeAlias

import polars as pl

from warehouse.legs import MONEY

Sums: TypeAlias = dict[str, pl.DataFrame]
"""Rows of rollups by the name of each."""

OF_MONEY: Final = ("day_totals", "day_people", "day_destinations")
"""Rollups with money; who ended a call how hangs on no price."""
OF_OUTCOME: Final = ("day_outcomes", "day_hours")
ROLLUPS: Final = (*OF_MONEY, *OF_OUTCOME)
"""Rollups, each of which depends on the calls of its day alone."""

ENTRIES: Final = (
    *("day", "hour", "user", "person", "department", "site", "gateway", "tariff", "direction"),
    *("call_type", "destination", "outcome", "answered_by", "currency", "reporting_currency"),
    *("owned", "calls", "answered", "talk_s", "ring_s", "cost", "charge", "tax", "unrated"),
    *("reporting_cost", "reporting_charge", "reporting_tax", "unconverted"),
)
"""Columns of the view `entries` that are summed up, or by which they are."""
_COUNTS: Final = ("calls", "answered", "prompt", "unrated", "unconverted")
_SECONDS: Final = ("talk_s", "wait_s")
_MONEY: Final = (*("cost", "charge", "tax", "reporting_cost", "reporting_charge", "reporting_tax"),)

_PROMPT_S: Final = 20
_CURRENCIES: Final = ("currency", "reporting_currency")
_ENDING: Final = ("direction", "outcome", "answered_by")
_GROUPS: Final = {
    "day_totals": ("day", "site", "department", "direction", "call_type", *_CURRENCIES),
    "day_people": ("day", "user", "person", "department", "site", *_CURRENCIES),
    "day_destinations": (
        *("day", "site", "gateway", "tariff", "direction", "call_type", "destination"),
        *_CURRENCIES,
    ),
    "day_outcomes": ("day", "site", "department", *_ENDING),
    "day_hours": ("day", "hour", "site", *_ENDING),
}
_KINDS: Final = {
    **dict.fromkeys(_COUNTS, pl.Int64()),
    **dict.fromkeys(_SECONDS, pl.Decimal(18, 3)),
    **dict.fromkeys(_MONEY, MONEY),
}
_OF_OUTCOMES: Final = ("calls", "answered", "prompt", *_SECONDS)
_SUMS: Final = {
    rollup: [
        pl.col(name).sum().cast(kind)
        for name, kind in _KINDS.items()
        if (name in _OF_OUTCOMES if rollup in OF_OUTCOME else name not in ("prompt", "wait_s"))
    ]
    for rollup in ROLLUPS
}


def sums_of(entries: pl.DataFrame, rollups: Collection[str] = ROLLUPS) -> Sums:
    """What entries, with the columns `ENTRIES`, are summed up to.

    A call counts with its owner; of the parts of others there is money alone.
    """
    owned = entries.filter("owned").with_columns(
        prompt=pl.col("answered").cast(pl.Boolean) & (pl.col("ring_s") <= _PROMPT_S),
        wait_s="ring_s",
    )
    return {
        rollup: _grouped(owned if rollup in OF_OUTCOME else entries, rollup) for rollup in rollups
    }


def together(parts: Iterable[Sums], rollups: Collection[str] = ROLLUPS) -> Sums:
    """The sums of several parts, of which there is at least one."""
    found = [*parts]
    return {
        rollup: _grouped(pl.concat(part[rollup] for part in found), rollup) for rollup in rollups
    }


def measures_of(rows: pl.DataFrame) -> list[str]:
    """The columns of a rollup that are sums; the others say of what."""
    return [name for name in rows.columns if name in _KINDS]


def negative(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of a rollup that take out of it what these put in."""
    return rows.with_columns(-pl.col(measures_of(rows)))


def _grouped(rows: pl.DataFrame, rollup: str) -> pl.DataFrame:
    return rows.group_by(_GROUPS[rollup]).agg(_SUMS[rollup])
