"""A copy of everything that a home cannot get again, taken while all goes on."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.callfile.spool import Spool
from pipeline.keeper.archive import Contents, File, pack
from pipeline.keeper.errands import Errand
from pipeline.keeper.ledger import hash_of
from pipeline.keeper.service import run
from warehouse.clock import Clock
from warehouse.errors import Unavailable
from warehouse.files import sync_folder
from warehouse.home import Home
from warehouse.ledger import ledger, note_all_pruned
from warehouse.master import Master
from warehouse.migrate import schema_version

SECRETS = "secrets.toml"
STATE = "state.db"
_UNFINISHED = ".tollbook-backup.partial"

Step = Callable[[str], None]
"""Told what is being copied."""


def backup(
    home: Home,
    folder: Path,
    clock: Clock,
    by: str,
    *,
    call_files: bool = True,
    packed: bool = True,
    step: Step = lambda _: None,
) -> Path:
    """Copies settings, tables, recorders' memory, call files and the warehouse into `folder`.

    Gives the new file `tollbook-<UTC>.tar.zst`, or folder of that name, which is there when it is
    complete. With `call_files` those that were worked off come along. Passwords do not. Raises
    `Unavailable` where there is nothing to copy, or another backup goes into the same folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made_at = clock()
    unfinished = folder / _UNFINISHED
    try:
        lock = FileLock(folder / f"{_UNFINISHED}.lock").acquire(timeout=0)
    except Timeout:
        raise Unavailable(f"another backup is being written to {folder}") from None
    with lock:
        shutil.rmtree(unfinished, ignore_errors=True)
        try:
            _gather(home, unfinished, clock, by, call_files=call_files, step=step)
            step("manifest")
            contents = Contents(
                made_at=made_at,
                schema_version=schema_version(),
                call_files=call_files,
                files=_listed(unfinished),
            )
            contents.write(unfinished)
            target = folder / f"tollbook-{made_at:%Y%m%dT%H%M%SZ}"
            if packed:
                step("archive")
                target = target.with_name(f"{target.name}.tar.zst")
                pack(unfinished, contents, target)
            else:
                unfinished.replace(target)
                sync_folder(folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return target


def _gather(home: Home, to: Path, clock: Clock, by: str, *, call_files: bool, step: Step) -> None:
    """Copies in the order in which a call travels, so that none can slip past.

    A call that a recorder remembers as written lies in a call file by then; a call file that has
    left the spool when the spool is copied is in the warehouse before the warehouse is.
    """
    spool, copied = Spool(home.spool), Spool(to / "spool")
    step("settings and tables")
    for path in sorted((*home.path.glob("*.toml"), *home.path.glob("*.csv"))):
        if path.is_file() and path.name != SECRETS:
            _copy(path, to / path.name)
    _copy_state(home.path / STATE, to / STATE)
    step("recorders")
    # The state of a recorder before what it has set aside: it may forget that, not the state.
    memory = sorted(home.spool.glob("recorder/**/*.parquet"), key=lambda path: len(path.parts))
    for path in memory:
        _copy(path, to / "spool" / path.relative_to(home.spool))
    step("waiting call files")
    for path in spool.pending():
        _copy(path, copied.incoming / path.name)
    for path in sorted(spool.rejected.glob("*")):
        if path.is_file() and not path.name.startswith("."):
            _copy(path, copied.rejected / path.name)
    step("warehouse")
    master = to / "warehouse" / "master.duckdb"
    master.parent.mkdir(parents=True)
    run(home, Errand(kind="copy", by=by, into=master), clock)
    step("call files")
    with Master.open(master.parent) as opened:
        known = ledger(opened)
        if not call_files:
            note_all_pruned(opened, clock())
    if call_files:
        kept = known.filter(~known["pruned"] | known["remainder"].is_not_null())
        hashes = {*kept["sha256"], *kept["remainder"].drop_nulls()}
        _copy_loaded(spool, copied, hashes)
    for left in ("master.lock", "temporary"):
        path = master.parent / left
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _copy_loaded(spool: Spool, copied: Spool, hashes: set[str]) -> None:
    """Call files that the copied warehouse knows; those that came later are not for it."""
    for path in (*spool.pending(), *sorted(spool.done.glob("*.csv"))):
        place = path if path.exists() else spool.done / path.name
        if not place.exists() or hash_of(place) not in hashes:
            continue
        _copy(place, copied.done / path.name)
        (copied.incoming / path.name).unlink(missing_ok=True)


def _copy(path: Path, to: Path) -> None:
    """Copies a file that is only ever replaced as a whole; one that has gone is left out."""
    to.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copy2(path, to)
    except FileNotFoundError:
        to.unlink(missing_ok=True)


def _copy_state(path: Path, to: Path) -> None:
    """Copies an SQLite database that others may be writing."""
    if path.exists():
        with closing(sqlite3.connect(path)) as origin, closing(sqlite3.connect(to)) as copy:
            origin.backup(copy)


def _listed(folder: Path) -> tuple[File, ...]:
    return tuple(
        File(
            path=path.relative_to(folder).as_posix(),
            size=path.stat().st_size,
            sha256=hash_of(path),
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )
