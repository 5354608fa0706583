"""A home out of a backup."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.callfile.spool import Spool
from pipeline.keeper.archive import unpack
from pipeline.keeper.backup import SECRETS, STATE
from warehouse.errors import InvalidInput, Problem, Unavailable
from warehouse.files import sync_folder
from warehouse.home import Home
from warehouse.manifest import Manifest
from warehouse.master import Master
from warehouse.publish import publish

_UNFINISHED = ".tollbook-restore.partial"
_OURS = ("spool", "warehouse", STATE)
_TABLES = (".toml", ".csv")
_HARMLESS = (SECRETS, "logs", "status", "cache", _UNFINISHED)


def restore(home: Home, backup: Path, now: datetime, *, replace: bool = False) -> Manifest:
    """Makes the home what it was when the backup was begun, and publishes.

    Nothing is touched before the backup has been compared with its manifest. With `replace` what
    is in the way is moved into a folder `replaced-<UTC>` of the home. Ended in between, it can be
    called again. Raises `InvalidInput` where the home is in use and not to be replaced, or the
    backup is none; `Unavailable` while a process works in it; `Damaged` for a changed backup.
    """
    home.path.mkdir(parents=True, exist_ok=True)
    unfinished = home.path / _UNFINISHED
    found = sorted(path.name for path in home.path.iterdir() if path.name not in _HARMLESS)
    if found and not replace and not unfinished.exists():
        raise InvalidInput(
            [
                Problem(
                    str(home.path),
                    f"the home is not empty: it has {', '.join(found)}",
                    "Choose another one with --home, or say --replace: what a backup brings is "
                    "then put aside first",
                )
            ]
        )
    with _alone(home):
        shutil.rmtree(unfinished, ignore_errors=True)
        try:
            unpack(backup, unfinished)
            # A warehouse of a newer program says so here, with nothing touched yet.
            with Master.open(unfinished / "warehouse"):
                pass
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        _exchange(home, unfinished, now)
        Spool(home.spool).make()
        with Master.open(home.warehouse) as master:
            return publish(master, now)


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    """Sees to it that nobody works in the home, and that nobody starts everything meanwhile."""
    home.status.mkdir(parents=True, exist_ok=True)
    others = [home.warehouse / "master.lock", *home.recorder.glob("*.lock")]
    try:
        for lock in others:
            if lock.exists():
                with FileLock(lock).acquire(timeout=0):
                    pass
        with FileLock(home.status / "run.lock").acquire(timeout=0):
            yield
    except Timeout as error:
        raise Unavailable(
            f"a process works in {home.path} (it holds {error.lock_file}): end it first, "
            "`tollbook status` names it"
        ) from None


def _exchange(home: Home, unfinished: Path, now: datetime) -> None:
    """Puts what was there aside, and what was unpacked in its place, the settings last.

    Without settings no process starts: ended in between, nobody works with half a home.
    """
    aside = home.path / f"replaced-{now:%Y%m%dT%H%M%SZ}"
    for path in sorted(home.path.iterdir(), key=_settings_first):
        if path.name in _OURS or (path.suffix in _TABLES and path.name != SECRETS):
            aside.mkdir(exist_ok=True)
            path.replace(aside / path.name)
    for path in sorted(unfinished.iterdir(), key=_settings_first, reverse=True):
        path.replace(home.path / path.name)
    sync_folder(home.path)
    unfinished.rmdir()


def _settings_first(path: Path) -> bool:
    return path.name != "tollbook.toml"
