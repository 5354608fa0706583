"""What is known of the operation of a home, whether anything runs or not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from app.administration.signs import signs_of_life
from warehouse.errors import TollbookError
from warehouse.home import Home
from warehouse.manifest import SNAPSHOTS, Manifest, read_manifest

SILENT_AFTER: Final = timedelta(minutes=10)
"""A process that runs and has given no sign for so long is stuck, or at something very large."""
_RECORDER: Final = "record-"
_SHOWN_APART: Final = frozenset(
    ("process", "pid", "born", "at", "running", "state", "down", "since", "reason")
)


class Condition(StrEnum):
    """How a process is."""

    RUNNING = "running"
    DOWN = "down"
    """Runs, and cannot reach what it works on."""
    SILENT = "silent"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Process:
    """One process by its last sign of life."""

    name: str
    condition: Condition
    begun_at: datetime
    seen_at: datetime
    reason: str
    """Why it is down."""
    down_since: datetime | None
    facts: dict[str, Any]
    """What else it said of itself."""


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes of the disk, and of what lies on it."""

    free: int
    total: int
    master: int
    snapshots: int
    call_files: int
    logs: int


def processes(home: Home, now: datetime) -> list[Process]:
    """Every process that ever gave a sign here, by name."""
    return [_process(sign, now) for sign in signs_of_life(home)]


def recorder_of(source: str, found: list[Process]) -> Process | None:
    """The process that reads a source."""
    return next((one for one in found if one.name == f"{_RECORDER}{source}"), None)


def published(home: Home) -> tuple[Manifest | None, str]:
    """What is published, and else why it cannot be told."""
    try:
        return read_manifest(home.warehouse / SNAPSHOTS), ""
    except (TollbookError, OSError) as error:
        return None, str(error)


def waiting(home: Home) -> int:
    """Call files that nobody has worked off yet."""
    return sum(not path.name.startswith(".") for path in (home.spool / "incoming").glob("*.csv"))


def room(home: Home) -> Room:
    """What lies where; files that go away meanwhile count nothing."""
    disk = shutil.disk_usage(home.path)
    return Room(
        free=disk.free,
        total=disk.total,
        master=sum(_sizes(home.warehouse, deep=False)),
        snapshots=sum(_sizes(home.warehouse / SNAPSHOTS)),
        call_files=sum(_sizes(home.spool)),
        logs=sum(_sizes(home.logs)),
    )


def _process(sign: dict[str, Any], now: datetime) -> Process:
    seen_at = _instant(sign["at"]) or datetime.min.replace(tzinfo=UTC)
    return Process(
        name=sign["process"],
        condition=_condition(sign, seen_at, now),
        begun_at=datetime.fromtimestamp(sign["born"], UTC),
        seen_at=seen_at,
        reason=str(sign.get("down") or sign.get("reason") or ""),
        down_since=_instant(sign.get("since")) if sign.get("down") else None,
        facts={
            name: value
            for name, value in sign.items()
            if name not in _SHOWN_APART and value not in (None, "", {}, [])
        },
    )


def _condition(sign: dict[str, Any], seen_at: datetime, now: datetime) -> Condition:
    if not sign["running"]:
        return Condition.STOPPED
    if sign.get("down"):
        return Condition.DOWN
    return Condition.SILENT if now - seen_at > SILENT_AFTER else Condition.RUNNING


def _instant(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _sizes(folder: Path, *, deep: bool = True) -> Iterator[int]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if deep:
                yield from _sizes(Path(entry.path))
            continue
        try:
            yield entry.stat(follow_symlinks=False).st_size
        except OSError:
            continue
