"""A source of calls in memory, keyed by time, that a test fills and changes as it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.callfile.read import read_call_file
from pipeline.callfile.spool import Spool
from pipeline.recorder.recorder import Poll, Recorder
from pipeline.sources.ahead import ReadAhead
from pipeline.sources.lync.settings import LyncSettings
from pipeline.sources.source import BATCH_COLUMNS, Batch, Description, Finding
from pipeline.sources.windows import RESOLUTION, Pace, Windows
from warehouse.errors import Unavailable

NOON = datetime(2026, 3, 2, 12)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
GIVE_UP = timedelta(hours=24)

ROW = pl.Schema(
    {name: kind for name, kind in BATCH_COLUMNS.items() if name != "call_id"}
    | {"kin": pl.String(), "modified_at": pl.Datetime("ms")}
)


def row(leg_id: str, at: datetime, **changes: Any) -> dict[str, Any]:
    """A row of an answered call of a minute; rows of the same `kin` are one call."""
    return {
        "leg_id": leg_id,
        "kin": leg_id,
        "started_at": at,
        "answered_at": at,
        "ended_at": at + MINUTE,
        "key_time": at,
        "direction": "outbound",
        "emergency": False,
    } | changes


def meaning(rows: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """The legs of rows: a call is headed by its first, one without an end is open for a day."""
    is_open = pl.col("ended_at").is_null() & (pl.col("key_time") > now - GIVE_UP)
    given_up = pl.col("ended_at").is_null() & ~is_open
    return (
        rows.sort("key_time", "leg_id")
        .with_columns(
            pl.col("leg_id").first().over("kin").alias("call_id"),
            is_open.alias("open"),
            pl.when(given_up)
            .then(pl.lit("unknown_end"))
            .when(~is_open)
            .then(pl.lit("answered"))
            .alias("outcome"),
        )
        .select(*BATCH_COLUMNS, "open")
    )


class AtOnce(Executor):
    """Does what another thread would do before anything else is done: no thread is earlier."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(work(*args, **named))
        except BaseException as error:
            done.set_exception(error)
        return done


@dataclass
class MemorySource:
    """The source; `asked` lists what was read from it, and how many rows that gave."""

    pace: Pace
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[datetime, datetime | None, int]] = field(default_factory=list)
    down: bool = False
    notes_changes: bool = False
    retention: timedelta | None = None
    reads_ahead: bool = False
    opened: int = 0

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Forgets what a process that has ended knew."""
        ahead = ReadAhead(self._opened, AtOnce) if self.reads_ahead else None
        self.windows = Windows(self.pace, ahead)

    def put(self, *rows: dict[str, Any]) -> None:
        self.rows |= {one["leg_id"]: one for one in rows}

    def describe(self) -> Description:
        return Description("memory", self.retention)

    def discover(self, now: datetime) -> list[Finding]:  # noqa: ARG002
        return []

    def poll(self, cursor: str | None, now: datetime) -> Batch:
        return self.windows.poll(self, cursor, now)

    def recount(self, since: datetime, until: datetime, now: datetime) -> pl.DataFrame:
        return self.windows.recount(self, since, until, now)

    def nth(self, since: datetime, number: int) -> datetime | None:
        self._must_be_up()
        times = sorted(one["key_time"] for one in self.rows.values() if one["key_time"] >= since)
        return times[number] if number < len(times) else None

    def read(self, since: datetime, until: datetime | None) -> pl.DataFrame:
        self._must_be_up()
        found = [
            one
            for one in self.rows.values()
            if since <= one["key_time"] and (until is None or one["key_time"] < until)
        ]
        self.asked.append((since, until, len(found)))
        return pl.DataFrame(found, schema=ROW)

    def at(self, keys: Sequence[datetime]) -> pl.DataFrame:
        return pl.concat([self.read(key, key + RESOLUTION) for key in keys])

    def modified(self, after: datetime, since: datetime, until: datetime) -> list[datetime]:
        self._must_be_up()
        return sorted(
            one["key_time"]
            for one in self.rows.values()
            if self.notes_changes
            and since <= one["key_time"] < until
            and one.get("modified_at", after) > after
        )

    def legs(self, rows: pl.DataFrame, now: datetime) -> pl.DataFrame:
        return meaning(rows, now)

    @contextmanager
    def _opened(self) -> Iterator[MemorySource]:
        self.opened += 1
        try:
            yield self
        finally:
            self.opened -= 1

    def _must_be_up(self) -> None:
        if self.down:
            raise Unavailable("the database is away")


class Bench:
    """A recorder on a memory source, with a clock that the test moves."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.folder = folder
        self.now = NOON
        self.clock_error = timedelta()
        usual = {"name": "rome", "kind": "lync", "connection": "file:x", "site": "Rome"}
        self.settings = LyncSettings(**usual | settings)
        self.source = MemorySource(self.settings.pace())
        self.spool = Spool(folder / "spool")
        self.spool.make()
        self.restart()

    def restart(self) -> None:
        """Another process: nothing but files is left of the last one."""
        self.source.begin()
        self.recorder = Recorder(
            self.settings.name,
            self.source,
            self.spool,
            self.folder / "state",
            lambda: (self.now + self.clock_error).replace(tzinfo=UTC),
        )

    def poll(self, **how: Any) -> Poll:
        return self.recorder.poll(**how)

    def polls(self, until: datetime, every: timedelta) -> None:
        while self.now < until:
            self.now += every
            self.poll()

    def legs(self) -> pl.DataFrame:
        """All rows of all call files, in the order of the files' serials."""
        paths = sorted(self.spool.pending(), key=lambda path: path.name.rpartition("_")[2])
        frames = [read_call_file(path.name, path.read_bytes(), source="x").legs for path in paths]
        return pl.concat(frames) if frames else pl.DataFrame(schema=BATCH_COLUMNS)

    def written(self) -> list[tuple[str, int]]:
        """Leg and revision, in the order in which they were written."""
        return [] if not self.spool.pending() else self.legs().select("leg_id", "revision").rows()

    def final(self) -> pl.DataFrame:
        """What a reader believes in the end: the highest revision of every leg."""
        return (
            self.legs()
            .sort("revision", maintain_order=True)
            .unique("leg_id", keep="last")
            .sort("leg_id")
        )
