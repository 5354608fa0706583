"""Killed at any moment and started again, the processes come to the same totals."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.cli.demo import make_demo
from tests.demonstration import build
from warehouse.clock import fixed_clock
from warehouse.home import Home
from warehouse.snapshot import NothingPublished, Snapshots

NOW = datetime(2026, 3, 6, 15, 30, tzinfo=UTC)
DAYS = 15
TOTALS = """
select count(*) as legs, count(distinct source || leg_id) as distinct_legs,
    (select count(*) from calls) as calls, sum(talk_s) as talk_s, sum(cost) as cost,
    (select sum(calls) from day_totals) as counted, (select sum(cost) from day_totals) as summed
from legs
"""


@dataclass(frozen=True)
class Template:
    """A home with history that nothing has read yet, and what is to come of it."""

    home: Home
    totals: tuple[object, ...]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    undisturbed = Home(tmp_path_factory.mktemp("undisturbed"))
    build(undisturbed, NOW, DAYS)
    home = Home(tmp_path_factory.mktemp("template"))
    make_demo(home, fixed_clock(NOW), seed=1, days=DAYS)
    return Template(home, totals(undisturbed))


def totals(home: Home) -> tuple[object, ...]:
    snapshots = Snapshots(home.warehouse)
    try:
        return snapshots.current().query(TOTALS).row(0)
    except NothingPublished:
        return ()
    finally:
        snapshots.close()


def start(home: Home, process: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            *(sys.executable, "-P", "-m", "app.cli", process),
            *("--home", str(home.path), "--now", NOW.isoformat()),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ,
    )


def disturb(template: Template, folder: Path, kills: int, seed: int) -> None:
    """Kills recorder and miner again and again while they work, then lets them finish."""
    home = Home(folder / f"home-{seed}")
    shutil.copytree(template.home.path, home.path)
    chance = random.Random(seed)
    running = {name: start(home, name) for name in ("record", "mine")}
    try:
        for _ in range(kills):
            # Start-up takes about two seconds: kills fall before, into and after the work.
            time.sleep(chance.uniform(1, 5))
            name = chance.choice(list(running))
            running[name].send_signal(signal.SIGKILL)
            running[name].wait()
            running[name] = start(home, name)
        deadline = time.monotonic() + 90
        while totals(home) != template.totals and time.monotonic() < deadline:
            time.sleep(0.5)
    finally:
        for process in running.values():
            process.terminate()
        for process in running.values():
            process.wait(20)
    assert template.totals == totals(home)
    # Asked before it could listen, a process ends by the signal itself.
    assert {process.returncode for process in running.values()} <= {0, -signal.SIGTERM}
    Snapshots(home.warehouse).current().verify()


def test_five_kills_change_nothing(template: Template, tmp_path: Path) -> None:
    assert template.totals[0] == template.totals[1]
    assert template.totals[2] == template.totals[5]
    assert template.totals[4] == template.totals[6]
    disturb(template, tmp_path, kills=5, seed=1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_two_hundred_kills_change_nothing(template: Template, tmp_path: Path, seed: int) -> None:
    disturb(template, tmp_path, kills=10, seed=100 + seed)
