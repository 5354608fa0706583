"""Which of the legs just read are to be written, and with which revision."""

from __future__ import annotations

from hashlib import blake2b

import polars as pl

from pipeline.sources.source import BATCH_COLUMNS

_LATER = ["dialog_id", "account_code"]
"""Columns that call files did not always have: empty, they change no digest."""
_CONTENT = [column for column in BATCH_COLUMNS if column not in ("key_time", *_LATER)]


def with_digest(legs: pl.DataFrame) -> pl.DataFrame:
    """Adds `digest`, equal for equal content on every machine and version."""
    text = legs.select(
        pl.concat_str(
            pl.concat_str([pl.col(_CONTENT).cast(pl.String).fill_null("\x00")], separator="\x1f"),
            *(
                pl.format("\x1f{}", pl.col(column)).fill_null("")
                for column in _LATER
                if legs[column].null_count() < legs.height
            ),
        )
    ).to_series()
    digests = [blake2b(one, digest_size=8).digest() for one in text.cast(pl.Binary).to_list()]
    return legs.with_columns(pl.Series("digest", digests, dtype=pl.Binary))


def changed(
    legs: pl.DataFrame, written: pl.DataFrame, first_revision: int = 0, step: int = 1
) -> pl.DataFrame:
    """The legs that were never written or now say something else, with their next revision.

    `written` may tell several times of one leg: the highest revision holds.
    """
    known = (
        written.sort("revision")
        .unique("leg_id", keep="last")
        .select("leg_id", pl.col("revision").alias("_revision"), pl.col("digest").alias("_digest"))
    )
    return (
        with_digest(legs)
        .join(known, on="leg_id", how="left", maintain_order="left")
        .filter(pl.col("_digest").is_null() | (pl.col("_digest") != pl.col("digest")))
        .with_columns((pl.col("_revision") + step).fill_null(first_revision).alias("revision"))
        .drop("_revision", "_digest")
    )


def disagreeing_clocks(legs: pl.DataFrame) -> int:
    """How many legs are answered or ended before they began, by clocks that differ."""
    backwards = (
        (pl.col("answered_at") < pl.col("started_at"))
        | (pl.col("ended_at") < pl.col("answered_at"))
        | (pl.col("ended_at") < pl.col("started_at"))
    )
    return legs.filter(backwards).height
