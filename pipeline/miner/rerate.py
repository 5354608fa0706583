"""Prices history again, or says what that would change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import polars as pl

from pipeline.directory.directory import Directory
from pipeline.miner.price import reprice
from pipeline.rating import RATED_SCHEMA, Tariffs
from warehouse.master import Master
from warehouse.restate import restate, stored_days, stored_legs
from warehouse.snapshot import Snapshot
from warehouse.words import UNRATED

Progress = Callable[[int, int], None]
"""Told how many days are done, and of how many."""

KEYS = ("department", "tariff", "destination", "currency")
MEASURES = ("legs", "changed", "newly_rated", "newly_unrated", "before", "after")


def rerate(
    origin: Master | Snapshot,
    directory: Directory,
    tariffs: Tariffs,
    source_sites: Mapping[str, str],
    first: date,
    last: date,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Prices the stored legs of `first` to `last` (inclusive) and gives the differences.

    A `Master` is changed, batch by batch, each in one transaction: broken off, the days done are
    done. A `Snapshot` is only asked. The result has a row for each of `KEYS` with a leg whose cost
    or status changes, and in it `MEASURES`: legs looked at, legs changed, and cost before and
    after, where a leg without a price counts as nothing.
    """
    batches = stored_days(origin, first, last)
    many = sum(map(len, batches))
    found = []
    done = 0
    for days in batches:
        before = stored_legs(origin, days)
        after = reprice(before, directory, tariffs, source_sites)
        found.append(differences(before, after))
        if isinstance(origin, Master):
            moved = after.filter(_differs(before, after, [*RATED_SCHEMA]))
            if not moved.is_empty():
                restate(origin, moved)
        done += len(days)
        if progress is not None:
            progress(done, many)
    if not found:
        return differences(*(pl.DataFrame(schema=_NEEDED) for _ in range(2)))
    return (
        pl.concat(found)
        .group_by(KEYS)
        .agg(pl.col(MEASURES).sum())
        .filter(pl.col("changed") > 0)
        .sort(
            (pl.col("after") - pl.col("before")).abs(),
            *KEYS,
            descending=[True, *[False] * len(KEYS)],
        )
    )


def differences(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """`KEYS` and `MEASURES` of two frames of the same legs in the same order.

    A leg stands under the tariff, destination and currency that it has after, else had before.
    """
    unrated = [status.value for status in UNRATED]
    changed = _differs(before, after, ["cost", "status"])
    was = pl.Series(before["status"].is_in(unrated))
    now = pl.Series(after["status"].is_in(unrated))
    nothing = pl.lit(0, dtype=pl.Decimal(38, 6))
    rows = after.select(
        "department",
        *(
            pl.coalesce(pl.col(key), before[key].alias(f"{key}_before")).alias(key)
            for key in KEYS[1:]
        ),
        pl.lit(1).alias("legs"),
        changed.cast(pl.Int64).alias("changed"),
        (was & ~now).cast(pl.Int64).alias("newly_rated"),
        (~was & now).cast(pl.Int64).alias("newly_unrated"),
        pl.coalesce(before["cost"].cast(pl.Decimal(38, 6)).alias("before"), nothing).alias(
            "before"
        ),
        pl.coalesce(pl.col("cost").cast(pl.Decimal(38, 6)), nothing).alias("after"),
    )
    return rows.group_by(KEYS).agg(pl.col(MEASURES).sum())


def _differs(before: pl.DataFrame, after: pl.DataFrame, columns: list[str]) -> pl.Series:
    pairs = pl.concat(
        [before.select(columns), after.select(pl.col(columns).name.prefix("new_"))],
        how="horizontal",
    )
    return pairs.select(
        pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"new_{name}")) for name in columns)
    ).to_series()


_NEEDED = {
    "department": pl.String(),
    "tariff": pl.String(),
    "destination": pl.String(),
    "currency": pl.String(),
    "cost": pl.Decimal(18, 6),
    "status": pl.String(),
}
