"""Readers of the published warehouse, as the pages are: threads of one process."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import quantiles
from threading import Event, Thread

from tests.bench.arriving import BATCH
from tests.bench.legs import LAST
from warehouse.queries import calls, overview
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot, Snapshots

READERS = 8
QUESTIONS = (
    overview.totals,
    overview.cost_by_day,
    overview.by_call_type,
    overview.top_departments,
    overview.top_people,
    lambda snapshot, scope, filters: calls.page(snapshot, scope, filters, 50),
    calls.count,
)


@dataclass(frozen=True, slots=True)
class Answered:
    """What readers met with."""

    took_s: list[float]
    versions: int
    faults: list[str]
    peak_mib: float

    def within_ms(self, share: int) -> str:
        """In how much time so many of 20 questions were answered."""
        return f"{quantiles(self.took_s, n=20)[share - 1] * 1e3:.0f}"


def read(folder: Path, pipe: Connection, seconds: float, think_s: float) -> None:
    """Asks for so long with so much thought in between, and sends what came of it."""
    snapshots = Snapshots(folder)
    took: list[float] = []
    versions: set[int] = set()
    faults: list[str] = []
    ended = Event()

    def ask(reader: int) -> None:
        chance = random.Random(reader)
        serial = reader
        while not ended.wait(chance.expovariate(1 / think_s) if think_s else 0):
            serial += 1
            filters = Filters(LAST - timedelta(days=30 + serial * 7 % 300), LAST)
            begun = time.perf_counter()
            try:
                snapshot = snapshots.current()
                QUESTIONS[serial % len(QUESTIONS)](snapshot, Scope(everything=True), filters)
                took.append(time.perf_counter() - begun)
                if snapshot.version not in versions:
                    versions.add(snapshot.version)
                    faults.extend(_of_version(snapshot))
            except Exception as error:
                faults.append(f"{type(error).__name__}: {error}")

    # What a process does once is no part of what its readers wait for.
    for question in QUESTIONS:
        question(snapshots.current(), Scope(everything=True), Filters(LAST, LAST))
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
    pipe.send(Answered(took, len(versions), faults, peak_mib()))


def peak_mib() -> float:
    """Of this process; `getrusage` would count what its parent had before it began."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    return int(status.read_text().split("VmHWM:")[1].split()[0]) / 2**10


def _of_version(snapshot: Snapshot) -> list[str]:
    """Whether a version holds part of a batch, in the calls of today or in their sums."""
    (found,) = snapshot.query(
        "select (select count(*) from calls where day = $day), "
        "(select coalesce(sum(calls), 0)::bigint from day_totals where day = $day)",
        {"day": LAST},
    ).rows()
    if found[0] == found[1] and not found[0] % BATCH:
        return []
    return [f"version {snapshot.version} has {found} calls of today"]
