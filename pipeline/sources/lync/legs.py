"""From the rows of a call detail database to the legs of a call file.

Pure: frames in, frame out. All times are naive UTC.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import blake2b

import polars as pl

from pipeline.sources.lync.conferences import conference_facts
from pipeline.sources.lync.grouping import with_calls
from pipeline.sources.lync.sessions import session_facts
from pipeline.sources.source import BATCH_COLUMNS
from warehouse.legs import SECONDS
from warehouse.words import Outcome

GIVE_UP = timedelta(hours=24)

LEG_COLUMNS = pl.Schema({**BATCH_COLUMNS, "open": pl.Boolean()})
"""The columns of a batch, and whether the leg has not ended yet (its outcome is then empty)."""

_OUTCOMES = {
    302: Outcome.CANCELLED.value,
    408: Outcome.NO_ANSWER.value,
    480: Outcome.NO_ANSWER.value,
    486: Outcome.BUSY.value,
    487: Outcome.CANCELLED.value,
    600: Outcome.BUSY.value,
    603: Outcome.REJECTED.value,
}

_DIALOG_BYTES = 10
"""Enough that no two sessions of some days are taken for one."""
_CLOCK_NOISE_MS = 10
"""A SQL Server `datetime` steps by 1/300 s, so differences are sure to 10 ms only."""


def facts(sessions: pl.DataFrame, conferences: pl.DataFrame) -> pl.DataFrame:
    """What each session says by itself, at any time: one row each, with `leg_id` and `key_time`.

    Args:
        sessions: as `session_facts` takes them.
        conferences: columns `raw.CONFERENCE_LEGS`.
    """
    both = pl.concat([session_facts(sessions), conference_facts(conferences)], how="diagonal")
    identity = pl.format(
        "{}{}-{}", "table", pl.col("key_time").dt.strftime("%Y%m%dT%H%M%S%.3f"), "key_seq"
    )
    return both.with_columns(
        identity.alias("leg_id"), _short(both["dialog"]).alias("dialog_id")
    ).drop("dialog")


def legs_of(rows: pl.DataFrame, now: datetime, give_up: timedelta = GIVE_UP) -> pl.DataFrame:
    """Makes a leg of every row of `facts` that is one, grouped into calls, in order of the keys.

    Args:
        rows: `facts`, in any order.
        now: the present, naive UTC.
        give_up: a leg without an end this long after its start never gets one: `unknown_end`.

    Returns:
        A frame of `LEG_COLUMNS`. Clocks of servers differ: what would last less than 0 s lasts 0 s.
    """
    ordered = rows.sort("key_time", "key_seq", "table", descending=[False, False, True])
    grouped = with_calls(
        ordered.with_columns(
            _outcome(now - give_up).alias("outcome"),
            pl.when(pl.col("code").is_between(200, 299)).then("response_time").alias("answered_at"),
        )
    )
    return (
        grouped.filter(~pl.col("no_leg"))
        .with_columns(
            pl.col("outcome").is_null().alias("open"),
            _seconds(pl.col("ended_at") - pl.col("answered_at")).alias("talk_s"),
            _seconds(
                pl.coalesce("answered_at", _refused_at(), "ended_at") - pl.col("started_at")
            ).alias("ring_s"),
            pl.when(pl.col("outcome") == Outcome.ANSWERED.value)
            .then("taken_by")
            .alias("answered_by"),
            pl.col("code").cast(pl.String).alias("response_code"),
            pl.col("diagnostic").cast(pl.String),
            pl.lit(None, pl.String).alias("account_code"),
        )
        .select(LEG_COLUMNS.names())
        .cast(LEG_COLUMNS)
    )


def _short(dialogs: pl.Series) -> pl.Series:
    """The names that SIP gives sessions, of up to 775 bytes, as texts of 20 digits."""
    if dialogs.null_count() == dialogs.len():
        return dialogs.cast(pl.String)
    return pl.Series(
        dialogs.name,
        [blake2b(one, digest_size=_DIALOG_BYTES).hexdigest() if one else None for one in dialogs],
        dtype=pl.String,
    )


def _outcome(given_up_since: datetime) -> pl.Expr:
    """How the leg ended; null while it is open."""
    code, ended = pl.col("code"), pl.col("ended_at").is_not_null()
    answered = code.is_between(200, 299).fill_null(value=False)
    return (
        pl.when((code >= 300).fill_null(value=False))
        .then(code.replace_strict(_OUTCOMES, default=Outcome.FAILED.value, return_dtype=pl.String))
        .when(answered & ended)
        .then(pl.lit(Outcome.ANSWERED.value))
        .when(ended)
        .then(pl.lit(Outcome.CANCELLED.value))
        .when(pl.col("started_at") <= given_up_since)
        .then(pl.lit(Outcome.UNKNOWN_END.value))
    )


def _refused_at() -> pl.Expr:
    return pl.when(pl.col("code") >= 300).then("response_time")


def _seconds(duration: pl.Expr) -> pl.Expr:
    noise = _CLOCK_NOISE_MS
    milliseconds = (duration.dt.total_milliseconds().clip(0) + noise // 2) // noise * noise
    # A nonsense of decades is not a duration.
    return (milliseconds.cast(pl.Decimal(18, 3)) / 1000).cast(SECONDS, strict=False)
