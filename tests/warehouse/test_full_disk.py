"""On a full disk the miner says so, loses nothing, and goes on when there is room."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from warehouse.errors import NoRoom
from warehouse.load import load
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.snapshot import Snapshots

resource = pytest.importorskip("resource", reason="only systems with quotas for processes")

FILES = 12
LEGS = 4_000
BALLAST = 180 << 20


@dataclass(frozen=True)
class SmallDisk:
    """A folder in which there is little room, and how to make more."""

    folder: Path
    make_room: Callable[[], None]


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
        yield SmallDisk(folder / "warehouse", ballast.unlink)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _quota(folder: Path) -> Iterator[SmallDisk]:
    """No file may grow beyond a size: as near to a full disk as one gets without root."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8 << 20, hard))
    try:
        yield SmallDisk(folder, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


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
