"""Polls one source and writes what is new into call files."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import structlog

from pipeline.callfile.spool import Spool
from pipeline.callfile.write import write_call_file
from pipeline.recorder.archive import Archive
from pipeline.recorder.changes import changed, disagreeing_clocks
from pipeline.recorder.memory import give_back
from pipeline.recorder.rejected import keep_rejected
from pipeline.recorder.state import (
    WRITTEN_SCHEMA,
    State,
    fresh_state,
    load_state,
    revision_after_loss,
    save_state,
)
from pipeline.sources.source import Batch, Source
from warehouse.clock import Clock
from warehouse.errors import Unavailable
from warehouse.files import require_writable

HOT = timedelta(days=4)
"""What was written of younger legs stands in the state itself; of older ones, in the archive."""

CAUGHT_UP_NOTED_EVERY = timedelta(hours=1)

Progress = Callable[[datetime, datetime, datetime], None]
"""Told the first, the present and the last instant of a long import."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Poll:
    """What one poll did."""

    files: int
    legs: int
    waiting: int
    """Legs that were read and are not written yet: still open, or not settled."""
    read_to: datetime | None
    """All that began before this (naive UTC) has been read once."""


class Recorder:
    """Asks one source from cursor to cursor; restartable at any moment.

    A call file is complete before the memory says that its legs are written. If the process dies in
    between, they are written again, under another file name and with higher revisions: they may
    have changed meanwhile.
    """

    def __init__(self, name: str, source: Source, spool: Spool, folder: Path, clock: Clock) -> None:
        self._name = name
        self._source = source
        self._spool = spool
        self._state_file = folder / f"{name}.parquet"
        self._archive = Archive(folder / name)
        self._clock = clock
        self._state: State | None = None

    def poll(
        self, progress: Progress | None = None, stopped: Callable[[], bool] = lambda: False
    ) -> Poll:
        """Reads all that is new up to now and writes it; raises `Unavailable`, `Damaged`.

        Between batches it asks whether it is `stopped`; the next poll goes on there.
        """
        now = self._clock().astimezone(UTC).replace(tzinfo=None)
        # After any failure the files say what has been done, not this process.
        state, self._state = self._state or self._loaded(now), None
        done = Poll(0, 0, 0, None)
        first: datetime | None = None
        more = True
        while more and not stopped():
            batch = self._source.poll(state.cursor, now)
            after, legs = self._file(state, batch, now)
            done = Poll(done.files + (legs > 0), done.legs + legs, batch.waiting, batch.read_to)
            more, state = batch.more, after
            if more:
                give_back()
            first = first or batch.read_to
            if progress is not None and first is not None and batch.read_to is not None:
                progress(first, batch.read_to if more else now, now)
        self._state = state
        return done

    def behind(self) -> timedelta | None:
        """For how long not all of the source has been read, where that endangers calls.

        That is more than half of the time for which the source keeps them, once it was imported.
        """
        state = self._state or load_state(self._state_file, self._now())
        if state.caught_up_at is None or state.retention is None:
            return None
        behind = self._now() - state.caught_up_at
        return behind if behind > state.retention / 2 else None

    def _now(self) -> datetime:
        return self._clock().astimezone(UTC).replace(tzinfo=None)

    def _loaded(self, now: datetime) -> State:
        """What is remembered; after a loss, revisions begin above all that were ever used."""
        # Else every poll would write its call file again, and never remember it.
        require_writable(self._state_file.parent)
        serials = self._spool.serials_of(self._name)
        if not self._state_file.exists():
            state = fresh_state(revision_after_loss(now) if serials else 0)
        else:
            state = load_state(self._state_file, now)
            if not self._archive.is_there:
                above = max(state.first_revision, revision_after_loss(now))
                state = replace(state, first_revision=above)
                save_state(self._state_file, state)
        self._archive.prepare()
        lost = sum(serial >= state.serial for serial in serials)
        serial = max([state.serial, *(one + 1 for one in serials)])
        return replace(state, lost=state.lost + lost, serial=serial)

    def _file(self, state: State, batch: Batch, now: datetime) -> tuple[State, int]:
        """Writes what is new in a batch: call file, then archive, then state."""
        days = batch.legs["key_time"].dt.date().unique().sort().to_list()
        written = pl.concat([state.written, self._archive.recall(days, now)])
        keep_rejected(self._spool, self._name, batch.rejected)
        fresh = changed(batch.legs, written, state.first_revision + state.lost, step=1 + state.lost)
        if not fresh.is_empty():
            write_call_file(self._spool, self._name, fresh.sort("started_at"), state.serial)
            skewed = disagreeing_clocks(fresh)
            if skewed:
                log.warning("clocks_disagree", source=self._name, legs=skewed)
        after = self._remembering(state, fresh, batch, now)
        if after is not state:
            save_state(self._state_file, after)
        return after, fresh.height

    def _remembering(self, state: State, fresh: pl.DataFrame, batch: Batch, now: datetime) -> State:
        """The state after a batch, with what has cooled down moved into the archive before."""
        caught_up = state.caught_up_at
        if not batch.more and (caught_up is None or abs(now - caught_up) >= CAUGHT_UP_NOTED_EVERY):
            caught_up = now
        if fresh.is_empty() and (batch.cursor, caught_up) == (
            state.cursor or "",
            state.caught_up_at,
        ):
            return state
        written = pl.concat(
            [
                state.written.join(fresh, on="leg_id", how="anti"),
                fresh.select(WRITTEN_SCHEMA.names()),
            ]
        )
        if batch.read_to is not None:
            hot_since = (batch.read_to - HOT).replace(hour=0, minute=0, second=0, microsecond=0)
            cold = pl.col("key_time") < hot_since
            self._archive.keep(written.filter(cold), now)
            written = written.filter(~cold)
        retention = state.retention
        if caught_up != state.caught_up_at:
            self._archive.forget(now)
            with suppress(Unavailable):  # what was written must be remembered all the same
                retention = self._source.describe().retention
        return replace(
            state,
            cursor=batch.cursor or None,
            serial=state.serial + (not fresh.is_empty()),
            caught_up_at=caught_up,
            retention=retention,
            written=written,
        )
