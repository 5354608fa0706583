"""How the warehouse loads, publishes and answers with many calls stored.

Run: python tests/bench/bench_warehouse.py [--stored N …] [--backfill N] [--seconds N] [--folder D]

Backfill is from call files in the spool to published calls, beside only reading those files and
writing what came of them. For each number of stored calls, 500 more are loaded and published alone;
then every second, while eight readers ask the questions of the Overview and of the Calls list: once
with a second of thought between questions, as people have, and once without any; and alone again,
with what came on the same day by then. Last, call files are put into the spool of a real
`tollbook mine`, and a reader waits to see them.

A million calls take some 10 s of processor to make; ten million need 3 GB on the disk.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import polars as pl

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipeline.callfile.format import CALL_FILE_SCHEMA
from pipeline.callfile.spool import Spool
from pipeline.callfile.write import write_call_file
from pipeline.miner.books import Shelf
from pipeline.miner.memory import give_back_large_blocks
from pipeline.miner.miner import Miner
from tests.bench.arriving import BATCH, Arrivals, Seconds, make_home, seconds_until_seen
from tests.bench.legs import legs_of, spread
from tests.bench.readers import READERS, Answered, read
from tests.bench.stored import NOW, check, fill
from warehouse.clock import system_clock
from warehouse.home import Home
from warehouse.master import Master
from warehouse.publish import publish


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--stored", type=int, nargs="+", default=[1_000_000])
    asked.add_argument("--backfill", type=int, default=300_000)
    asked.add_argument("--seconds", type=int, default=20, help="for each measure beside readers")
    asked.add_argument("--folder", type=Path, help="where there is room")
    options = asked.parse_args()
    place = Path(tempfile.mkdtemp(dir=options.folder))
    try:
        if options.backfill:
            backfill(Home(place / "backfill"), options.backfill)
        check()
        found = []
        for size in sorted(options.stored):
            home = Home(place / f"{size}")
            make_home(home)
            with Master.open(home.warehouse) as master:
                fill(master, size)
                publish(master, NOW)
            found.append(measure(home, options.seconds))
            shutil.rmtree(home.path)
        say(table(found))
    finally:
        shutil.rmtree(place)


def backfill(home: Home, count: int) -> None:
    make_home(home)
    give_back_large_blocks()
    spool = Spool(home.spool)
    for serial, (first, last, size) in enumerate(spread(count, 60, 5000)):
        legs = legs_of(first, last, size, serial)
        write_call_file(spool, "bench", legs.select(set(CALL_FILE_SCHEMA) - {"source"}), serial)
    paths = spool.pending()
    with Master.open(home.warehouse) as master:
        miner = Miner(master, spool, Shelf(home, {}), {"bench": "Rome"}, system_clock, "bench")
        cpu, own, wall = time.process_time(), time.thread_time(), time.perf_counter()
        done = miner.cycle()
        cpu, own, wall = (
            time.process_time() - cpu,
            time.thread_time() - own,
            time.perf_counter() - wall,
        )
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
        rows = master.connection.execute("from legs").to_arrow_table()
    frame = pl.DataFrame(rows)
    floor = time.process_time()
    for path in paths:
        pl.read_csv(spool.done / path.name, infer_schema=False)
    frame.write_parquet(home.path / "floor.parquet", compression="lz4")
    floor = time.process_time() - floor
    shutil.rmtree(home.path)
    say(
        f"backfill of {count:,} calls ({done.legs:,} legs): {count / wall:,.0f} calls/s, "
        f"{cpu / count * 1e6:.1f} µs CPU per call, {own / count * 1e6:.1f} of them in the thread "
        f"that stores ({count / max(own, cpu / 2):,.0f} calls/s on two idle cores), "
        f"{cpu / floor:.1f} × reading and writing alone; peak memory {peak:,.0f} MiB"
    )


def measure(home: Home, seconds: int) -> dict[str, str]:
    """What was found, by what it is."""
    with Master.open(home.warehouse) as master:
        (stored,) = master.connection.execute("select sum(calls) from day_sums").fetchone() or ()
        size = sum(path.stat().st_size for path in home.warehouse.rglob("*.duckdb")) / 2**20
        found = {"calls stored": f"{int(stored):,}", "MiB with snapshots": f"{size:,.0f}"}
        arrivals = Arrivals(master)
        alone = [arrivals.next() for _ in range(12)]
        found |= {f"{name}, alone": words for name, words in _spent(alone).items()}
        for name, think_s in (("1 s of thought", 1), ("no thought", 0)):
            spent, answered = beside(home, arrivals, seconds, think_s)
            found |= {
                f"{READERS} readers, {name}: p50 ms": answered.within_ms(10),
                f"{READERS} readers, {name}: p95 ms": answered.within_ms(19),
                f"{READERS} readers, {name}: processor ms each": (
                    f"{answered.processor_s / len(answered.took_s) * 1e3:.0f}"
                ),
                f"{READERS} readers, {name}: questions": f"{len(answered.took_s):,}",
                f"{READERS} readers, {name}: versions": f"{answered.versions}",
                f"{READERS} readers, {name}: faults": f"{len(answered.faults)}",
                f"{READERS} readers, {name}: MiB": f"{answered.peak_mib:,.0f}",
            }
            found |= {f"{key}, beside: {name}": words for key, words in _spent(spent).items()}
            for fault in answered.faults[:3]:
                say(f"fault: {fault}")
        busy = [arrivals.next() for _ in range(12)]
        found |= {f"{name}, alone, later on the day": words for name, words in _spent(busy).items()}
    seen = seconds_until_seen(home)
    found["file in the spool until seen, p50 s"] = f"{median(seen):.2f}"
    found["file in the spool until seen, at most s"] = f"{max(seen):.2f}"
    return found


def _spent(batches: list[tuple[Seconds, Seconds]]) -> dict[str, str]:
    """Medians of loads and publications, in milliseconds."""
    return {
        f"{name} {BATCH}, ms (of processor)": " ".join(
            form.format(median(each[kind] for each in part) * 1e3)
            for kind, form in enumerate(("{:.0f}", "({:.0f})"))
        )
        for name, part in zip(("load", "publish"), zip(*batches, strict=True), strict=True)
    }


def table(found: list[dict[str, str]]) -> str:
    """One column for each number of stored calls."""
    return "\n".join(
        f"{name:56}" + "".join(f"{each[name]:>16}" for each in found) for name in found[0]
    )


def beside(
    home: Home, arrivals: Arrivals, seconds: int, think_s: float
) -> tuple[list[tuple[Seconds, Seconds]], Answered]:
    """Loads and publishes every second beside readers."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    readers = context.Process(target=read, args=(home.warehouse, theirs, seconds, think_s))
    readers.start()
    ours.recv()
    spent = []
    until = time.monotonic() + seconds
    while (begun := time.monotonic()) < until:
        spent.append(arrivals.next())
        time.sleep(max(0, begun + 1 - time.monotonic()))
    answered: Answered = ours.recv()
    readers.join()
    return spent, answered


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
