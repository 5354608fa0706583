"""Which calls are complete: ended, and for long enough to have gathered all their legs."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from warehouse.legs import INSTANT

KINSHIP = timedelta(hours=12)
"""The legs of one call begin within this: what lies further apart cannot matter to each other."""

LONGEST_WAIT = timedelta(hours=25)
"""Longer than an open call is awaited."""

WAITING = pl.Schema(
    {"leg_id": pl.String(), "key_time": INSTANT, "open": pl.Boolean(), "due": INSTANT}
)
"""Legs that are not ready; `due`: when they will be unless they change, null while a leg of the
call is open."""


def settle(
    legs: pl.DataFrame, now: datetime, patience: timedelta
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Parts legs into those of calls that are complete, and the others (of `WAITING`).

    A call waits as a whole while one of its legs is `open`, but not for an end that a wrong clock
    has set into the future.
    """
    last = pl.max_horizontal("key_time", "answered_at", "ended_at").max().over("call_id")
    began = pl.col("key_time").max().over("call_id")
    marked = legs.with_columns(
        pl.col("open").any().over("call_id").alias("_call_open"),
        pl.min_horizontal(last, began + LONGEST_WAIT).alias("_last"),
    )
    ready = ~pl.col("_call_open") & (pl.col("_last") <= now - patience)
    due = pl.when(~pl.col("_call_open")).then(pl.col("_last") + patience)
    return (
        marked.filter(ready).drop("_call_open", "_last"),
        marked.filter(~ready).select("leg_id", "key_time", "open", due.alias("due")).cast(WAITING),
    )
