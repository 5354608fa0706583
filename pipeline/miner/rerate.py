"""Prices history again, or says what that would change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from pipeline.directory.directory import Directory
from pipeline.miner.ahead import ahead
from pipeline.miner.price import reprice
from pipeline.rating import Tariffs
from pipeline.rating.exchange import REPORTED_SCHEMA
from warehouse.entries import ASKED_OF_LEGS
from warehouse.master import Master
from warehouse.restate import stored_days
from warehouse.retention import is_anonymous
from warehouse.revise import legs_to_revise, put
from warehouse.revision import PRICE, Revision, differing, revision
from warehouse.snapshot import Snapshot
from warehouse.words import UNRATED

Progress = Callable[[int, int], None]
"""Told how many days are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some days that were priced again."""

    found: pl.DataFrame
    """Their `differences`."""
    following: date
    """The day to go on with."""
    done: int
    """Days so far, of `of`."""
    of: int


KEYS = ("department", "tariff", "destination", "currency")
MEASURES = (
    *("legs", "changed", "newly_rated", "newly_unrated"),
    *("before", "after", "charge_before", "charge_after"),
)
_STRIDE = 16
"""Batches of days after which what was changed may go from the log into the file."""
_COUNTS, _MONEY = MEASURES[:4], MEASURES[4:]
_ASKED = (
    *("source", "day"),
    *("started_at", "answered_at", "talk_s", "direction", "outcome", "to_number"),
    *("gateway_in", "gateway_out", "charged_user", "department", "site", "extra"),
    *PRICE,
)
"""What prices hang on, and what they were."""


def rerate(
    origin: Master | Snapshot,
    directory: Directory,
    tariffs: Tariffs,
    source_sites: Mapping[str, str],
    first: date,
    last: date,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Prices the stored legs of `first` to `last` (inclusive) as `batches`; gives the `report`."""
    found = summed([])
    for batch in batches(origin, directory, tariffs, source_sites, first, last):
        found = summed([found, batch.found])
        if progress is not None:
            progress(batch.done, batch.of)
    return report(found)


def batches(
    origin: Master | Snapshot,
    directory: Directory,
    tariffs: Tariffs,
    source_sites: Mapping[str, str],
    first: date,
    last: date,
) -> Iterator[Batch]:
    """Prices the stored legs of `first` to `last` (inclusive) while it is asked for batches.

    A `Master` is changed, each batch in one transaction: broken off, the days done are done. A
    `Snapshot` is only asked. The next days are read and priced while those before them are stored.
    """
    asked = (*_ASKED, *(ASKED_OF_LEGS if isinstance(origin, Master) else ()))
    waiting = stored_days(origin, first, last)
    many = sum(map(len, waiting))
    done = 0

    def priced(days: list[date]) -> tuple[pl.DataFrame, pl.DataFrame]:
        # Without its number a leg cannot be priced again: it keeps the price that it had.
        before = legs_to_revise(origin, days, asked).filter(~is_anonymous())
        return before, reprice(before, directory, tariffs, source_sites)

    def compared(both: tuple[pl.DataFrame, pl.DataFrame]) -> tuple[pl.DataFrame, Revision | None]:
        told = revision(origin, *both) if isinstance(origin, Master) else None
        return differences(*both), told

    for begin in range(0, len(waiting), _STRIDE):
        stride = waiting[begin : begin + _STRIDE]
        with origin.unmoved() if isinstance(origin, Master) else nullcontext():
            found = ahead(stride, priced, compared)
            for days, (part, told) in zip(stride, found, strict=True):
                if isinstance(origin, Master) and told is not None:
                    put(origin, told)
                done += len(days)
                yield Batch(part, days[-1] + timedelta(days=1), done, many)


def report(found: pl.DataFrame) -> pl.DataFrame:
    """The rows of `summed` with a leg whose money or status changes, the most money first."""
    return found.filter(pl.col("changed") > 0).sort(
        (pl.col("after") - pl.col("before")).abs(),
        (pl.col("charge_after") - pl.col("charge_before")).abs(),
        *KEYS,
        descending=[True, True, *[False] * len(KEYS)],
    )


def summed(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """The differences of all parts together."""
    nothing = differences(*(pl.DataFrame(schema=_NEEDED) for _ in range(2)))
    return pl.concat([nothing, *parts]).group_by(KEYS).agg(pl.col(MEASURES).sum())


def to_text(found: pl.DataFrame) -> str:
    """Differences as CSV."""
    return found.write_csv()


def from_text(text: str) -> pl.DataFrame:
    """The differences that `to_text` was given."""
    return pl.read_csv(text.encode(), infer_schema=False).with_columns(
        pl.col(*_COUNTS).cast(pl.Int64), pl.col(*_MONEY).cast(pl.Decimal(38, 6))
    )


def differences(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """`KEYS` and `MEASURES` of two frames of the same legs in the same order.

    Measures are legs looked at, legs changed, and cost and charge before and after, where a leg
    without a price counts as nothing. A leg stands under the tariff, destination and currency that
    it has after, else had before.
    """
    unrated = [status.value for status in UNRATED]
    changed, _ = differing(before, after, _TOLD)
    was = pl.Series(before["status"].is_in(unrated))
    now = pl.Series(after["status"].is_in(unrated))
    nothing = pl.lit(0, dtype=pl.Decimal(38, 6))
    rows = after.select(
        "department",
        *(
            pl.coalesce(pl.col(key), before[key].alias(f"{key}_before")).alias(key)
            for key in KEYS[1:]
        ),
        pl.lit(1, pl.Int64).alias("legs"),
        changed.cast(pl.Int64).alias("changed"),
        (was & ~now).cast(pl.Int64).alias("newly_rated"),
        (~was & now).cast(pl.Int64).alias("newly_unrated"),
        *(
            pl.coalesce(money.cast(pl.Decimal(38, 6)).alias(name), nothing).alias(name)
            for name, money in zip(
                _MONEY,
                (before["cost"], after["cost"], before["charge"], after["charge"]),
                strict=True,
            )
        ),
    )
    return rows.group_by(KEYS).agg(pl.col(MEASURES).sum())


_TOLD = ["cost", "charge", "tax", "status", *REPORTED_SCHEMA]
_NEEDED = {
    "department": pl.String(),
    "tariff": pl.String(),
    "destination": pl.String(),
    "currency": pl.String(),
    "cost": pl.Decimal(18, 6),
    "charge": pl.Decimal(18, 6),
    "tax": pl.Decimal(18, 6),
    "status": pl.String(),
    **REPORTED_SCHEMA,
}
