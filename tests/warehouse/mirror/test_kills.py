"""Killed and cut off again and again, the mirror ends up with every day once and whole."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from tests.proxy import Proxy
from tests.warehouse.conftest import Put
from tests.warehouse.mirror.conftest import NOW
from warehouse.clock import fixed_clock
from warehouse.errors import TollbookError
from warehouse.master import Master
from warehouse.mirror import bulk, plan
from warehouse.mirror.mirror import Mirror
from warehouse.mirror.plan import days_of, due_days
from warehouse.mirror.refusals import TargetRefused, TargetUnavailable
from warehouse.mirror.server import Server
from warehouse.mirror.verify import Comparison, compare
from warehouse.publish import publish
from warehouse.snapshot import Snapshots

pytestmark = pytest.mark.postgres

DAYS = 6
PATIENCE_S = 120
SILENCE_S = 1.0
FAULTS = ["cut"] * 5 + ["kill"] * 3 + ["stall", "delay", "gone"]
_processes = multiprocessing.get_context("forkserver")


def keep_mirroring(folder: Path, connection: str, schema: str, told: Connection) -> None:
    """What the process of the mirror does, in small steps, telling each."""
    plan.GROUP_CALLS = plan.GROUP_NEW_CALLS = 60  # type: ignore[misc]
    bulk.CHUNK_ROWS = 20  # type: ignore[misc]
    server = Server(connection, schema, SILENCE_S)
    mirror = Mirror(server, Snapshots(folder, threads=1), fixed_clock(NOW))
    while True:
        try:
            done = mirror.cycle(lambda *_: told.send("wrote"))
            if done.days:
                told.send("equal")
        except TollbookError as error:
            told.send(f"down: {error}")
            time.sleep(0.1)
        time.sleep(0.02)


class Process:
    """One life of it after the other, all telling the same pipe."""

    def __init__(self, *arguments: Any) -> None:
        self.heard, told = _processes.Pipe(duplex=False)
        self._arguments = (*arguments, told)
        self.begin()

    def begin(self) -> None:
        self._process = _processes.Process(target=keep_mirroring, args=self._arguments, daemon=True)
        self._process.start()

    def kill(self) -> None:
        self._process.kill()
        self._process.join()

    def told(self) -> Counter[str]:
        """What it said since this was last asked."""
        words: Counter[str] = Counter()
        while self.heard.poll():
            words[self.heard.recv().partition(":")[0]] += 1
        return words

    def wait_for_a_word(self) -> None:
        self.heard.poll(PATIENCE_S)


@pytest.fixture
def proxy(postgres: str) -> Iterator[Proxy]:
    port = next(part for part in postgres.split(";") if part.startswith("PORT="))
    with closing(Proxy(int(port.removeprefix("PORT=")))) as made:
        yield made


@pytest.fixture
def process(
    master: Master, proxy: Proxy, postgres: str, schema: str, folder: Path
) -> Iterator[Process]:
    publish(master, NOW)
    port = next(part for part in postgres.split(";") if part.startswith("PORT="))
    process = Process(folder, postgres.replace(port, f"PORT={proxy.port}"), schema)
    yield process
    process.kill()


def compared_once_equal(server: Server, snapshots: Snapshots) -> Comparison:
    """Waits until no day is waiting any more, and compares every cell."""
    snapshot = snapshots.current()
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with suppress(TargetRefused):  # where not even the schema is there yet
            there = dict(server.rows(server.dialect.statement("list_days")))
            if not due_days(days_of(snapshot), there):
                break
        time.sleep(0.2)
    found = compare(server, snapshot, every_cell=True)
    assert () == found.waiting
    return found


def do(fault: str, proxy: Proxy, process: Process, chance: random.Random) -> None:
    """One fault, and what comes after it."""
    match fault:
        case "cut":
            proxy.cut()
        case "kill":
            process.kill()
            process.begin()
        case "stall":
            with proxy.stalled():
                time.sleep(SILENCE_S + 0.5)
            proxy.cut()
        case "delay":
            proxy.delay_s = 0.02
            time.sleep(chance.uniform(0, 1))
            proxy.delay_s = 0
            proxy.cut()
        case "gone":
            with proxy.refusing():
                time.sleep(chance.uniform(0, 1))


@pytest.mark.parametrize(
    "faults", [pytest.param(5, id="short"), pytest.param(200, id="long", marks=pytest.mark.long)]
)
def test_every_day_is_there_once_and_whole(
    faults: int,
    leg: Callable[..., dict[str, Any]],
    put: Put,
    master: Master,
    proxy: Proxy,
    process: Process,
    server: Server,
    snapshots: Snapshots,
) -> None:
    chance = random.Random(faults)
    start = datetime(2024, 9, 1, 8)
    heard: Counter[str] = Counter()
    for number in range(faults):
        days = chance.sample(range(DAYS), 2)
        put(
            *(
                leg(f"{number}-{n}", str(start + timedelta(days=chance.choice(days), minutes=n)))
                for n in range(60)
            ),
            leg("again", str(start), revision=number, cost=None, dialled=f"{number}"),
        )
        publish(master, NOW)
        process.wait_for_a_word()
        time.sleep(chance.uniform(0, 0.15))
        do(chance.choice(FAULTS), proxy, process, chance)
        heard += process.told()

    found = compared_once_equal(server, snapshots)
    assert found.is_sound, found.rows.to_dicts()
    assert heard["down"] >= faults // 4, heard
    assert heard["wrote"], heard


def test_a_server_that_falls_silent_is_given_up_and_found_again(
    leg: Callable[..., dict[str, Any]],
    put: Put,
    master: Master,
    proxy: Proxy,
    postgres: str,
    schema: str,
    snapshots: Snapshots,
    there: Callable[..., list[tuple[Any, ...]]],
) -> None:
    put(leg("a"))
    publish(master, NOW)
    port = next(part for part in postgres.split(";") if part.startswith("PORT="))
    with closing(Server(postgres.replace(port, f"PORT={proxy.port}"), schema, 2)) as server:
        mirror = Mirror(server, snapshots, fixed_clock(NOW))
        mirror.cycle()
        put(leg("b"))
        publish(master, NOW)
        began = time.monotonic()
        with proxy.stalled(), pytest.raises(TargetUnavailable):
            mirror.cycle()
        with proxy.stalled(), pytest.raises(TargetUnavailable):
            mirror.cycle()
        assert time.monotonic() - began < 40
        proxy.cut()
        mirror.cycle()

    assert [("a",), ("b",)] == there("select call_id from $calls order by 1")


def test_a_day_of_outage_is_caught_up(
    leg: Callable[..., dict[str, Any]],
    put: Put,
    master: Master,
    proxy: Proxy,
    process: Process,
    server: Server,
    snapshots: Snapshots,
) -> None:
    put(leg("before"))
    publish(master, NOW)
    with proxy.refusing():
        for hour in range(24):
            put(*(leg(f"{hour}-{n}", f"2024-10-15 {hour:02}:{n:02}:00") for n in range(30)))
            publish(master, NOW + timedelta(hours=hour))
        assert 721 == snapshots.current().manifest.totals.calls

    assert compared_once_equal(server, snapshots).is_sound
