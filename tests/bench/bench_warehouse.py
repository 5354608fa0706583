"""How the warehouse loads, publishes and answers with many calls stored.

Run: python tests/bench/bench_warehouse.py [--stored N …] [--backfill N] [--seconds N] [--folder D]
     [--keys time|chance]

Backfill is from call files in the spool to published calls, beside only reading those files and
writing what came of them. Readers ask the questions of the Overview as fast as they are answered,
while a file of 500 calls is loaded and published every second. Keys of legs grow with time, or are
made by chance as those of Teams are.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median, quantiles
from threading import Event, Thread

import polars as pl

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipeline.callfile.format import CALL_FILE_SCHEMA
from pipeline.callfile.spool import Spool
from pipeline.callfile.write import write_call_file
from pipeline.miner.books import Shelf
from pipeline.miner.miner import Miner
from tests.bench.legs import LAST, legs_of, spread
from warehouse.base import BaseMaker
from warehouse.clock import system_clock
from warehouse.home import Home
from warehouse.load import RatedFile, load_files
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.queries import calls, overview
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshots

NOW = datetime.combine(LAST, datetime.min.time(), UTC) + timedelta(hours=18)
TODAY = datetime.combine(LAST, datetime.min.time()) + timedelta(hours=9)
DAYS = 730
BATCH = 500
READERS = 8
TARIFFS = (
    "tariff,prefix,destination,call_type,price_per_minute\naurelia,44,Britain,international,1\n"
)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--stored", type=int, nargs="+", default=[100_000])
    asked.add_argument("--backfill", type=int, default=300_000)
    asked.add_argument("--seconds", type=int, default=10)
    asked.add_argument("--folder", type=Path, help="where there is room")
    asked.add_argument("--keys", choices=["time", "chance"], default="time")
    options = asked.parse_args()
    by_chance = options.keys == "chance"
    place = Path(tempfile.mkdtemp(dir=options.folder))
    try:
        if options.backfill:
            backfill(Home(place / "home"), options.backfill)
        with Master.open(place / "warehouse") as master:
            stored = 0
            for size in sorted(options.stored):
                fill(master, stored, size, by_chance)
                stored = size
                measure(master, size, options.seconds, by_chance)
    finally:
        shutil.rmtree(place)


def backfill(home: Home, count: int) -> None:
    home.path.mkdir()
    home.tariffs.write_text(TARIFFS, encoding="utf-8")
    home.users.write_text("user,name,department\nuser1@aurora.example,Anna,Sales\n")
    home.sites.write_text("site,country,time_zone\nRome,IT,Europe/Rome\n", encoding="utf-8")
    home.gateways.write_text("gateway,site,tariff\ngw-1.aurora.example,Rome,aurelia\n")
    spool = Spool(home.spool)
    spool.make()
    for serial, (first, last, size) in enumerate(spread(count, 60, 5000)):
        legs = legs_of(first, last, size, serial)
        write_call_file(spool, "bench", legs.select(set(CALL_FILE_SCHEMA) - {"source"}), serial)
    paths = spool.pending()
    with Master.open(home.warehouse) as master:
        miner = Miner(master, spool, Shelf(home, {}), {"bench": "Rome"}, system_clock, "bench")
        cpu, wall = time.process_time(), time.perf_counter()
        done = miner.cycle()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        rows = master.connection.execute("from legs").to_arrow_table()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    frame = pl.DataFrame(rows)
    floor = time.process_time()
    for path in paths:
        pl.read_csv(spool.done / path.name, infer_schema=False)
    frame.write_parquet(home.path / "floor.parquet", compression="lz4")
    floor = time.process_time() - floor
    say(
        f"backfill of {count:,} calls ({done.legs:,} legs): {count / wall:,.0f} calls/s, "
        f"{cpu / count * 1e6:.1f} µs CPU per call ({2 * count / cpu:,.0f} calls/s on two idle "
        f"cores), {cpu / floor:.1f} × reading and writing alone; peak memory {peak:,.0f} MiB"
    )


def fill(master: Master, begin: int, end: int, by_chance: bool) -> None:
    for serial, (first, last, size) in enumerate(spread(end - begin, DAYS, 110_000), start=begin):
        legs = keyed(legs_of(first, last, size, serial), by_chance)
        load_files(master, [RatedFile(f"fill-{serial}", "", legs)], NOW)
    publish(master, NOW)


def measure(master: Master, stored: int, seconds: int, by_chance: bool) -> None:
    maker = BaseMaker(master)
    alone = [visible(master, maker, stored + nth, nth, by_chance) for nth in range(10)]
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    readers = multiprocessing.get_context("spawn").Process(
        target=read, args=(master.folder, theirs, seconds)
    )
    readers.start()
    ours.recv()
    beside: list[float] = []
    until = time.monotonic() + seconds
    while (begun := time.monotonic()) < until:
        nth = 10 + len(beside)
        beside.append(visible(master, maker, stored + 90 + nth, nth, by_chance))
        time.sleep(max(0, begun + 1 - time.monotonic()))
    took, versions, faults = ours.recv()
    readers.join()
    maker.close()
    p95 = quantiles(took, n=20)[-1] if len(took) > 1 else 0
    size = sum(path.stat().st_size for path in master.folder.rglob("*.duckdb")) / 2**20
    say(
        f"{stored:>12,} calls: {BATCH} more visible in {median(alone) * 1000:.0f} ms, "
        f"beside {READERS} readers {median(beside) * 1000:.0f} (at most {max(beside) * 1000:.0f}); "
        f"questions p50 {median(took) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, {len(took)} of "
        f"{versions} versions, {len(faults)} faults; {size:,.0f} MiB"
    )
    for fault in faults[:3]:
        say(f"    {fault}")


def visible(master: Master, maker: BaseMaker, serial: int, minute: int, by_chance: bool) -> float:
    first = TODAY + timedelta(minutes=minute)
    made = legs_of(first, first + timedelta(minutes=1), BATCH, 10**9 + serial)
    legs = keyed(made, by_chance)
    begun = time.perf_counter()
    load_files(master, [RatedFile(f"new-{serial}", "", legs)], NOW)
    publish(master, NOW, maker=maker)
    return time.perf_counter() - begun


def keyed(legs: pl.DataFrame, by_chance: bool) -> pl.DataFrame:
    if not by_chance:
        return legs
    return legs.with_columns(pl.col("leg_id", "call_id").hash().cast(pl.String))


def read(folder: Path, pipe: Connection, seconds: int) -> None:
    """Asks in threads, as the pages do; tells how long each answer took, and what went wrong."""
    snapshots = Snapshots(folder)
    took: list[float] = []
    versions: set[int] = set()
    faults: list[str] = []
    ended = Event()

    def ask(reader: int) -> None:
        serial = reader
        while not ended.is_set():
            serial += 1
            filters = Filters(LAST - timedelta(days=30 + serial % 300), LAST)
            begun = time.perf_counter()
            try:
                snapshot = snapshots.current()
                QUESTIONS[serial % len(QUESTIONS)](snapshot, Scope(everything=True), filters)
                took.append(time.perf_counter() - begun)
                versions.add(snapshot.version)
                if snapshot.manifest.totals.calls % BATCH:
                    faults.append(f"half a batch in version {snapshot.version}")
            except Exception as error:
                faults.append(f"{type(error).__name__}: {error}")

    threads = [Thread(target=ask, args=(reader,)) for reader in range(READERS)]
    for thread in threads:
        thread.start()
    pipe.send("ready")
    ended.wait(seconds)
    ended.set()
    for thread in threads:
        thread.join()
    try:
        snapshots.current().verify()
    except Exception as error:
        faults.append(f"{type(error).__name__}: {error}")
    pipe.send((took, len(versions), faults))


QUESTIONS = (
    overview.totals,
    overview.cost_by_day,
    overview.by_call_type,
    overview.top_departments,
    overview.top_people,
    lambda snapshot, scope, filters: calls.page(snapshot, scope, filters, 50),
)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
