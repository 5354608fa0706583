"""What it costs to give an unknown number to somebody, among few and among many stored calls.

Run: python tests/bench/bench_reassign.py [--stored N …] [--home D] [--folder D]

For each number of stored calls of a company of 50,000 people with 200,000 dated rows: an unknown
number that has so many legs in the last month gets an owner, through the request that a miner works
off; then all that it ever had. What the others of those calls hold is compared before and after, to
the last cell. Beside it, the list of what is unmatched, and budgets for everybody after 500 calls.
With `--home`, of a folder that this bench has filled before or is to fill.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import polars as pl

sys.path.insert(0, str(Path(__file__).parents[2]))

from app.cli.requests import work_off
from app.cli.settings import Settings
from app.cli.unmatched import unmatched
from pipeline.miner import reassign
from pipeline.miner.requests import ReassignRequest, Requests
from tests.bench.arriving import Arrivals
from tests.bench.large_company import DEPARTMENTS, PEOPLE, books_of, number, store, user, write_home
from tests.bench.legs import LAST
from tests.bench.stored import NOW
from warehouse.budgets.budget import Budget
from warehouse.budgets.evaluate import evaluate
from warehouse.budgets.store import put
from warehouse.clock import fixed_clock
from warehouse.frames import fetch
from warehouse.home import Home
from warehouse.legs import LEG_SCHEMA
from warehouse.master import Master
from warehouse.parties import Parties
from warehouse.publish import publish
from warehouse.scope import Filters, Scope, Where
from warehouse.snapshot import Snapshots
from warehouse.state.state import State

T = TypeVar("T")

MONTH = LAST - timedelta(days=30)
EVER = date.min
OWNER = 2
LEGS = 3
"""Of the number in the last month: what chance gives many even where few calls are stored."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--stored", type=int, nargs="+", default=[100_000, 300_000])
    asked.add_argument("--home", type=Path, help="of one size: filled before, or to be kept")
    asked.add_argument("--folder", type=Path, help="where there is room")
    options = asked.parse_args()
    place = Path(tempfile.mkdtemp(dir=options.folder))
    try:
        found = []
        for calls in sorted(options.stored)[: 1 if options.home else None]:
            home = Home(options.home or place / f"{calls}")
            if not home.warehouse.exists():
                write_home(home)
                with Master.open(home.warehouse, memory_limit="4GB") as master:
                    store(master, home, calls)
                    publish(master, NOW)
            found.append(measure(home))
        say(found)
    finally:
        shutil.rmtree(place)


def measure(home: Home) -> dict[str, float]:
    """Seconds of processor time by what they are for, and counts."""
    found: dict[str, float] = {}
    with Master.open(home.warehouse) as master:
        found["calls stored"] = single(master, "select sum(calls) from day_sums")
        found["files read anew, s"] = timed(lambda: books_of(home))[1]
        for name, first in (("a month", MONTH), ("all its days", EVER)):
            found |= {
                f"{name}: {what}": value for what, value in assign(master, home, first).items()
            }
        found["budgets of all, s"], found["budgets after 500 calls, s"] = budgets(master, home)
    found["unmatched, s"] = listed(home)
    found["peak MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    return found


def assign(master: Master, home: Home, first: date) -> dict[str, float]:
    """Gives an unknown number to `OWNER`, and checks that nothing but its legs changed."""
    unknown = a_number(master)
    among = Parties(numbers=(unknown,)).legs([])
    since = Where(f"{among.sql} and day >= $since", {**among.parameters, "since": first})
    theirs = int(single(master, f"select count(*) from legs where {since.sql}", since))
    days = int(single(master, f"select count(distinct day) from legs where {since.sql}", since))
    before = others(master, since)
    rows = home.users.read_text("utf-8")
    own = f",{number(OWNER)}"
    home.users.write_text(rows.replace(own, f"{own};{unknown}"), "utf-8")
    books = books_of(home)
    parties = Parties(numbers=(unknown,))
    batches = reassign.batches(master, books, {}, parties, first, date.max)
    moved, moving = timed(lambda: reassign.summed([batch.found for batch in batches]))
    _, publishing = timed(lambda: publish(master, NOW))
    assert theirs == moved["legs"].sum()
    assert {user(OWNER)} == {*moved["user"]}
    assert before.equals(others(master, since))
    requests = Requests(home.spool / "requests")
    name = requests.place(ReassignRequest(first, date.max, parties, "bench"))
    work_off(home, Settings(), master, fixed_clock(NOW))
    answer = requests.take_answer(name)
    assert answer is not None
    assert reassign.from_text(answer["csv"]).is_empty()
    return {"legs": theirs, "days": days, "moved, s": moving, "published, s": publishing}


def a_number(master: Master) -> str:
    """One that nobody has, with about `LEGS` legs in the last month."""
    found = fetch(
        master.connection,
        "select case direction when 'inbound' then to_number else from_number end as number "
        "from legs where charged_user is null and day >= $since group by number "
        "order by abs(count(*) - $legs), number limit 1",
        {"since": MONTH, "legs": LEGS},
    )
    return str(found["number"][0])


def others(master: Master, among: Where) -> pl.DataFrame:
    """What all legs but some hold, day by day."""
    columns = ", ".join(f'"{name}"' for name in (*LEG_SCHEMA, "file"))
    return fetch(
        master.connection,
        f"select day, count(*) as legs, bit_xor(hash({columns})) as digest from legs "
        f"where not ({among.sql}) group by day order by day",
        among.parameters,
    )


def budgets(master: Master, home: Home) -> tuple[float, float]:
    """How long it takes to sum up budgets for everybody, and again after 500 calls."""
    rules = {"period": "month", "amount": Decimal(20), "currency": "EUR", "valid_from": MONTH}
    found = [
        *(Budget(user(one), "person", user(one), **rules) for one in range(PEOPLE)),
        *(
            Budget(f"Department {one}", "department", f"Department {one}", **rules)
            for one in range(DEPARTMENTS)
        ),
    ]
    with State.open(home.state) as state:
        put(state, found, NOW, "bench")
        _, at_first = timed(lambda: evaluate(master, state, NOW))
        Arrivals(master).next()
        _, again = timed(lambda: evaluate(master, state, NOW))
    return at_first, again


def listed(home: Home) -> float:
    snapshots = Snapshots(home.warehouse)
    try:
        everything = Filters(date.min, date.max)
        found, took = timed(
            lambda: unmatched(snapshots.current(), Scope(everything=True), everything, 500)
        )
    finally:
        snapshots.close()
    assert {"user", "number", "gateway", "destination"} == {*found["what"]}
    return took


def single(master: Master, sql: str, among: Where | None = None) -> float:
    found = fetch(master.connection, sql, None if among is None else among.parameters)
    return float(found.item())


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """The result, and seconds of processor time."""
    begun = time.process_time()
    result = work()
    return result, time.process_time() - begun


def say(found: list[dict[str, float]]) -> None:
    """One line a figure, a column a size; last, how often the smallest goes into the largest."""
    for name in found[0]:
        values = [one[name] for one in found]
        cells = [
            f"{value:14,.2f}" if name.endswith(", s") else f"{value:14,.0f}" for value in values
        ]
        ratio = f"{values[-1] / max(values[0], 0.005):10.1f} ×" if len(values) > 1 else ""
        sys.stdout.write(f"{name:28}{''.join(cells)}{ratio}\n")


if __name__ == "__main__":
    main()
