"""What a recorder remembers: how far it has read, and what it has written of each recent leg."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from pipeline.sources.cursor import Cursor
from warehouse.errors import Damaged
from warehouse.files import replacing
from warehouse.legs import INSTANT

WRITTEN_SCHEMA = pl.Schema(
    {"leg_id": pl.String(), "key_time": INSTANT, "revision": pl.Int64(), "digest": pl.Binary()}
)

EPOCH = datetime.fromisoformat("2020-01-01")
"""Seconds since then are more than any leg was ever corrected."""


@dataclass(frozen=True, slots=True)
class State:
    """The recorder's memory of one source; times are naive UTC."""

    cursor: str | None
    """Where the next poll goes on; the source alone understands it."""
    serial: int
    """Number of the next call file."""
    first_revision: int
    """Revision of a leg that was not written before."""
    lost: int
    """Call files that were written and never remembered: each may have used up a revision of any
    leg."""
    caught_up_at: datetime | None
    """When the source last held no more than was read."""
    retention: timedelta | None
    """For how long the source keeps its calls."""
    written: pl.DataFrame
    """One row per leg of the hot days: last revision written, and its digest."""


def fresh_state(revision: int = 0) -> State:
    """The state of a recorder that has read nothing, or remembers nothing."""
    return State(None, 1, revision, 0, None, None, pl.DataFrame(schema=WRITTEN_SCHEMA))


def revision_after_loss(now: datetime) -> int:
    """Higher than every revision that was ever used."""
    return int((now - EPOCH).total_seconds())


def load_state(path: Path, now: datetime) -> State:
    """Reads the state file; a fresh state where there is none. Raises `Damaged`."""
    if not path.exists():
        return fresh_state()
    try:
        metadata = pl.read_parquet_metadata(path)
        written = pl.read_parquet(path).select(WRITTEN_SCHEMA.names()).cast(WRITTEN_SCHEMA)
        state = State(
            cursor=metadata.get("cursor") or None,
            serial=int(metadata["serial"]),
            first_revision=int(metadata["first_revision"]),
            lost=int(metadata.get("lost", 0)),
            caught_up_at=_instant(metadata.get("caught_up_at", "")),
            retention=_seconds(metadata.get("retention_s", "")),
            written=written,
        )
        if "watermark" in metadata:
            return _upgraded(state, metadata, now)
    except (pl.exceptions.PolarsError, OSError, KeyError, ValueError) as error:
        raise Damaged(
            f"{path} cannot be read ({error}). Remove it: the recorder then reads the source "
            "from its start again, and nothing is counted twice."
        ) from error
    return state


def save_state(path: Path, state: State) -> None:
    """Replaces the state file atomically."""
    with replacing(path) as temporary:
        state.written.write_parquet(
            temporary,
            metadata={
                "cursor": state.cursor or "",
                "serial": str(state.serial),
                "first_revision": str(state.first_revision),
                "lost": str(state.lost),
                "caught_up_at": state.caught_up_at.isoformat() if state.caught_up_at else "",
                "retention_s": str(state.retention.total_seconds()) if state.retention else "",
            },
        )


def _upgraded(state: State, metadata: dict[str, str], now: datetime) -> State:
    """The state of the first version, which knew one kind of source and the legs of its overlap."""
    watermark = _instant(metadata["watermark"])
    if watermark is None:
        return state
    cursor = Cursor(read_to=watermark, waiting_since=_instant(metadata["waiting_since"]))
    return replace(
        state,
        cursor=cursor.text(),
        # It has forgotten what it wrote of older legs, which are now read again.
        first_revision=max(state.first_revision, revision_after_loss(now)),
    )


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _seconds(text: str) -> timedelta | None:
    return timedelta(seconds=float(text)) if text else None
