"""A backup of a company that telephones on, restored elsewhere, comes to the same totals."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

from app.cli.copies import restore_command
from app.cli.demo import make_demo
from app.cli.mining import mine_once
from app.cli.recording import record_once
from app.cli.settings import load_settings
from app.cli.verify_warehouse import look
from pipeline.callfile.spool import Spool
from pipeline.keeper.backup import backup
from pipeline.keeper.restore import restore
from tests.company import CALLS, LEGS, Company
from tests.demonstration import build
from warehouse.clock import fixed_clock
from warehouse.home import Home
from warehouse.snapshot import Snapshots

NOW = datetime(2026, 3, 6, 15, 30, tzinfo=UTC)
CLOCK = fixed_clock(NOW)
DAYS = 10
TOTALS = """
select count(*) as legs, count(distinct source || leg_id), sum(talk_s), sum(cost),
    (select count(*) from calls), (select sum(calls) from day_totals)
from legs
"""


def start(home: Home, *arguments: str) -> subprocess.Popen[bytes]:
    now = ("--now", NOW.isoformat())
    return subprocess.Popen(
        [
            *(sys.executable, "-P", "-m", "app.cli", arguments[0], "--home", str(home.path)),
            *(*arguments[1:], *now),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ,
    )


def totals(home: Home) -> tuple[object, ...]:
    snapshots = Snapshots(home.warehouse)
    try:
        return snapshots.current().query(TOTALS).row(0)
    finally:
        snapshots.close()


def test_a_backup_under_load_loses_and_doubles_nothing(tmp_path: Path) -> None:
    undisturbed = Home(tmp_path / "undisturbed")
    build(undisturbed, NOW, DAYS)
    home, elsewhere = Home(tmp_path / "home"), Home(tmp_path / "elsewhere")
    make_demo(home, CLOCK, seed=1, days=DAYS)
    running = [start(home, name) for name in ("record", "mine")]
    try:
        deadline = time.monotonic() + 60
        while not any(Spool(home.spool).done.glob("*.csv")) and time.monotonic() < deadline:
            time.sleep(0.1)
        copying = start(home, "backup", "--to", str(tmp_path / "backups"))
        assert 0 == copying.wait(120)
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(20)
    assert {process.returncode for process in running} <= {0, -signal.SIGTERM}
    (made,) = (tmp_path / "backups").glob("tollbook-*.tar.zst")

    restore_command(made, home=elsewhere.path)
    checks = look(elsewhere, CLOCK, patience_s=0)
    assert [((), None)] * 4 == [(check.differences, check.unseen) for check in checks]
    # The telephone system is not part of the backup: the restored home reads it on.
    shutil.copy(home.path / "lcscdr.sqlite", elsewhere.path)
    settings = load_settings(elsewhere.settings)
    record_once(elsewhere, settings, CLOCK)
    mine_once(elsewhere, settings, CLOCK)
    assert totals(undisturbed) == totals(elsewhere)
    checks = look(elsewhere, CLOCK, patience_s=0)
    assert [((), None)] * 4 == [(check.differences, check.unseen) for check in checks]


def test_every_backup_that_is_taken_while_a_miner_loads_is_a_sound_home(tmp_path: Path) -> None:
    company = Company.made_in(Home(tmp_path / "home"), small_steps=True)
    company.bring_files(0, 1)
    company.live("mine").end()
    miner, ended = company.live("serve"), Event()

    def telephone() -> None:
        serial = 1
        while not ended.wait(0.1):
            company.bring_files(serial, serial + 1)
            serial += 1

    calls = Thread(target=telephone)
    calls.start()
    try:
        made = []
        for hours in range(3):
            assert miner.comes_to("load")
            now = fixed_clock(company.now + timedelta(hours=hours))
            made.append(backup(company.home, tmp_path, now, "me"))
    finally:
        ended.set()
        calls.join()
        miner.stop()
    legs = []
    for serial, copy in enumerate(made):
        home = Home(tmp_path / f"restored-{serial}")
        restore(home, copy, company.now)
        loaded = len(list(Spool(home.spool).done.glob("*.csv")))
        waiting = len(Spool(home.spool).pending())
        assert (loaded * LEGS, loaded * CALLS) == (totals(home)[0], totals(home)[4])
        restored = Company(home, small_steps=False)
        restored.verify()
        restored.live("mine").end()
        restored.verify()
        legs.append(totals(home)[0])
        assert (loaded + waiting) * LEGS == legs[-1]
    assert legs == sorted(set(legs))
