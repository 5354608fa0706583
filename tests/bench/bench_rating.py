"""How long rating takes, beside only reading and writing the same calls.

Run: python tests/bench/bench_rating.py [--calls N] [--chunk N] [--rounds N] [--only-memory]

Made are price lists of 60,000 prefixes × 3 tariffs × 2 bands and calls of a month in which clocks
change. Coded texts are Enum where words repeat, in what is read and in what is written. What counts
is CPU time per call, of all threads together; shown is the least of some rounds in which every
measure takes its turn.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipeline.numbers import normalise
from pipeline.rating import Tariffs, compile_tariffs, parse_tariffs, rate
from pipeline.rating.store import from_bytes, to_bytes
from tests.bench.deck import (
    PREFIXES,
    SETTINGS,
    TARIFFS,
    as_dialled,
    calls_of,
    coded,
    prefixes_of,
    price_table,
    write,
)
from tests.bench.memory import measured as measured_memory
from tests.bench.postgres_prefix import microseconds_per_call


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--calls", type=int, default=5_000_000)
    asked.add_argument("--chunk", type=int, default=500_000)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--only-memory", action="store_true", help="of any number of calls")
    options = asked.parse_args()
    prefixes = prefixes_of(PREFIXES)
    tariffs = compiled(prefixes)
    if options.only_memory:
        say_memory(tariffs, prefixes, options.calls, options.chunk)
        return
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        parts = -(-options.calls // options.chunk)
        for part in range(parts):
            count = min(options.chunk, options.calls - part * options.chunk)
            legs = calls_of(count, prefixes, seed=3 + part)
            legs.write_parquet(place / f"plain-{part}.parquet", compression="uncompressed")
            legs = coded(legs)
            legs.write_parquet(place / f"coded-{part}.parquet", compression="uncompressed")
            dialled = legs.with_columns(as_dialled(legs["number"], seed=part))
            dialled.write_parquet(place / f"raw-{part}.parquet", compression="uncompressed")
        least = measured(place, parts, tariffs, options.rounds)
    say(f"{'CPU time per call':52} {'rating':>9} {'floor':>12} {'ratio':>8}")
    for name, (spent, floor) in least.items():
        each, lowest = spent / options.calls * 1e6, floor / options.calls * 1e6
        say(f"{name:52} {each:6.3f} µs {lowest:9.3f} µs {spent / floor:6.2f} ×")
    say_memory(tariffs, prefixes, options.calls, options.chunk)
    ours = least["E.164, texts coded, without explanation"][0] / options.calls * 1e6
    theirs = microseconds_per_call(prefixes)
    if isinstance(theirs, str):
        say(theirs)
    else:
        say(f"PostgreSQL prefix_range {theirs:.1f} µs: {theirs / ours:.0f} × ours")


def say_memory(tariffs: Tariffs, prefixes: list[str], calls: int, chunk: int) -> None:
    found = measured_memory(tariffs, prefixes, calls, chunk)
    say(
        f"{calls:,} calls in chunks of {chunk:,}: peak memory {found.peak / 2**20:,.0f} MiB, "
        f"reading and writing alone {found.floor / 2**20:,.0f} MiB: "
        f"{(found.peak - found.floor) / min(calls, chunk):.0f} bytes more per call of a chunk; "
        f"{found.spent / calls * 1e6:.3f} µs CPU per call"
    )


def compiled(prefixes: list[str]) -> Tariffs:
    for bands in (1, 2):
        rows = parse_tariffs(price_table(prefixes, TARIFFS, bands), "tariffs.csv")
        begin = time.process_time()
        tariffs = compile_tariffs(rows, SETTINGS)
        say(f"compiling {len(rows):,} rows, CPU {time.process_time() - begin:.2f} s")
    kept = to_bytes(tariffs)
    begin = time.process_time()
    assert from_bytes(kept) is not None
    say(f"loading them, {len(kept) / 2**20:.0f} MiB, CPU {time.process_time() - begin:.3f} s")
    return tariffs


def measured(
    folder: Path, parts: int, tariffs: Tariffs, rounds: int
) -> dict[str, tuple[float, float]]:
    """Least CPU seconds of rating and of reading and writing alone, by what was done."""
    kinds = {
        "E.164, texts coded, without explanation": ("coded", False, True),
        "E.164, texts coded, with explanation": ("coded", True, True),
        "E.164, plain texts, without explanation": ("plain", False, False),
        "E.164, plain texts, with explanation": ("plain", True, False),
        "as dialled, texts coded, without explanation": ("raw", False, True),
    }
    least: dict[str, tuple[float, float]] = {}
    for _ in range(rounds):
        for name, (kind, explained, is_coded) in kinds.items():
            spent = floor = 0.0
            for part in range(parts):
                source, target = folder / f"{kind}-{part}.parquet", folder / "out.parquet"
                begin = time.process_time()
                legs = pl.read_parquet(source)
                if kind == "raw":
                    number = normalise(legs["number"], "IT", "06")["number"]
                    legs = legs.with_columns(number.alias("number"))
                rated = rate(legs, tariffs, explained=explained, coded=is_coded)
                write(rated, target)
                middle = time.process_time()
                del legs
                pl.read_parquet(source)
                write(rated, target)
                spent += middle - begin
                floor += time.process_time() - middle
            before = least.get(name, (spent, floor))
            least[name] = (min(before[0], spent), min(before[1], floor))
    return least


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
