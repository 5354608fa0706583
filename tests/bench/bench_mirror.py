"""What it costs to fill a mirror, beside the driver's own bulk insert of the same rows.

Run: python tests/bench/bench_mirror.py [--calls N] [--days N] [--folder D]

A real PostgreSQL server on this machine gets N calls with all that belongs to them, into the same
tables, with the same keys and indexes:

- by the mirror, in a process of its own as `tollbook mirror` is: read from the published files, cut
  to their columns, packed, written and noted in transactions of whole days;
- as bare inserts of the same rows, which lie ready in memory as frames: packed and written, and
  nothing else. What the mirror takes beyond that is what it costs;
- as the driver's own bulk insert of some of the days, value by value (`fast_executemany`).

All need the server's time, and the machine has what it has: the ratios and the processor time are
what counts, and the load beside it says who else wanted the processors. Then one day more, and one
round with nothing to do.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import polars as pl
import psutil
import pyodbc

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.legs import LAST, legs_of, spread
from tests.bench.stored import NOW, fill
from tests.postgres import serving, what_is_missing
from warehouse.clock import fixed_clock
from warehouse.load import RatedFile, load_files
from warehouse.master import Master
from warehouse.mirror.bulk import chunk_rows
from warehouse.mirror.mirror import Mirror
from warehouse.mirror.postgres import Postgres
from warehouse.mirror.server import Server
from warehouse.mirror.tables import BY_DAY, Table, table
from warehouse.mirror.upgrade import upgrade
from warehouse.mirror.verify import compare
from warehouse.publish import publish
from warehouse.snapshot import Snapshots

MOST = 1.5
"""Times what bare inserts take."""
MOST_MEMORY = 500 * 1024**2
_SOME_DAYS = 2


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--calls", type=int, default=200_000)
    asked.add_argument("--days", type=int, default=60)
    asked.add_argument("--folder", type=Path, help="where there is room")
    asked.add_argument("--mirror", nargs=2, help=argparse.SUPPRESS)
    options = asked.parse_args()
    if options.mirror:
        _mirror(Path(options.mirror[0]), options.mirror[1])
        return
    if missing := what_is_missing():
        sys.exit(missing)
    place = Path(tempfile.mkdtemp(dir=options.folder))
    try:
        with serving() as connection:
            measure(place, connection, options.calls, options.days)
    finally:
        shutil.rmtree(place)


@dataclass(frozen=True, slots=True)
class Spent:
    """Of a fill: seconds on the clock, and of processors, client's and server's."""

    clock: float
    client: float
    server: float

    @property
    def processors(self) -> float:
        return self.client + self.server

    def times(self, other: Spent, share: float) -> float:
        """Of what another one of a share of the calls spent."""
        return self.processors * share / other.processors


def measure(place: Path, connection: str, calls: int, days: int) -> None:
    with Master.open(place) as master:
        fill(master, calls, days)
        publish(master, NOW)
        snapshots = Snapshots(place)
        stored = snapshots.current().manifest.totals.calls
        before = os.getloadavg()[0]
        bare = _bare(snapshots, connection)
        some, own = _by_the_driver(snapshots, connection)
        filled, told = _in_a_process(place, connection)
        (stretch,) = spread(2_000, 1, 2_000, LAST - timedelta(days=1))
        load_files(master, [RatedFile("one day more", "", legs_of(*stretch, 10**6))], NOW)
        publish(master, NOW)
        changed, more = _in_a_process(place, connection)
        with closing(Server(connection, "tollbook")) as server:
            began = time.perf_counter()
            found = compare(server, snapshots.current())
            verified = time.perf_counter() - began
        assert found.is_sound, found.rows
        assert not found.waiting
        snapshots.close()
    ratio = filled.clock / bare.clock
    work = filled.processors / bare.processors
    say(f"{stored:,} calls of {days} days, {told['rows']:,} rows with what belongs to them")
    say(f"load of the machine before {before:.1f}, at the end {os.getloadavg()[0]:.1f}")
    for what, spent, of in (
        ("bare inserts of the same rows", bare, stored),
        ("mirror, empty before", filled, stored),
        (f"driver's own, of {some:,} calls", own, some),
    ):
        say(
            f"{what:32} {spent.clock:6.1f} s {of / spent.clock:9,.0f} calls/s; of processors a "
            f"call {1e6 * spent.client / of:5.1f} µs here, {1e6 * spent.server / of:5.1f} µs in "
            "the server"
        )
    say(f"{'mirror : bare, on the clock':32} {ratio:6.2f} ×")
    say(f"{'mirror : bare, of processors':32} {work:6.2f} × (at most {MOST})")
    say(f"{'mirror : driver, of processors':32} {filled.times(own, some / stored):6.2f} ×")
    alone = stored / max(filled.client, filled.server)
    say(f"{'with a processor for each side':32} {alone:9,.0f} calls/s at most")
    peak, limit = told["memory"] / 1024**2, MOST_MEMORY / 1024**2
    say(f"{'memory of the mirror at most':32} {peak:6.0f} MiB (at most {limit:.0f})")
    say(f"{'mirror, some days changed':32} {changed.clock:6.1f} s for {more['days']}")
    say(f"{'mirror, nothing to do':32} {more['idle']:6.3f} s")
    say(f"{'verify, sums of all days':32} {verified:6.1f} s")
    assert told["memory"] < MOST_MEMORY
    # On the clock both halves of the mirror go side by side, if nobody else wants the processors.
    assert min(work, ratio) <= MOST


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _bare(snapshots: Snapshots, connection: str) -> Spent:
    """What driver and server need for all rows, which are at hand."""
    dialect, tables = _empty("bare", connection)
    ready: list[tuple[Table, pl.DataFrame]] = []
    for of in tables:
        # As the mirror does: a few days at a time, not all in the order of all tables.
        query = f"select {of.selected} from {of.name} order by day"
        batches = snapshots.current().batches(query, rows=chunk_rows(of))
        ready += ((of, rows.cast(of.schema)) for rows in batches)
    with _watched(connection) as spent, closing(pyodbc.connect(connection)) as database:
        for of, rows in ready:
            dialect.insert(database.cursor(), f"{{schema}}.{of.name}", of, rows)
            database.commit()
    return spent[0]


def _by_the_driver(snapshots: Snapshots, connection: str) -> tuple[int, Spent]:
    """The same by the driver's own bulk insert, of a few thousand calls: it takes its time."""
    dialect, tables = _empty("driver", connection)
    snapshot = snapshots.current()
    first = snapshot.query("select min(day) from calls").item()
    last = first + timedelta(days=_SOME_DAYS - 1)
    ready = [
        (
            of,
            snapshot.query(f"select {of.selected} from {of.name} where day <= $day", {"day": last}),
        )
        for of in tables
    ]
    with _watched(connection) as spent, closing(pyodbc.connect(connection)) as database:
        cursor = database.cursor()
        cursor.fast_executemany = True
        for of, rows in ready:
            marks = ", ".join("?" * len(of.columns))
            cursor.executemany(
                dialect.spell(f"insert into {{schema}}.{of.name} ({of.listed}) values ({marks})"),
                rows.rows(),
            )
            database.commit()
    return ready[0][1].height, spent[0]


def _empty(schema: str, connection: str) -> tuple[Postgres, list[Table]]:
    """Tables as those of a mirror that has nothing yet."""
    with closing(Server(connection, schema)) as server:
        upgrade(server, NOW, columnstore=False)
    return Postgres(schema), [table(name) for name in BY_DAY]


def _in_a_process(place: Path, connection: str) -> tuple[Spent, dict[str, float]]:
    with _watched(connection) as spent:
        ended = subprocess.run(
            [sys.executable, __file__, "--mirror", str(place), connection],
            capture_output=True,
            text=True,
            check=False,
        )
    if ended.returncode:
        sys.exit(ended.stderr)
    told: dict[str, float] = json.loads(ended.stdout)
    return Spent(told["seconds"], told["cpu"], spent[0].server), told


@contextmanager
def _watched(connection: str) -> Iterator[list[Spent]]:
    """Adds what the block spent; connections of the block are closed in it."""
    spent: list[Spent] = []
    with closing(pyodbc.connect(connection)) as database:
        backend = database.execute("select pg_backend_pid()").fetchval()
        server = psutil.Process(psutil.Process(backend).ppid())
        before, began = server.cpu_times(), (time.perf_counter(), time.process_time())
        yield spent
        ended = (time.perf_counter(), time.process_time())
        # The server counts a connection's time when it has seen it end.
        time.sleep(1)
        after = server.cpu_times()
        children = sum(
            getattr(after, name) - getattr(before, name)
            for name in ("children_user", "children_system")
        )
        spent.append(Spent(ended[0] - began[0], ended[1] - began[1], children))


def _mirror(place: Path, connection: str) -> None:
    snapshots = Snapshots(place, memory_limit="160MB", threads=1)
    with closing(Server(connection, "tollbook")) as server:
        mirror = Mirror(server, snapshots, fixed_clock(NOW))
        began, cpu = time.perf_counter(), time.process_time()
        done = mirror.cycle()
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        began = time.perf_counter()
        mirror.cycle()
        idle = time.perf_counter() - began
        rows = sum(
            server.rows(server.dialect.spell(f"select count(*) from {{schema}}.{name}"))[0][0]
            for name in BY_DAY
        )
    told = {
        "seconds": seconds,
        "cpu": cpu,
        "days": done.days,
        "idle": idle,
        "rows": rows,
        "memory": _peak(),
    }
    sys.stdout.write(json.dumps(told))


def _peak() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


if __name__ == "__main__":
    main()
