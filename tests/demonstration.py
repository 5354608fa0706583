"""Fixture: the invented company after 90 days, recorded and mined by the real parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from filelock import FileLock

from app.cli.demo import make_demo
from app.cli.mining import mine_once
from app.cli.recording import record_once
from app.cli.settings import load_settings
from warehouse.clock import fixed_clock
from warehouse.home import Home

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
"""A Friday afternoon in Rome, morning in New York: calls are going on."""

DAYS = 90


@dataclass(frozen=True)
class Demonstration:
    """A home whose calls have all been through recorder and miner. Not to be changed."""

    home: Home
    now: datetime


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Demonstration:
    """Made once, by whichever of the processes of this run asks first."""
    place = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        place = place.parent
    home, made = Home(place / "demonstration"), place / "demonstration.made"
    with FileLock(place / "demonstration.lock"):
        if not made.exists():
            build(home, NOW, DAYS)
            made.touch()
    return Demonstration(home, NOW)


def build(home: Home, now: datetime, days: int) -> None:
    """Makes the company in `home` and lets recorder and miner work off its history."""
    clock = fixed_clock(now)
    make_demo(home, clock, seed=1, days=days)
    settings = load_settings(home.settings)
    record_once(home, settings, clock)
    mine_once(home, settings, clock)


def truth_of(home: Path) -> Path:
    """The file in which the simulator noted what really happened."""
    return home / "truth.sqlite"
