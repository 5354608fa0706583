"""What pricing a month again costs, beside only reading and writing the same legs.

Run: python tests/bench/bench_rerate.py [--legs N] [--folder D]

The month is priced by one list, then again by another, through the request that a miner works off;
a reader asks for totals all the time, and is to see the old ones until the new ones are published.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Self

sys.path.insert(0, str(Path(__file__).parents[2]))

from app.cli.requests import work_off
from app.cli.settings import Settings
from pipeline.directory.read import read_directory
from pipeline.miner.books import read_tariffs
from pipeline.miner.memory import give_back_large_blocks
from pipeline.miner.price import reprice
from pipeline.miner.requests import Requests, RerateRequest
from tests.bench.legs import legs_of
from warehouse.clock import fixed_clock
from warehouse.frames import fetch
from warehouse.home import Home
from warehouse.load import RatedFile, load_files
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.snapshot import Snapshots

FIRST = datetime(2026, 10, 1)
DAYS = 30
CHUNK = 110_000
NOW = datetime(2026, 10, 31, 12, tzinfo=UTC)
TARIFFS = (
    "tariff,prefix,destination,call_type,price_per_minute\naurelia,44,Britain,international,{}\n"
)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--legs", type=int, default=2_000_000)
    asked.add_argument("--folder", type=Path, help="where there is room")
    options = asked.parse_args()
    place = Path(tempfile.mkdtemp(dir=options.folder))
    try:
        measure(Home(place), options.legs)
    finally:
        shutil.rmtree(place)


def measure(home: Home, legs: int) -> None:
    give_back_large_blocks()
    home.users.write_text("user,name,department\nuser1@aurora.example,Anna,Sales\n", "utf-8")
    home.sites.write_text("site,country,time_zone\nRome,IT,UTC\n", "utf-8")
    home.gateways.write_text("gateway,site,tariff\ngw-*,Rome,aurelia\n", "utf-8")
    home.tariffs.write_text(TARIFFS.format("0.60"), "utf-8")
    with Master.open(home.warehouse) as master:
        stored = fill(master, home, legs)
        old = publish(master, NOW).totals
        home.tariffs.write_text(TARIFFS.format("0.66"), "utf-8")
        requests = Requests(home.spool / "requests")
        name = requests.place(RerateRequest(FIRST.date(), NOW.date(), None, "bench"))
        with Watched(home) as seen:
            cpu, wall = time.process_time(), time.perf_counter()
            work_off(home, Settings(), master, fixed_clock(NOW))
            cpu, wall = time.process_time() - cpu - seen.cpu(), time.perf_counter() - wall
        answer = requests.take_answer(name)
        assert answer is not None
        assert "csv" in answer
        new = publish(master, NOW).totals
        assert {old.model_dump_json(), new.model_dump_json()} == seen.totals
        assert len(seen.totals) == 2
        floor = time.process_time()
        read_and_write(master, home.path / "floor.parquet")
        floor = time.process_time() - floor
    # The peak of the filling, which is in it, is that of a backfill.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    sys.stdout.write(
        f"{stored:,} legs of a month priced again in {wall:.1f} s, {cpu / stored * 1e6:.1f} µs CPU "
        f"per leg ({cpu / 2:.1f} s on two idle cores), {cpu / floor:.1f} × reading and writing "
        f"alone; peak memory {peak:,.0f} MiB; the reader asked {seen.asked} times\n"
    )


def fill(master: Master, home: Home, legs: int) -> int:
    tariffs = read_tariffs(home.tariffs, {})
    directory = read_directory(home, tariffs.names)
    parts = max(1, -(-legs // CHUNK))
    step = timedelta(days=DAYS) / parts
    stored = 0
    for part in range(parts):
        begin = FIRST + step * part
        # As many calls as give so many legs, transfers with them.
        rows = legs_of(begin, begin + step, int(legs / parts / 1.15), part)
        priced = reprice(rows, directory, tariffs, {})
        stored += load_files(master, [RatedFile(f"fill-{part}", "", priced)], NOW).added
    return stored


def read_and_write(master: Master, path: Path) -> None:
    """The legs from the master into a file of columns, day by day."""
    for back in range(DAYS + 1):
        day = FIRST.date() + timedelta(days=back)
        legs = fetch(master.connection, "from legs where day = $day", {"day": day})
        legs.write_parquet(path, compression="lz4")


class Watched:
    """A reader that asks for totals all the time."""

    def __init__(self, home: Home) -> None:
        self._snapshots = Snapshots(home.warehouse)
        self._ended = Event()
        self._thread = Thread(target=self._ask)
        self._cpu = 0.0
        self.totals: set[str] = set()
        self.asked = 0

    def cpu(self) -> float:
        """Seconds that it has used of the processor."""
        return self._cpu

    def _ask(self) -> None:
        while True:
            ended = self._ended.wait(0.2)
            snapshot = self._snapshots.current()
            snapshot.query("select count(*), sum(cost) from legs")
            self.totals.add(snapshot.manifest.totals.model_dump_json())
            self.asked += 1
            self._cpu = time.thread_time()
            if ended:
                return

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()


if __name__ == "__main__":
    main()
