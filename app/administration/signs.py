"""Signs of life: one small file per process, for `tollbook status` and the pages."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC
from pathlib import Path
from typing import Any

import psutil

from warehouse.clock import Clock
from warehouse.home import Home

WRITTEN_AT_MOST_EVERY_S = 1.0

SAME_BIRTH_S = 2.0
"""How exactly two looks at one process agree on when it began."""

_last: dict[Path, tuple[float, dict[str, Any]]] = {}
"""Per file, when this process wrote it (monotonic) and what it said."""


def show_life(home: Home, process: str, clock: Clock, **facts: Any) -> None:
    """Notes that `process` is alive and what it last did.

    Writes nothing where the same was said a moment ago.
    """
    path = home.status / f"{process}.json"
    now = time.monotonic()
    written, said = _last.get(path, (-WRITTEN_AT_MOST_EVERY_S, {}))
    if said == facts and now - written < WRITTEN_AT_MOST_EVERY_S:
        return
    _last[path] = (now, facts)
    sign = {
        "process": process,
        "pid": os.getpid(),
        "born": psutil.Process().create_time(),
        "at": clock().astimezone(UTC).isoformat(timespec="seconds"),
        **facts,
    }
    # Not synced: after a power cut nothing that it says would be true.
    home.status.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.write_text(json.dumps(sign, default=str), encoding="utf-8")
    temporary.replace(path)


def signs_of_life(home: Home) -> list[dict[str, Any]]:
    """The last sign of every process, with `running`: whether that process is still there."""
    signs = []
    for path in sorted(home.status.glob("*.json")):
        try:
            sign = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if _is_sign(sign):
            sign["running"] = _runs(sign["pid"], sign["born"])
            signs.append(sign)
    return signs


def _is_sign(found: Any) -> bool:
    kinds = {"process": str, "pid": int, "born": int | float, "at": str}
    return isinstance(found, dict) and all(
        isinstance(found.get(name), kind) for name, kind in kinds.items()
    )


def _runs(pid: int, born: float) -> bool:
    """Whether the process still runs; its number may have been given to another one since."""
    try:
        found = psutil.Process(pid)
        is_same = abs(found.create_time() - born) < SAME_BIRTH_S
        return bool(is_same and found.status() != psutil.STATUS_ZOMBIE)
    except (psutil.Error, ValueError, OverflowError):
        return False
