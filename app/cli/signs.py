"""Signs of life: one small file per process, for `tollbook status` and the pages."""

from __future__ import annotations

import json
import os
from datetime import UTC
from typing import Any

import psutil

from warehouse.clock import Clock
from warehouse.files import write_text
from warehouse.home import Home


def show_life(home: Home, process: str, clock: Clock, **facts: Any) -> None:
    """Notes that `process` is alive and what it last did."""
    sign = {
        "process": process,
        "pid": os.getpid(),
        "at": clock().astimezone(UTC).isoformat(timespec="seconds"),
        **facts,
    }
    write_text(home.status / f"{process}.json", json.dumps(sign, default=str))


def signs_of_life(home: Home) -> list[dict[str, Any]]:
    """The last sign of every process, with `running`: whether that process is still there."""
    signs = []
    for path in sorted(home.status.glob("*.json")):
        try:
            sign = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        sign["running"] = psutil.pid_exists(sign.get("pid", -1))
        signs.append(sign)
    return signs
