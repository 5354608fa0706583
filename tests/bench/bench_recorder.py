"""How fast a recorder imports a history: rows read, grouped, filed and remembered.

Run: python tests/bench/bench_recorder.py [--rows N]

Made is an embedded call detail database of the invented company; its quarter is laid down as often
before itself as it takes. Counted are the sessions that may be calls, as the driver reads them.
"""

from __future__ import annotations

import argparse
import os
import resource
import sqlite3
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipeline.callfile.spool import Spool
from pipeline.recorder.recorder import Recorder
from pipeline.simulator.company import make_company
from pipeline.simulator.history import make
from pipeline.simulator.rows import TABLES
from pipeline.sources.lync import embedded
from pipeline.sources.lync.driver import LyncSource

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
QUARTER_DAYS = 90
GOAL_ROWS_PER_S, GOAL_MIB = 50_000, 500
COPIED = ("SessionDetails", "VoipDetails", "ConferenceSessionDetails")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--rows", type=int, default=1_000_000)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        # Elsewhere: the memory that this takes does not count.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as maker:
            rows = maker.submit(made, place, options.rows).result()
        before, clock = os.times(), time.perf_counter()
        spool = Spool(place / "spool")
        spool.make()
        source = LyncSource(f"file:{place / 'lcscdr.db'}")
        poll = Recorder("bench", source, spool, place / "state", lambda: NOW).poll()
        wall, after = time.perf_counter() - clock, os.times()
    spent = after.user + after.system - before.user - before.system
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    say(f"{rows:,} rows became {poll.legs:,} legs in {poll.files} call files")
    say(f"{rows / wall:,.0f} rows/s (goal {GOAL_ROWS_PER_S:,}) in {wall:.1f} s")
    say(f"{spent / rows * 1e6:.1f} µs of processor per row")
    say(f"peak memory {peak:,.0f} MiB (goal {GOAL_MIB})")


def made(place: Path, rows: int) -> int:
    path = place / "lcscdr.db"
    company = make_company(1, NOW.date())
    make(path, place / "truth.sqlite", company, seed=1, now=NOW, days=QUARTER_DAYS)
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
