"""The server of the mirror gone for a day: calls load as ever, and the mirror catches up.

`pytest -s -m long tests/app/cli/test_mirror_outage.py` prints the figures of 120,000 calls a day.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from pipeline.callfile.format import CALL_FILE_SCHEMA
from pipeline.callfile.spool import Spool
from pipeline.callfile.write import write_call_file
from pipeline.miner.books import Shelf
from pipeline.miner.miner import Miner
from tests.bench.arriving import make_home
from tests.bench.legs import legs_of
from tests.proxy import Proxy
from warehouse.home import Home
from warehouse.master import Master
from warehouse.snapshot import Snapshots

pyodbc = pytest.importorskip(
    "pyodbc",
    reason="The ODBC driver manager is missing: apt-get install unixodbc",
    exc_type=ImportError,
)

from warehouse.mirror.server import Server  # noqa: E402 - what needs ODBC comes after the look for it
from warehouse.mirror.verify import compare  # noqa: E402

pytestmark = pytest.mark.postgres

BEFORE, OUTAGE = date(2024, 10, 14), date(2024, 10, 15)
HOURS = 24
PATIENCE_S = 240
SLOWER = 1.5
"""A ratio that medians of so many hours do not reach by chance."""


@dataclass
class Day:
    """What each hour's calls took from the spool until readers had them."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


class Company:
    """Its calls come hour by hour, and are mined by the same miner all the time."""

    def __init__(self, home: Home, master: Master, an_hour: int) -> None:
        self._now = datetime(2024, 10, 14, tzinfo=UTC)
        self._spool = Spool(home.spool)
        shelf = Shelf(home, {})
        self._miner = Miner(master, self._spool, shelf, {"bench": "Rome"}, lambda: self._now, "me")
        self._readers = Snapshots(home.warehouse)
        self._an_hour = an_hour
        self.calls = 0

    def live(self, day: date) -> Day:
        spent = Day()
        for hour in range(HOURS):
            # All within the local day of Rome, two hours ahead of UTC.
            begins = datetime(day.year, day.month, day.day) - timedelta(hours=2 - hour)
            ends = begins + timedelta(minutes=50)
            legs = legs_of(begins, ends, self._an_hour, 1_000 * self.calls + 1)
            write_call_file(
                self._spool, "bench", legs.select(set(CALL_FILE_SCHEMA) - {"source"}), hour
            )
            self._now = begins.replace(tzinfo=UTC) + timedelta(hours=1)
            began = time.perf_counter(), time.process_time()
            self._miner.cycle()
            spent.clock.append(time.perf_counter() - began[0])
            spent.processor.append(time.process_time() - began[1])
            self.calls += self._an_hour
            assert self._readers.current().manifest.totals.calls == self.calls
        return spent


@pytest.fixture
def home(tmp_path: Path) -> Home:
    place = Home(tmp_path / "home")
    make_home(place)
    return place


@pytest.fixture
def proxy(postgres: str) -> Iterator[Proxy]:
    with closing(Proxy(int(_port(postgres).removeprefix("PORT=")))) as made:
        yield made
    with closing(pyodbc.connect(postgres, autocommit=True)) as database:
        database.execute("drop schema if exists tollbook cascade")


def _port(postgres: str) -> str:
    return next(part for part in postgres.split(";") if part.startswith("PORT="))


@contextmanager
def mirroring(home: Home, connection: str) -> Iterator[None]:
    """`tollbook mirror`, as it runs beside the rest."""
    home.settings.write_text(
        f'[mirror]\nconnection = "{connection}"\npoll_seconds = 0.2\n', encoding="utf-8"
    )
    command = [sys.executable, "-P", "-m", "app.cli", "mirror", "--home", str(home.path)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env=environment) as process:
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_S) == 0


def wait_until(home: Home, is_so: Callable[[dict[str, Any]], bool]) -> float:
    """How many seconds it took until the mirror said so."""
    file = home.status / "mirror.json"
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE_S:
        if file.exists() and is_so(json.loads(file.read_text(encoding="utf-8"))):
            return time.monotonic() - began
        time.sleep(0.1)
    pytest.fail("the mirror never said so")


@pytest.mark.parametrize(
    "an_hour",
    [pytest.param(40, id="short"), pytest.param(5_000, id="long", marks=pytest.mark.long)],
)
def test_with_the_server_gone_for_a_day_calls_load_as_ever_and_the_mirror_catches_up(
    an_hour: int, home: Home, proxy: Proxy, postgres: str
) -> None:
    with Master.open(home.warehouse) as master:
        company = Company(home, master, an_hour)
        alone = company.live(BEFORE)
        through_proxy = postgres.replace(_port(postgres), f"PORT={proxy.port}")
        with mirroring(home, through_proxy):
            version = Snapshots(home.warehouse).current().version
            wait_until(home, lambda told: told.get("version") == version)
            with proxy.refusing():
                gone = company.live(OUTAGE)
                wait_until(home, lambda told: told["state"] == "down")
            version = Snapshots(home.warehouse).current().version
            caught_up = wait_until(
                home, lambda told: told["state"] == "ok" and told["version"] == version
            )
    snapshots = Snapshots(home.warehouse)
    with closing(Server(postgres, "tollbook")) as server:
        found = compare(server, snapshots.current(), every_cell=True)
    assert found.is_sound
    assert not found.waiting
    for what, spent in (("no mirror", alone), ("its server gone", gone)):
        sys.stdout.write(
            f"\n{HOURS} hours of {an_hour:,} calls, {what}: median {median(spent.clock):.3f} s an "
            f"hour, of processor {median(spent.processor):.3f} s, longest {max(spent.clock):.3f} s"
        )
    sys.stdout.write(f"\na day caught up in {caught_up:.1f} s\n")
    assert median(gone.processor) < SLOWER * median(alone.processor)
    assert caught_up < 120
