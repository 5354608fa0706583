"""How fast a recorder imports a history: rows read, grouped, filed and remembered.

Run: python tests/bench/bench_recorder.py [--rows N]

Made is an embedded call detail database of the invented company; its quarter is laid down as often
before itself as it takes. Counted are the sessions that may be calls, as the driver reads them.
They are read from the file and, where PostgreSQL and its ODBC driver are there, from a server that
holds a copy; its own processor time is not counted, but it needs the same processors.
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
from pipeline.sources.lync.driver import LyncSource
from tests.bench.calls_on_server import copy_to
from tests.postgres import serving, what_is_missing

T = TypeVar("T")

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
QUARTER_DAYS = 90
GOAL_ROWS_PER_S, GOAL_MIB = 50_000, 500
COPIED = ("SessionDetails", "VoipDetails", "ConferenceSessionDetails")


@dataclass(frozen=True, slots=True)
class Import:
    """What it took to import a history."""

    legs: int
    files: int
    wall_s: float
    processor_s: float
    """Of the recorder's own process."""
    peak_mib: float


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--rows", type=int, default=1_000_000)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lcscdr.db"
        rows = elsewhere(made, path, options.rows)
        tell("The embedded file", rows, elsewhere(imported, f"file:{path}"))
        missing = what_is_missing()
        if missing:
            say(missing)
            return
        with serving() as server:
            elsewhere(copy_to, server, path)
            tell("PostgreSQL, by ODBC", rows, elsewhere(imported, server))


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
        before, clock = os.times(), time.perf_counter()
        poll = Recorder("bench", source, spool, Path(folder) / "state", lambda: NOW).poll()
        wall, after = time.perf_counter() - clock, os.times()
    return Import(
        poll.legs,
        poll.files,
        wall,
        after.user + after.system - before.user - before.system,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10,
    )


def tell(what: str, rows: int, found: Import) -> None:
    say(f"{what}: {rows:,} rows became {found.legs:,} legs in {found.files} call files")
    say(
        f"  {rows / found.wall_s:,.0f} rows/s (goal {GOAL_ROWS_PER_S:,}) in {found.wall_s:.1f} s, "
        f"{os.getloadavg()[0]:.1f} processes wanting {os.cpu_count()} processors"
    )
    say(f"  {found.processor_s / rows * 1e6:.1f} µs of processor per row")
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
