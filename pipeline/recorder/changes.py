"""Which of the legs just read are to be written, and with which revision."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import blake2b

import polars as pl

from pipeline.callfile.format import CALL_FILE_SCHEMA

LONGEST_WAIT = timedelta(hours=25)
"""Longer than an open call is awaited."""

_CONTENT = [column for column in CALL_FILE_SCHEMA if column not in ("source", "revision")]


def settled(legs: pl.DataFrame, now: datetime, settle: timedelta) -> pl.DataFrame:
    """The legs of calls that have ended for long enough to have gathered all their legs.

    A call waits as a whole while one of its legs is open, but not for an end that a wrong clock has
    set into the future.
    """
    last = pl.max_horizontal("key_time", "answered_at", "ended_at").max().over("call_id")
    began = pl.col("key_time").max().over("call_id")
    waiting = pl.col("open").any().over("call_id")
    has_settled = (last <= now - settle) | (began <= now - settle - LONGEST_WAIT)
    return legs.filter(~waiting & has_settled)


def with_digest(legs: pl.DataFrame) -> pl.DataFrame:
    """Adds `digest`, equal for equal content on every machine and version."""
    text = legs.select(
        pl.concat_str([pl.col(_CONTENT).cast(pl.String).fill_null("\x00")], separator="\x1f")
    ).to_series()
    digests = [blake2b(one.encode(), digest_size=8).digest() for one in text]
    return legs.with_columns(pl.Series("digest", digests, dtype=pl.Binary))


def changed(legs: pl.DataFrame, written: pl.DataFrame, first_revision: int = 0) -> pl.DataFrame:
    """The legs that were never written or now say something else, with their next revision."""
    known = written.select(
        "leg_id", pl.col("revision").alias("_revision"), pl.col("digest").alias("_digest")
    )
    return (
        with_digest(legs)
        .join(known, on="leg_id", how="left", maintain_order="left")
        .filter(pl.col("_digest").is_null() | (pl.col("_digest") != pl.col("digest")))
        .with_columns((pl.col("_revision") + 1).fill_null(first_revision).alias("revision"))
        .drop("_revision", "_digest")
    )
