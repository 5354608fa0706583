"""How fast a recorder imports a history: rows read, grouped, filed and remembered.

Run: python tests/bench/bench_recorder.py [--rows N]

Made is an embedded call detail database of the invented company; its quarter is laid down as often
before itself as it takes. Counted are the sessions that may be calls, as the driver reads them.
They are read from the file and, where PostgreSQL and its ODBC driver are there, from a server on
the same machine that holds a copy. Processor time is what counts where others need the processors
too; beside it stands what merely fetching and writing the same rows takes.
"""

from __future__ import annotations

import argparse
import os
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipeline.callfile.spool import Spool
from pipeline.recorder.recorder import Recorder
from pipeline.simulator.company import make_company
from pipeline.simulator.history import make
from pipeline.simulator.rows import TABLES
from pipeline.sources.lync import embedded
from pipeline.sources.lync.connect import connected
from pipeline.sources.lync.driver import PAGE_ROWS, LyncSource
from pipeline.sources.lync.queries import END_OF_TIME, Key, Kind, page
from pipeline.sources.windows import BEGINNING
from tests.bench.calls_on_server import copy_to, server_s
from tests.postgres import serving, what_is_missing

T = TypeVar("T")

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
QUARTER_DAYS = 90
GOAL_ROWS_PER_S, GOAL_MIB = 50_000, 500
COPIED = ("SessionDetails", "VoipDetails", "ConferenceSessionDetails")


@dataclass(frozen=True, slots=True)
class Spent:
    """What some work took."""

    wall_s: float
    own_s: float
    """Processor time of the process that did it."""
    server_s: float
    """Likewise of the database server; 0 where there is none."""

    @property
    def both_s(self) -> float:
        return self.own_s + self.server_s


@dataclass(frozen=True, slots=True)
class Import:
    """What it took to import a history."""

    legs: int
    files: int
    spent: Spent
    peak_mib: float
    """Of the recorder's process."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--rows", type=int, default=1_000_000)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lcscdr.db"
        rows = elsewhere(made, path, options.rows)
        measure("The embedded file", rows, f"file:{path}")
        missing = what_is_missing()
        if missing:
            say(missing)
            return
        with serving() as server:
            elsewhere(copy_to, server, path)
            measure("PostgreSQL, by ODBC", rows, server)


def measure(what: str, rows: int, connection: str) -> None:
    bare = elsewhere(copied, connection)
    tell(what, rows, elsewhere(imported, connection), bare)


def elsewhere(work: Callable[..., T], *args: object) -> T:
    """Works in a process of its own, so that its memory and time are counted alone."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work, *args).result()


def imported(connection: str) -> Import:
    """Imports all of a call detail database, with everything in place but the calls."""
    with tempfile.TemporaryDirectory() as folder:
        spool = Spool(Path(folder) / "spool")
        spool.make()
        source = LyncSource(connection)
        recorder = Recorder("bench", source, spool, Path(folder) / "state", lambda: NOW)
        poll, spent = timed(connection, recorder.poll)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    return Import(poll.legs, poll.files, spent, peak)


def copied(connection: str) -> Spent:
    """The reference: the driver fetches the same rows page by page, and they are written as CSV."""
    with tempfile.TemporaryDirectory() as folder:
        _, spent = timed(connection, lambda: copy_rows(connection, Path(folder)))
    return spent


def copy_rows(connection: str, folder: Path) -> None:
    with connected(connection) as database:
        for kind in Kind:
            after, rows = Key.before(BEGINNING), PAGE_ROWS
            while rows == PAGE_ROWS:
                found = page(database, kind, after, END_OF_TIME, PAGE_ROWS)
                rows = found.height
                if rows:
                    after = Key(*found.row(-1)[:2])
                    name = folder / f"{kind}_{after.time:%Y%m%dT%H%M%S%f}.csv"
                    found.drop("dialog").write_csv(name)


def timed(connection: str, work: Callable[[], T]) -> tuple[T, Spent]:
    at_server = server_s(connection)
    before, clock = os.times(), time.perf_counter()
    done = work()
    wall, after = time.perf_counter() - clock, os.times()
    own = after.user + after.system - before.user - before.system
    return done, Spent(wall, own, server_s(connection) - at_server)


def tell(what: str, rows: int, found: Import, bare: Spent) -> None:
    spent, processors = found.spent, os.cpu_count() or 1
    say(f"{what}: {rows:,} rows became {found.legs:,} legs in {found.files} call files")
    say(
        f"  {rows / spent.wall_s:,.0f} rows/s (goal {GOAL_ROWS_PER_S:,}) in {spent.wall_s:.1f} s, "
        f"{os.getloadavg()[0]:.1f} processes wanting {processors} processors"
    )
    say(
        f"  {spent.own_s / rows * 1e6:.1f} µs of processor per row, and "
        f"{spent.server_s / rows * 1e6:.1f} µs of the server's: at most "
        f"{rows * processors / spent.both_s:,.0f} rows/s where nobody else needs the processors"
    )
    say(
        f"  {spent.both_s / bare.both_s:.2f} × what fetching the same rows and writing them as CSV "
        f"takes ({bare.own_s / rows * 1e6:.1f} and {bare.server_s / rows * 1e6:.1f} µs)"
    )
    say(f"  peak memory {found.peak_mib:,.0f} MiB (goal {GOAL_MIB})")


def made(path: Path, rows: int) -> int:
    company = make_company(1, NOW.date())
    make(path, path.with_name("truth.sqlite"), company, seed=1, now=NOW, days=QUARTER_DAYS)
    counted = (
        "SELECT (SELECT count(*) FROM dbo.SessionDetails AS s LEFT JOIN dbo.VoipDetails AS v "
        "USING (SessionIdTime, SessionIdSeq) WHERE v.SessionIdTime IS NOT NULL "
        "OR (s.MediaTypes & 16) = 16) + (SELECT count(*) FROM dbo.ConferenceSessionDetails "
        "WHERE GatewayId IS NOT NULL OR MediationServerId IS NOT NULL)"
    )
    with closing(embedded.connect(path)) as database:
        quarter = int(database.execute(counted).fetchone()[0])
        database.execute("PRAGMA dbo.synchronous = OFF")
        database.execute("BEGIN")
        for copy in range(1, -(-rows // quarter)):
            for table in COPIED:
                copy_table(database, table, copy * (QUARTER_DAYS + 1))
        database.commit()
        return int(database.execute(counted).fetchone()[0])


def copy_table(database: sqlite3.Connection, table: str, days: int) -> None:
    """Lays down the rows of the last quarter again, so many days earlier."""
    shifted = [
        f"strftime('%Y-%m-%d %H:%M:%f', {column}, '-{days} days')"
        if column.endswith("Time")
        else column
        for column in TABLES[table]
    ]
    database.execute(
        f"INSERT INTO dbo.{table} ({', '.join(TABLES[table])}) SELECT {', '.join(shifted)} "
        f"FROM dbo.{table} WHERE SessionIdTime >= '2026-08-22'"
    )


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
