"""How many channels of a trunk are in use: a sweep over the legs that hold them."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

Numbers: TypeAlias = npt.NDArray[np.int64]

_HOUR: Final = 3_600_000
_DAY: Final = 24 * _HOUR

HOURS: Final = pl.Schema(
    {
        "day": pl.Date(),
        "hour": pl.Int8(),
        "gateway": pl.String(),
        "seizures": pl.Int64(),
        "used_s": pl.Decimal(18, 3),
        "peak": pl.Int64(),
    }
)
"""What `occupied` gives: the columns of the table `gateway_hours`, where they are explained."""


HELD_BY: Final = (
    *("day", "gateway_in", "gateway_out", "started_at", "started_local", "answered_at"),
    *("ended_at", "talk_s"),
)
"""The columns of legs that `holding` needs."""
_A_THOUSAND: Final = pl.lit(1000).cast(pl.Decimal(4, 0))


def holding(legs: pl.DataFrame, taken_at: pl.Expr | None = None) -> pl.DataFrame:
    """Those legs that held channels of trunks, as `occupied` takes them.

    `taken_at` is when, unless from their start on. Where the end is not known, a leg holds none for
    longer than is known of it.
    """
    started, answered, ended = (
        pl.col(name).dt.epoch("ms") for name in ("started_at", "answered_at", "ended_at")
    )
    talked = (pl.col("talk_s") * _A_THOUSAND).cast(pl.Int64)
    return legs.filter(pl.any_horizontal(pl.col("gateway_in", "gateway_out").is_not_null())).select(
        "day",
        "gateway_in",
        "gateway_out",
        started=started,
        ahead=pl.col("started_local").dt.epoch("ms") - started,
        taken=started if taken_at is None else taken_at.dt.epoch("ms"),
        freed=pl.coalesce(ended, answered + talked, answered, started),
    )


def occupied(legs: pl.DataFrame) -> pl.DataFrame:
    """One row per trunk and hour in which a leg began or held a channel, with `HOURS`.

    `legs` has one row per leg: `day` (local), the trunks `gateway_in` and `gateway_out` (either or
    both), and milliseconds since 1970 in UTC: `started`, `taken` and `freed`, between which it
    holds its channels; `ahead` is what the wall clock of the leg is ahead of UTC. People of several
    time zones may share a trunk: its clock is the one that most of its legs of a day have. A leg
    counts at most to the end of the day after the one on which it started.
    """
    if legs.is_empty():
        return pl.DataFrame(schema=HOURS)
    names = pl.concat([legs["gateway_in"], legs["gateway_out"]]).drop_nulls().unique().sort()
    placed = _placed(_seizures(legs, names))
    gateway, started, taken, freed = (
        placed[name].to_numpy() for name in ("gateway", "started", "taken", "freed")
    )
    first = int(started.min()) // _HOUR
    span = int(freed.max()) // _HOUR - first + 1
    size = len(names) * span
    slots = gateway * span - first

    seizures = np.bincount(slots + started // _HOUR, minlength=size)
    slot, begin, end = _pieces(slots, taken, freed)
    # Exact: sums of milliseconds are far below 2 to the 53rd.
    used_ms = np.bincount(slot, weights=end - begin, minlength=size).astype(np.int64)
    rows = np.flatnonzero((seizures > 0) | (used_ms > 0))
    hours = rows % span + first
    return pl.DataFrame(
        {
            "day": pl.Series(hours // 24, dtype=pl.Int32).cast(pl.Date),
            "hour": hours % 24,
            "gateway": names.gather(rows // span),
            "seizures": seizures[rows],
            "used_s": _seconds(used_ms[rows]),
            "peak": _peaks(size, slot, begin, end)[rows],
        },
        schema=HOURS,
    )


def _seizures(legs: pl.DataFrame, names: pl.Series) -> pl.DataFrame:
    """One row per leg and trunk, which becomes its place among the names."""
    numbered = legs.with_columns(
        pl.col("gateway_in", "gateway_out").cast(pl.Enum(names)).to_physical().cast(pl.Int64),
        pl.col("day").cast(pl.Int64),
    )
    return pl.concat(
        numbered.select(
            pl.col(column).alias("gateway"), "day", "ahead", "started", "taken", "freed"
        ).filter(pl.col("gateway").is_not_null())
        for column in ("gateway_out", "gateway_in")
    )


def _placed(seizures: pl.DataFrame) -> pl.DataFrame:
    """Times by the clock of the trunk, cut to the day of the leg and the days beside it."""
    clock = pl.col("ahead")
    if seizures["ahead"].min() != seizures["ahead"].max():
        key = ["gateway", "day"]
        clocks = (
            seizures.group_by(*key, "ahead")
            .len()
            .sort("len", "ahead", descending=[True, False])
            .unique(key, keep="first", maintain_order=True)
            .select(*key, pl.col("ahead").alias("clock"))
        )
        seizures = seizures.join(clocks, on=key, how="left", maintain_order="left")
        clock = pl.col("clock")
    least, most = (pl.col("day") - 1) * _DAY, (pl.col("day") + 2) * _DAY
    return seizures.select(
        "gateway",
        (pl.col("started") + clock).clip(least, most - 1).alias("started"),
        (pl.col("taken") + clock).clip(least, most).alias("taken"),
        (pl.col("freed") + clock).clip(least, most).alias("freed"),
    )


def _pieces(slots: Numbers, since: Numbers, until: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Slot, begin and end of the part of each stretch within each hour; empty ones left out."""
    first = since // _HOUR
    count = np.where(until > since, (until - 1) // _HOUR - first + 1, 0)
    row = np.repeat(np.arange(len(since)), count)
    hour = first[row] + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    begin = np.maximum(since[row] - hour * _HOUR, 0)
    end = np.minimum(until[row] - hour * _HOUR, _HOUR)
    return slots[row] + hour, begin, end


def _peaks(size: int, slot: Numbers, begin: Numbers, end: Numbers) -> Numbers:
    """The most pieces at once in each slot."""
    peaks = np.zeros(size, dtype=np.int64)
    if not len(slot):
        return peaks
    # Where one piece ends as another begins, the end comes first: they do not overlap.
    width = 2 * (_HOUR + 1)
    events = np.concatenate([slot * width + 2 * begin + 1, slot * width + 2 * end])
    events.sort()
    running = np.cumsum((events & 1) * 2 - 1)
    group = events // width
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    peaks[group[starts]] = np.maximum.reduceat(running, starts)
    return peaks


def _seconds(milliseconds: Numbers) -> pl.Series:
    exact = pl.lit(pl.Series(milliseconds)).cast(pl.Decimal(21, 0))
    return pl.select(exact * pl.lit(Decimal("0.001"))).to_series()
