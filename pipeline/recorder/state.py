"""What a recorder remembers: how far it has read, and what it has written of each recent leg."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from warehouse.errors import Damaged
from warehouse.files import replacing
from warehouse.legs import INSTANT

WRITTEN_SCHEMA = pl.Schema(
    {"leg_id": pl.String(), "key_time": INSTANT, "revision": pl.Int64(), "digest": pl.Binary()}
)


@dataclass(frozen=True, slots=True)
class State:
    """The recorder's memory of one source."""

    watermark: datetime | None
    """All that began before this (naive UTC) has been read at least once."""
    waiting_since: datetime | None
    """Key time of the oldest leg that was read and could not be written yet."""
    serial: int
    """Number of the next call file."""
    first_revision: int
    """Revision of a leg that was not written before."""
    written: pl.DataFrame
    """One row per leg within reach of the next poll: last revision written and its digest."""


def fresh_state(revision: int = 0) -> State:
    """The state of a recorder that has read nothing, or remembers nothing."""
    return State(None, None, 1, revision, pl.DataFrame(schema=WRITTEN_SCHEMA))


def load_state(path: Path) -> State:
    """Reads the state file; a fresh state where there is none. Raises `Damaged`."""
    if not path.exists():
        return fresh_state()
    try:
        metadata = pl.read_parquet_metadata(path)
        written = pl.read_parquet(path)
        watermark, waiting = (_instant(metadata[key]) for key in ("watermark", "waiting_since"))
        serial, revision = (int(metadata[key]) for key in ("serial", "first_revision"))
        written = written.select(WRITTEN_SCHEMA.names()).cast(WRITTEN_SCHEMA)
    except (pl.exceptions.PolarsError, OSError, KeyError, ValueError) as error:
        raise Damaged(
            f"{path} cannot be read ({error}). Remove it: the recorder then reads the source "
            "from its start again, and nothing is counted twice."
        ) from error
    return State(watermark, waiting, serial, revision, written)


def save_state(path: Path, state: State) -> None:
    """Replaces the state file atomically."""
    with replacing(path) as temporary:
        state.written.write_parquet(
            temporary,
            metadata={
                "watermark": state.watermark.isoformat() if state.watermark else "",
                "waiting_since": state.waiting_since.isoformat() if state.waiting_since else "",
                "serial": str(state.serial),
                "first_revision": str(state.first_revision),
            },
        )


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
