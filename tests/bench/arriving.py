"""Calls that arrive today, five hundred at a time."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime, timedelta

from pipeline.callfile.format import CALL_FILE_SCHEMA
from pipeline.callfile.spool import Spool
from pipeline.callfile.write import write_call_file
from tests.bench.legs import LAST, legs_of
from tests.bench.stored import NOW
from warehouse.home import Home
from warehouse.load import RatedFile, load_files
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.snapshot import Snapshots

BATCH = 500
_FIRST = datetime.combine(LAST, datetime.min.time()) + timedelta(hours=9)
_TARIFFS = (
    "tariff,prefix,destination,call_type,price_per_minute\naurelia,44,Britain,international,1\n"
)
_PATIENCE_S = 120

Seconds = tuple[float, float]
"""By the clock, and of this process's processor time."""


class Arrivals:
    """Loads and publishes one batch after the other."""

    def __init__(self, master: Master) -> None:
        self._master = master
        self._serial = 0

    def next(self) -> tuple[Seconds, Seconds]:
        """How long it took to load a batch, and to publish it."""
        self._serial += 1
        first = _FIRST + timedelta(seconds=self._serial)
        legs = legs_of(first, first + timedelta(minutes=1), BATCH, 10**9 + self._serial)
        file = RatedFile(f"new-{self._serial}", "", legs)
        begun = _now()
        load_files(self._master, [file], NOW)
        loaded = _now()
        publish(self._master, NOW, wait=False)
        shown = _now()
        return _between(begun, loaded), _between(loaded, shown)


def make_home(home: Home) -> None:
    """A home with one tariff, one person, one site and one gateway."""
    home.path.mkdir()
    home.settings.write_text("", encoding="utf-8")
    home.tariffs.write_text(_TARIFFS, encoding="utf-8")
    home.users.write_text("user,name,department\nuser1@aurora.example,Anna,Sales\n")
    home.sites.write_text("site,country,time_zone\nRome,IT,Europe/Rome\n", encoding="utf-8")
    home.gateways.write_text("gateway,site,tariff\ngw-1.aurora.example,Rome,aurelia\n")
    Spool(home.spool).make()


def seconds_until_seen(home: Home, files: int = 8) -> list[float]:
    """From when a call file is in the spool of a running miner until a reader has its calls."""
    miner = subprocess.Popen(
        [sys.executable, "-P", "-m", "app.cli", "mine", "--home", str(home.path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    chance = random.Random(1)
    try:
        with closing(Snapshots(home.warehouse)) as reader:
            # The first file waits until the process has started.
            took = [_seen(home, reader, 0, miner)]
            for _ in range(files):
                time.sleep(chance.random())
                took.append(_seen(home, reader, len(took), miner))
        return took[-files:]
    finally:
        miner.terminate()
        miner.wait(_PATIENCE_S)


def _seen(home: Home, reader: Snapshots, serial: int, miner: subprocess.Popen[bytes]) -> float:
    before = reader.current().manifest.totals.calls
    first = _FIRST + timedelta(hours=2, seconds=serial)
    legs = legs_of(first, first + timedelta(minutes=1), BATCH, 2 * 10**9 + serial)
    write_call_file(
        Spool(home.spool), "bench", legs.select(set(CALL_FILE_SCHEMA) - {"source"}), 10**6 + serial
    )
    begun = time.monotonic()
    while reader.current().manifest.totals.calls < before + BATCH:
        if miner.poll() is not None or time.monotonic() > begun + _PATIENCE_S:
            raise RuntimeError("tollbook mine does not mine")
        time.sleep(0.01)
    return time.monotonic() - begun


def _now() -> Seconds:
    return time.perf_counter(), time.process_time()


def _between(begun: Seconds, ended: Seconds) -> Seconds:
    return ended[0] - begun[0], ended[1] - begun[1]
