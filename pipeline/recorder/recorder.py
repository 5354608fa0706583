"""Polls one source and writes what is new into call files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import polars as pl

from pipeline.callfile.spool import Spool
from pipeline.callfile.write import write_call_file
from pipeline.recorder.changes import changed, settled
from pipeline.recorder.state import WRITTEN_SCHEMA, State, fresh_state, load_state, save_state
from pipeline.sources.settings import SourceSettings
from pipeline.sources.source import Source
from warehouse.clock import Clock

STRIDE = timedelta(days=2)
"""History is read in windows of this length: bounds memory on the first import."""

CONTEXT = timedelta(hours=12)
"""Read before each window, so that a leg finds the call that it belongs to; longer than a call
takes from its first leg to the beginning of its last."""

RESOLUTION = timedelta(milliseconds=1)

EPOCH = datetime.fromisoformat("2020-01-01")
"""Seconds since then are more than any leg was ever corrected."""

Progress = Callable[[datetime, datetime, datetime], None]
"""Told the first, the present and the last instant of a long import."""


@dataclass(frozen=True, slots=True)
class Poll:
    """What one poll did."""

    files: int
    legs: int
    waiting: int
    """Legs that were read and are not written yet: still open, or not settled."""
    watermark: datetime | None


class Recorder:
    """Reads a source by window with overlap; restartable at any moment.

    A call file is complete before the state says that its legs are written. If the process dies in
    between, the same legs are written again, under a new file name and with the same revision.
    """

    def __init__(
        self, settings: SourceSettings, source: Source, spool: Spool, folder: Path, clock: Clock
    ) -> None:
        self._settings = settings
        self._source = source
        self._spool = spool
        self._state_file = folder / f"{settings.name}.parquet"
        self._clock = clock
        self._overlap = timedelta(hours=settings.overlap_hours)
        self._settle = timedelta(minutes=settings.settle_minutes)

    def poll(
        self, progress: Progress | None = None, stopped: Callable[[], bool] = lambda: False
    ) -> Poll:
        """Reads all that is new up to now and writes it; raises `Unavailable`.

        Between windows it asks whether it is `stopped`; the next poll goes on there.
        """
        now = self._clock().astimezone(UTC).replace(tzinfo=None)
        state = self._state(now)
        first = state.watermark or self._first_instant()
        done = Poll(0, 0, 0, state.watermark)
        if first is None:
            return done
        reached = first
        while (reached < now or done.watermark is None) and not stopped():
            until = min(reached + STRIDE, now)
            state, done = self._window(state, done, reached, until, now)
            if progress is not None:
                progress(first, until, now)
            reached = until
            if until < now and (done.watermark is None or done.watermark < until):
                # Nothing new up to here: go on where the source does, however long it was quiet.
                following = self._source.oldest(until)
                if following is None:
                    break
                reached = max(reached, min(following, now - RESOLUTION))
        return done

    def _state(self, now: datetime) -> State:
        """What is remembered; after a loss, revisions begin above all that were ever used."""
        if self._state_file.exists() or not self._spool.has_files_of(self._settings.name):
            return load_state(self._state_file)
        return fresh_state(revision=int((now - EPOCH).total_seconds()))

    def _first_instant(self) -> datetime | None:
        start = self._settings.start
        begin = None if start is None else datetime.combine(start, time.min)
        oldest = self._source.oldest()
        return max(oldest, begin) if oldest and begin else oldest

    def _window(
        self, state: State, done: Poll, reached: datetime, until: datetime, now: datetime
    ) -> tuple[State, Poll]:
        """Reads up to `until` (all there is where that is now) and writes what is new."""
        since = self._since(state, reached)
        legs = self._source.read(since - CONTEXT, until if until < now else None, now)
        legs = legs.filter(pl.col("key_time") >= since)
        ready = settled(legs, now, self._settle)
        fresh = changed(ready, state.written, state.first_revision)
        if not fresh.is_empty():
            write_call_file(
                self._spool, self._settings.name, fresh.sort("started_at"), state.serial
            )
        waiting = legs.join(ready, on="leg_id", how="anti")
        after = self._after(state, legs, fresh, waiting, until)
        if after.watermark != state.watermark or not fresh.is_empty():
            save_state(self._state_file, after)
        files = done.files + (not fresh.is_empty())
        return after, Poll(files, done.legs + fresh.height, waiting.height, after.watermark)

    def _since(self, state: State, reached: datetime) -> datetime:
        """Where the next window begins to look for late, changed and waiting legs."""
        since = reached if state.watermark is None else state.watermark - self._overlap
        if state.waiting_since is not None:
            since = min(since, state.waiting_since)
        if self._settings.start is not None:
            since = max(since, datetime.combine(self._settings.start, time.min))
        return since

    def _after(
        self,
        state: State,
        legs: pl.DataFrame,
        fresh: pl.DataFrame,
        waiting: pl.DataFrame,
        until: datetime,
    ) -> State:
        # A clock that is ahead of the source's must not carry the watermark past its newest call.
        newest = legs.filter(pl.col("key_time") <= until)["key_time"].max()
        known = [one for one in (state.watermark, newest) if isinstance(one, datetime)]
        oldest = waiting["key_time"].min()
        after = State(
            max(known, default=until),
            oldest if isinstance(oldest, datetime) else None,
            state.serial + (not fresh.is_empty()),
            state.first_revision,
            pl.concat(
                [
                    state.written.join(fresh, on="leg_id", how="anti"),
                    fresh.select(WRITTEN_SCHEMA.names()),
                ]
            ),
        )
        reach = self._since(after, until)
        return State(
            after.watermark,
            after.waiting_since,
            after.serial,
            after.first_revision,
            after.written.filter(pl.col("key_time") >= reach),
        )
