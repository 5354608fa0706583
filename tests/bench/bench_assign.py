"""What it costs to read call files, and to say whose their legs are, with a large company's people.

Run: python tests/bench/bench_assign.py [--legs N] [--people N] [--rows N]

The people have `--rows` dated rows together. Each figure is the processor time per leg of the
quickest of several runs; reading the same files as text alone stands beside them. What looking
people up adds is the difference to a directory that knows nobody.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipeline.callfile.format import CALL_FILE_SCHEMA
from pipeline.callfile.read import RawFile, read_call_file, read_together
from pipeline.callfile.write import call_file_text
from pipeline.directory.directory import Directory, nobody, with_instants
from pipeline.miner.assign import assign
from tests.bench.legs import legs_of, spread

FILE = 5_000
RUNS = 9
SITES = {"Rome": "Europe/Rome", "London": "Europe/London", "New York": "America/New_York"}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--legs", type=int, default=120_000)
    asked.add_argument("--people", type=int, default=50_000)
    asked.add_argument("--rows", type=int, default=200_000)
    options = asked.parse_args()
    files = [
        RawFile(f"bench_{serial}.v1.csv", _text(*part, serial), "bench")
        for serial, part in enumerate(spread(int(options.legs / 1.15), 60, FILE))
    ]
    together = read_together(files)
    assert together is not None
    legs = _of_people(together.legs, options.people)
    say(f"{legs.height:,} legs in {len(files)} files; µs of processor time per leg")
    floor = cost("text alone", legs, lambda: [_as_text(file.data) for file in files])
    cost("read one by one", legs, lambda: [_alone(file) for file in files], floor)
    cost("read together", legs, lambda: read_together(files), floor)
    sites = _sites()
    none = Directory(nobody().users, sites, nobody().gateways)
    begun = time.process_time()
    known = _directory(options.people, options.rows, sites)
    assign(legs[:1], known, {"bench": "Rome"})
    say(
        f"  a directory of {known.users.height:,} rows is ready in",
        time.process_time() - begun,
        "s",
    )
    strangers = cost("assign, nobody known", legs, lambda: assign(legs, none, {}), floor)
    people = cost("assign", legs, lambda: assign(legs, known, {"bench": "Rome"}), floor)
    say("  looking people up adds", people - strangers, "µs")
    unnamed = legs.with_columns(
        pl.lit(None, pl.String).alias(name) for name in ("charged_user", "from_user")
    )
    strangers = cost("assign numbers, none known", legs, lambda: assign(unnamed, none, {}), floor)
    people = cost(
        "assign by number", legs, lambda: assign(unnamed, known, {"bench": "Rome"}), floor
    )
    say("  looking numbers up adds", people - strangers, "µs")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    say(f"peak memory {peak:,.0f} MiB")


def cost(
    name: str, legs: pl.DataFrame, work: Callable[[], object], floor: float | None = None
) -> float:
    """Says and gives µs of processor time per leg."""
    took = []
    for _ in range(RUNS):
        begun = time.process_time()
        work()
        took.append(time.process_time() - begun)
    best = min(took) / legs.height * 1e6
    beside = "" if floor is None else f"  {best / floor:.2f} × text alone"
    say(f"  {name:26} {best:6.3f}{beside}")
    return best


def _text(first: datetime, last: datetime, calls: int, serial: int) -> bytes:
    legs = legs_of(first, last, calls, serial)
    return call_file_text("bench", legs.select(set(CALL_FILE_SCHEMA) - {"source"})).encode()


def _as_text(data: bytes) -> pl.DataFrame:
    return pl.read_csv(data, infer_schema=False)


def _alone(file: RawFile) -> pl.DataFrame:
    return read_call_file(file.name, file.data, source=file.source).legs


def _of_people(legs: pl.DataFrame, people: int) -> pl.DataFrame:
    """The legs, each of one of so many people by chance."""
    person = pl.int_range(pl.len()).shuffle(seed=1) % people
    user = pl.format("user{}@aurora.example", person)
    number = pl.format("+4420{}", person + 10_000_000)
    return legs.with_columns(
        user.alias("charged_user"),
        number.alias("from_number"),
        pl.lit("outbound").alias("direction"),
    )


def _sites() -> pl.DataFrame:
    rows = [(site, "GB", None, zone, None) for site, zone in SITES.items()]
    columns = ("site", "country", "area_code", "time_zone", "private_prefix")
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def _directory(people: int, rows: int, sites: pl.DataFrame) -> Directory:
    """People of whom each changes department as often as so many rows allow."""
    each = max(1, rows // people)
    begin = date(2026, 8, 1)
    days = [begin + timedelta(days=90 * part // each) for part in range(each)]
    spans = pl.DataFrame(
        {"valid_from": [date.min, *days[1:]], "valid_to": [*days[1:], date.max]},
        schema={"valid_from": pl.Date, "valid_to": pl.Date},
    ).with_row_index("part")
    users = pl.select(person=pl.int_range(people)).join(spans, how="cross")
    named = users.select(
        pl.format("user{}@aurora.example", "person").alias("user"),
        pl.format("Person {}", "person").alias("name"),
        pl.lit("person").alias("kind"),
        pl.format("Department {}", (pl.col("person") + pl.col("part")) % 400).alias("department"),
        pl.format("{}", pl.col("person") % 400).alias("cost_centre"),
        pl.Series([*SITES]).gather(users["person"] % len(SITES)).alias("site"),
        pl.format("+4420{}", pl.col("person") + 10_000_000).alias("numbers"),
        "valid_from",
        "valid_to",
    )
    return Directory(with_instants(named, sites), sites, nobody().gateways)


def say(line: str, figure: float | None = None, unit: str = "") -> None:
    sys.stdout.write(line if figure is None else f"{line} {figure:.3f} {unit}")
    sys.stdout.write("\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
