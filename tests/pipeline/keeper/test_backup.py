"""A backup holds one state of everything; a restored home is sound and goes on from there."""

from __future__ import annotations

import shutil
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.keeper import backup as module
from pipeline.keeper.backup import backup
from pipeline.keeper.restore import restore
from warehouse.clock import fixed_clock
from warehouse.errors import Damaged, InvalidInput, Unavailable
from warehouse.home import Home
from warehouse.master import Master

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
CLOCK = fixed_clock(NOW)
NAME = "tollbook-20260630T120000Z"
ALL = "select leg_id, cost, charged_user, file from legs order by leg_id"
DONE = "rome_20260110T120000Z_000001.v1.csv"


class Elsewhere:
    """Another home beside that of a bench, for restoring into."""

    def __init__(self, bench: Any, folder: Path) -> None:
        self.home = Home(folder)
        self._bench = bench

    def settle_in(self) -> Any:
        """A bench on the restored home."""
        return type(self._bench)(self.home.path)


@pytest.fixture
def elsewhere(bench: Any, tmp_path_factory: pytest.TempPathFactory) -> Elsewhere:
    return Elsewhere(bench, tmp_path_factory.mktemp("elsewhere"))


@pytest.fixture
def copied(bench: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for backups of a home in which nobody mines."""
    bench.home.settings.write_text("company = 'Aurora'\n", encoding="utf-8")
    (bench.home.path / "secrets.toml").write_text("PASSWORD = 'x'\n", encoding="utf-8")
    memory = bench.home.spool / "recorder" / "rome"
    memory.mkdir(parents=True)
    for path in (memory.with_suffix(".parquet"), memory / "2026-01-10.parquet"):
        path.write_bytes(b"remembered")
    bench.drop("rome_20260601T120000Z_000007.v1.csv", ("W", "2026-06-01", "anna", "+39061"))
    bench.master.close()
    return tmp_path_factory.mktemp("backups")


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("call_files", [True, False])
def test_a_restored_home_holds_everything_and_verifies(
    bench: Any, copied: Path, elsewhere: Elsewhere, packed: bool, call_files: bool
) -> None:
    made = backup(bench.home, copied, CLOCK, "me", call_files=call_files, packed=packed)
    assert (f"{NAME}.tar.zst" if packed else NAME) == made.name
    restore(elsewhere.home, made, NOW)
    found = elsewhere.settle_in()
    bench.master = Master.open(bench.home.warehouse)
    assert bench.published(ALL) == found.published(ALL)
    found.check()
    there = {
        path.relative_to(elsewhere.home.path).as_posix()
        for path in elsewhere.home.path.rglob("*")
        if path.is_file()
    }
    expected = {
        "tollbook.toml",
        "tariffs.csv",
        "users.csv",
        "spool/recorder/rome.parquet",
        "spool/recorder/rome/2026-01-10.parquet",
        "spool/incoming/rome_20260601T120000Z_000007.v1.csv",
    }
    assert expected <= there
    assert "secrets.toml" not in there
    assert call_files == (f"spool/done/{DONE}" in there)
    assert [] == [path for path in copied.iterdir() if path != made and path.suffix != ".lock"]
    found.mine()
    bench.mine()
    assert bench.published(ALL) == found.published(ALL)
    found.check()
    found.master.close()


def test_whatever_moves_on_during_the_copy_is_in_it_once(
    bench: Any, copied: Path, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each step of the copy another call file is mined, and another one arrives."""
    serial = iter(range(100, 200))
    copy = module.run

    def go_on(*_: Any) -> None:
        bench.master = Master.open(bench.home.warehouse)
        bench.mine()
        bench.master.close()
        number = next(serial)
        row = (f"Z{number}", "2026-06-02", "anna", "+390612345678")
        bench.drop(f"rome_20260602T120000Z_{number:06}.v1.csv", row)

    def copy_later(*arguments: Any) -> Any:
        go_on()
        return copy(*arguments)

    monkeypatch.setattr(module, "run", copy_later)
    made = backup(bench.home, copied, CLOCK, "me", step=go_on)
    restore(elsewhere.home, made, NOW)
    found = elsewhere.settle_in()
    found.check()
    folders = (bench.spool.incoming, bench.spool.done)
    for path in (path for folder in folders for path in folder.iterdir()):
        # What came later the source brings again: the recorder's memory is older than it.
        if not found.spool.knows(path.name):
            shutil.copy(path, found.spool.incoming / path.name)
    found.mine()
    bench.master = Master.open(bench.home.warehouse)
    bench.mine()
    assert bench.published(ALL) == found.published(ALL)
    found.check()
    found.master.close()


def test_a_used_home_is_not_touched_unless_told(bench: Any, copied: Path) -> None:
    made = backup(bench.home, copied, CLOCK, "me")
    with pytest.raises(InvalidInput, match=r"not empty: it has .*tollbook\.toml"):
        restore(bench.home, made, NOW)
    bench.home.users.write_text("user,name,department\n", encoding="utf-8")
    (bench.spool.done / DONE).unlink()
    restore(bench.home, made, NOW, replace=True)
    assert "Anna Bianchi" in bench.home.users.read_text(encoding="utf-8")
    assert (bench.spool.done / DONE).exists()
    assert (bench.home.path / "secrets.toml").exists()
    aside = bench.home.path / "replaced-20260630T120000Z"
    assert "user,name,department\n" == (aside / "users.csv").read_text(encoding="utf-8")
    bench.master = Master.open(bench.home.warehouse)
    bench.check()


def test_nobody_may_work_in_a_home_that_is_replaced(bench: Any, copied: Path) -> None:
    made = backup(bench.home, copied, CLOCK, "me")
    with Master.open(bench.home.warehouse), pytest.raises(Unavailable, match=r"master\.lock"):
        restore(bench.home, made, NOW, replace=True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda folder: (folder / "users.csv").write_text("user\n"), "users.csv has changed"),
        (lambda folder: (folder / "users.csv").unlink(), "users.csv is missing"),
        (lambda folder: (folder / "more.csv").write_text(""), "more.csv does not belong there"),
    ],
)
def test_a_changed_backup_is_refused_before_anything_is_touched(
    bench: Any, copied: Path, elsewhere: Elsewhere, change: Any, words: str
) -> None:
    made = backup(bench.home, copied, CLOCK, "me", packed=False)
    change(made)
    with pytest.raises(Damaged, match=words):
        restore(elsewhere.home, made, NOW)
    assert [] == [path.name for path in elsewhere.home.path.iterdir() if path.name != "status"]


def test_what_is_no_backup_is_refused(bench: Any, tmp_path: Path, elsewhere: Elsewhere) -> None:
    for path in (tmp_path / "absent", bench.home.users, bench.home.spool):
        with pytest.raises(InvalidInput, match="not a backup"):
            restore(elsewhere.home, path, NOW)


def test_a_packed_backup_that_was_cut_short_is_refused(
    bench: Any, copied: Path, elsewhere: Elsewhere
) -> None:
    made = backup(bench.home, copied, CLOCK, "me")
    made.write_bytes(made.read_bytes()[:-2000])
    with pytest.raises((InvalidInput, Damaged)):
        restore(elsewhere.home, made, NOW)
    assert not (elsewhere.home.path / "warehouse").exists()


def test_a_packed_backup_cannot_write_outside_the_home(
    tmp_path: Path, elsewhere: Elsewhere, bench: Any
) -> None:
    import pyarrow as pa

    evil = tmp_path / "evil.tar.zst"
    with (
        pa.CompressedOutputStream(str(evil), "zstd") as packed,
        tarfile.open(fileobj=packed, mode="w|") as archive,
    ):
        archive.add(bench.home.users, "../outside.csv")
    with pytest.raises(Damaged, match="no file of a home"):
        restore(elsewhere.home, evil, NOW)
    assert not (elsewhere.home.path.parent / "outside.csv").exists()


@pytest.mark.parametrize("moment", ["tollbook.toml", "spool", "warehouse"])
def test_a_restore_that_was_broken_off_can_be_called_again(
    bench: Any, copied: Path, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    made = backup(bench.home, copied, CLOCK, "me")
    real = Path.replace

    def break_off(self: Path, target: Any) -> Path:
        if self.name == moment and self.parent.name.endswith("restore.partial"):
            raise KeyboardInterrupt
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", break_off)
        with pytest.raises(KeyboardInterrupt):
            restore(elsewhere.home, made, NOW)
    assert not elsewhere.home.settings.exists()
    restore(elsewhere.home, made, NOW)
    found = elsewhere.settle_in()
    found.check()
    found.master.close()
