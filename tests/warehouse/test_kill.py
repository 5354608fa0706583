"""A miner killed without warning, at some moment of its work."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from warehouse.load import load
from warehouse.master import Master
from warehouse.publish import HotLimits, publish
from warehouse.snapshot import Snapshots

FILES = 30
LEGS = 40

MINER = """
import sys
from datetime import datetime, timezone
from pathlib import Path
import polars as pl
from warehouse.load import load
from warehouse.master import Master
from warehouse.publish import HotLimits, publish

folder, files = Path(sys.argv[1]), int(sys.argv[2])
frame = pl.read_parquet(folder / "legs.parquet")
now = datetime(2024, 10, 31, tzinfo=timezone.utc)
with Master.open(folder) as master:
    print("open", flush=True)
    for serial in range(files):
        legs = frame.filter(pl.col("leg_id").str.starts_with(f"{serial}-"))
        done = load(master, legs, file=f"{serial}", sha256="", loaded_at=now)
        if not done.repeated:
            print(serial, flush=True)
        publish(master, now, HotLimits(legs=200, days=5, recent_days=1), wait=False)
"""


def mine(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", MINER, str(folder), str(FILES)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("acknowledged", [1, 3, 6])
def test_a_killed_miner_loses_and_doubles_nothing(
    folder: Path, leg: Any, frame: Any, now: datetime, acknowledged: int
) -> None:
    rows = [
        leg(f"{serial}-{number}", f"2024-10-{1 + (serial + number) % 20:02} 08:00:00")
        for serial in range(FILES)
        for number in range(LEGS)
    ]
    folder.mkdir()
    legs = frame(rows)
    legs.write_parquet(folder / "legs.parquet")
    durable = 0
    with mine(folder) as miner:
        assert miner.stdout is not None
        for line in miner.stdout:
            durable += line.strip() != "open"
            if durable == acknowledged:
                miner.kill()
    assert durable >= acknowledged
    if (folder / "snapshots" / "manifest.json").exists():
        reader = Snapshots(folder)
        reader.current().verify()
        reader.close()
    with Master.open(folder) as master:
        files = master.connection.execute("select count(*), sum(rows)::int from files").fetchone()
        counted = master.connection.execute(
            "select (select count(*) from legs), (select count(*) from calls), "
            "(select sum(calls)::int from day_totals)"
        ).fetchone()
        assert files is not None
        assert files[0] in (durable, durable + 1)
        assert (files[1],) * 3 == counted
        for serial in range(FILES):
            load(
                master,
                legs.filter(legs["leg_id"].str.starts_with(f"{serial}-")),
                file=f"{serial}",
                sha256="",
                loaded_at=now,
            )
        manifest = publish(master, now, HotLimits(legs=200, days=5, recent_days=1))
    assert (FILES * LEGS, FILES * LEGS) == (manifest.totals.legs, manifest.totals.calls)
    reader = Snapshots(folder)
    reader.current().verify()
    reader.close()
