"""On a full disk the miner says so, loses nothing, and goes on when there is room."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from warehouse.copy import copy_into
from warehouse.errors import NoRoom
from warehouse.load import load
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.restate import restate, stored_days, stored_legs
from warehouse.snapshot import Snapshots
from warehouse.verify import check_published

resource = pytest.importorskip("resource", reason="only systems with quotas for processes")

FILES = 12
LEGS = 4_000
BALLAST = 180 << 20
LEFT = 1 << 20
"""Bytes for what is done on a full disk: enough to begin, too few to end it."""


@dataclass(frozen=True)
class SmallDisk:
    """A folder in which there is little room, and how to make more."""

    folder: Path
    make_room: Callable[[], None]
    fill: Callable[[], None]


def _tmpfs(folder: Path) -> Iterator[SmallDisk]:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("NOT TESTED on a real small disk: mounting one takes root")
    try:
        ballast = folder / "ballast"
        with ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, BALLAST)
        yield SmallDisk(
            folder / "warehouse",
            make_room=lambda: ballast.unlink(missing_ok=True),
            fill=lambda: _fill(ballast),
        )
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _fill(ballast: Path) -> None:
    free = os.statvfs(ballast.parent)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - LEFT)


def _quota(folder: Path) -> Iterator[SmallDisk]:
    """No file may grow beyond a size: as near to a full disk as one gets without root."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))

    limit(8 << 20)
    try:
        yield SmallDisk(folder, make_room=lambda: limit(soft), fill=lambda: limit(LEFT))
    finally:
        limit(soft)


@pytest.fixture(params=[_tmpfs, _quota], ids=["tmpfs", "quota"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SmallDisk]:
    yield from request.param(tmp_path)


def test_a_full_disk_loses_nothing_and_work_goes_on_when_there_is_room(
    disk: SmallDisk, leg: Any, frame: Any, now: datetime
) -> None:
    files = {
        str(serial): frame(
            [leg(f"{serial}-{number}", diagnostic=os.urandom(100).hex()) for number in range(LEGS)]
        )
        for serial in range(FILES)
    }

    def mine(done: set[str]) -> None:
        with Master.open(disk.folder) as master:
            for name, legs in files.items():
                load(master, legs, file=name, sha256="", loaded_at=now)
                done.add(name)
                publish(master, now)

    done: set[str] = set()
    with pytest.raises(NoRoom, match="make room"):
        mine(done)
    assert 0 < len(done) < FILES
    with pytest.raises(NoRoom):
        mine(set())
    reader = Snapshots(disk.folder)
    reader.current().verify()
    disk.make_room()
    mine(done)
    assert set(files) == done
    reader.current().verify()
    assert FILES * LEGS == reader.current().manifest.totals.legs
    reader.close()


def make_base(master: Master, now: datetime) -> None:
    with master.transaction() as connection:
        connection.execute("update publication set change = uuid(), base = null, base_mark = null")
    publish(master, now)


def price_again(master: Master, now: datetime) -> None:
    (days,) = stored_days(master, date.min, date.max)
    restate(master, stored_legs(master, days).with_columns(cost=pl.lit(Decimal(2))))
    publish(master, now)


def copy(master: Master, now: datetime) -> None:
    copy_into(master, master.folder / "copy.duckdb")


@pytest.mark.parametrize("work", [make_base, price_again, copy])
def test_what_a_full_disk_broke_off_is_done_when_there_is_room(
    disk: SmallDisk, leg: Any, frame: Any, now: datetime, work: Callable[[Master, datetime], None]
) -> None:
    legs = frame(
        [
            leg(
                str(serial), f"2024-10-{1 + serial % 20:02} 08:00", diagnostic=os.urandom(100).hex()
            )
            for serial in range(3 * LEGS)
        ]
    )
    disk.make_room()
    with Master.open(disk.folder) as master:
        load(master, legs, file="1", sha256="", loaded_at=now)
        before = publish(master, now)
    master = Master.open(disk.folder)
    disk.fill()
    with pytest.raises(NoRoom, match="make room"):
        work(master, now)
    with suppress(duckdb.Error):
        master.close()
    reader = Snapshots(disk.folder)
    reader.current().verify()
    assert before.totals == reader.current().manifest.totals
    disk.make_room()
    with Master.open(disk.folder) as master:
        work(master, now)
        assert () == check_published(master, now).differences
    assert before.totals.legs == reader.current().manifest.totals.legs
    reader.close()
