"""How long a directory of a large company takes to read, beside only reading its cells.

Run by `make bench`, or `python tests/bench/bench_directory.py --people N`.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

import polars as pl

from pipeline.directory.read import read_directory
from pipeline.people.entries import Entry
from pipeline.people.service import plan
from pipeline.people.settings import Fields, PeopleSettings
from warehouse.home import Home

T = TypeVar("T")

ROWS_EACH = 4
SITES = 40
ZONES = ("Europe/Rome", "America/New_York", "Asia/Tokyo")
FIRST = date(2020, 1, 1)
TODAY = date(2026, 3, 1)
FIELDS = Fields(name=("name",), numbers=("phone",), department=("dept",), manager=("boss",))


def main() -> None:
    """Makes a directory, reads it, and follows a list in which everyone moved."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=50_000)
    people = parser.parse_args().people
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        write_directory(home, people)
        rows, cells = timed(lambda: pl.read_csv(home.users, infer_schema=False).height)
        directory, read = timed(lambda: read_directory(home, {"carrier"}))
        entries = [entry(number) for number in range(people)]
        settings = PeopleSettings()
        planned, merged = timed(lambda: plan(home, entries, FIELDS, settings, lambda _: TODAY))
    assert rows == directory.users.height == people * ROWS_EACH
    assert people == len(planned.merged.changes)
    report("only the cells of users.csv", cells, cells)
    report(f"directory of {people:,} people, {rows:,} rows", read, cells)
    report("a list in which all of them moved", merged, cells)


def write_directory(home: Home, people: int) -> None:
    """Four departments, sites and managers for everyone, one after the other."""
    dice = random.Random(1)
    home.sites.write_text(
        "site,country,time_zone\n"
        + "".join(f"Site {n},IT,{ZONES[n % len(ZONES)]}\n" for n in range(SITES))
    )
    home.gateways.write_text(
        "gateway,site,tariff\n"
        + "".join(f"gw-{n},Site {n % SITES},carrier\n" for n in range(10 * SITES))
    )
    lines = ["user,name,email,numbers,aliases,department,cost_centre,site,manager,role"]
    lines[0] += ",valid_from,valid_to"
    for number in range(people):
        days = sorted(dice.sample(range(2000), ROWS_EACH - 1))
        edges = ["", *(str(FIRST + timedelta(day)) for day in days), ""]
        for row in range(ROWS_EACH):
            manager = f"u{dice.randrange(number)}@x.org" if number else ""
            lines.append(
                f"u{number}@x.org,User {number},u{number}@x.org,"
                f"+39{600_000_000 + number};{10_000 + number},a{number}@y.org,"
                f"Department {dice.randrange(500)},CC{dice.randrange(99)},"
                f"Site {dice.randrange(SITES)},{manager},person,{edges[row]},{edges[row + 1]}"
            )
    home.users.write_text("\n".join(lines) + "\n")


def entry(number: int) -> Entry:
    """Someone in a department of a new name."""
    values = {
        "user": [f"u{number}@x.org"],
        "name": [f"User {number}"],
        "phone": [f"+39{600_000_000 + number}"],
        "dept": ["Reorganised"],
        "boss": [f"u{number // 100}@x.org"],
    }
    return Entry("list", number + 2, values)


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """The result, and the processor time of all threads in seconds."""
    begun = time.process_time()
    result = work()
    return result, time.process_time() - begun


def report(what: str, seconds: float, reference: float) -> None:
    """One line of figures."""
    sys.stdout.write(f"{what:45} {seconds:8.2f} s CPU {seconds / reference:8.1f} ×\n")


if __name__ == "__main__":
    main()
