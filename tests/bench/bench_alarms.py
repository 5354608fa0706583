"""What it costs to judge 500 new calls for every alarm, with many calls stored.

Run: python tests/bench/bench_alarms.py [--stored N …] [--batches N] [--folder D]

Beside it stands what it takes only to read the day that changed, and what each kind of alarm takes
alone. The usual is learnt once a day, and is told by itself. A million calls take some 10 s of
processor to make; ten million need 3 GB on the disk.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from app.alarms.calls import LOOKED_AT
from app.alarms.desk import Desk
from app.alarms.event import Told
from app.alarms.rule import Rule
from app.alarms.watch import Watch
from app.alarms.watched import WATCHED
from tests.bench.legs import legs_of
from tests.bench.stored import NOW, fill
from warehouse.clock import fixed_clock
from warehouse.load import load
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.queries import calls
from warehouse.scope import Scope
from warehouse.snapshot import Snapshots
from warehouse.state.state import State

BATCH = 500
ALARMS: dict[str, tuple[dict[str, Any], ...]] = {
    "single calls": (
        {"kind": "call", "numbers": ("+44199*",), "min_cost": "5"},
        {"kind": "call", "min_talk_s": 3600, "directions": ("outbound",)},
        {"kind": "call", "emergency": True},
    ),
    "day": ({"kind": "counter", "measure": "cost", "amount": 10**6, "per": "department"},),
    "change": (
        {
            "kind": "counter",
            "measure": "calls",
            "compare": "rise_percent",
            "against": "weekday",
            "amount": 900,
            "per": "person",
        },
    ),
    "sliding": (
        {
            "kind": "counter",
            "measure": "calls",
            "window": "sliding",
            "minutes": 10,
            "amount": 10**6,
            "per": "person",
        },
    ),
    "trunks": (
        {
            "kind": "counter",
            "measure": "concurrent",
            "window": "hour",
            "amount": 10**6,
            "per": "trunk",
        },
    ),
    "unusual": ({"kind": "unusual", "points": 30},),
}
ALL = "all of them"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--stored", type=int, nargs="+", default=[300_000])
    asked.add_argument("--batches", type=int, default=7)
    asked.add_argument("--folder", type=Path, help="where there is room")
    options = asked.parse_args()
    for size in sorted(options.stored):
        folder = Path(tempfile.mkdtemp(dir=options.folder))
        try:
            measure(folder, size, options.batches)
        finally:
            shutil.rmtree(folder)


def measure(folder: Path, size: int, batches: int) -> None:
    """Prints a line for each kind."""
    with Master.open(folder) as master:
        fill(master, size)
        publish(master, NOW)
        snapshots = Snapshots(folder)
        watches = {
            name: _watch(folder, name, kinds, snapshots)
            for name, kinds in {ALL: sum(ALARMS.values(), ()), **ALARMS}.items()
        }
        learning = _seconds(watches["unusual"].look)
        for watch in watches.values():
            watch.look()
        took: dict[str, list[float]] = {name: [] for name in (*watches, "reading")}
        for serial in range(batches):
            first = NOW - timedelta(hours=2) + timedelta(minutes=serial)
            begin = first.replace(tzinfo=None)
            legs = legs_of(begin, begin + timedelta(minutes=1), BATCH, 10**6 + serial)
            load(master, legs, file=f"new_{serial}", sha256=f"{serial}", loaded_at=NOW)
            publish(master, NOW)
            read = partial(
                calls.of_day,
                snapshots.current(),
                Scope(everything=True),
                begin.date(),
                LOOKED_AT,
            )
            took["reading"].append(_seconds(read))
            for name, watch in watches.items():
                took[name].append(_seconds(watch.look))
        snapshots.close()
    alone = median(took["reading"])
    lines = [
        f"{size:,} calls stored, {BATCH} new ones, median of {batches}",
        f"  learning the usual, once a day: {learning * 1000:,.0f} ms",
        *(
            f"  {name:<14}{median(found) * 1000:8.1f} ms  {median(found) / alone:5.1f} × reading"
            for name, found in took.items()
        ),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


def _watch(
    folder: Path, name: str, kinds: tuple[dict[str, Any], ...], snapshots: Snapshots
) -> Watch:
    desk = Desk(State.open(folder / f"{name}.db"))
    since = NOW - timedelta(days=2)
    for place, facts in enumerate(kinds):
        told = Told(("nobody@aurora.example",))
        desk.add(Rule(f"{name} {place}", WATCHED.validate_python(facts), told), since)
    return Watch(desk, snapshots.current, fixed_clock(NOW))


def _seconds(do: Callable[[], object]) -> float:
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
