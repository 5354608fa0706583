"""Errands done: by the miner for whoever asks, or at once where nobody mines."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, is_dataclass
from datetime import UTC
from typing import Any

import structlog

from pipeline.callfile.spool import Spool
from pipeline.keeper.errands import Errand, Errands
from pipeline.keeper.retain import retain
from warehouse.clock import Clock
from warehouse.copy import copy_into
from warehouse.errors import Damaged, InUse, NoRoom, TollbookError, Unavailable
from warehouse.files import replacing
from warehouse.home import Home
from warehouse.ledger import ledger
from warehouse.master import Master, is_open
from warehouse.verify import check_published

Progress = Callable[[int, int], None]
"""Told how much is done, and of how much."""

TRIED_AGAIN_AFTER_S = 5.0

log = structlog.get_logger()


def work_off(home: Home, master: Master, clock: Clock) -> int:
    """Does what others asked of the miner; gives how many errands that were.

    Raises `NoRoom` where the disk is full: whoever asked is told, and the master has to be opened
    anew.
    """
    errands = Errands.of(home)
    done = 0
    for name, errand in errands.taken():
        log.info("errand", kind=errand.kind, by=errand.by)
        try:
            errands.answer(name, plain(do(home, master, errand, clock)))
        except (TollbookError, OSError) as error:
            errands.answer(name, {"error": str(error), "damaged": isinstance(error, Damaged)})
            if isinstance(error, NoRoom):
                raise
        done += 1
    return done


def run(
    home: Home,
    errand: Errand,
    clock: Clock,
    patience_s: float = math.inf,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Does an errand here while nobody mines, else asks the miner and waits.

    Raises `Unavailable` where there is no warehouse, or nobody has begun it after `patience_s`.
    """
    if not (home.warehouse / "master.duckdb").exists():
        raise Unavailable(f"{home.path} has no warehouse yet. Start `tollbook mine`, or correct it")
    end = time.monotonic() + patience_s
    while True:
        # Whoever has the master may be no miner, and soon be through with it.
        with suppress(InUse), Master.open(home.warehouse) as master:
            return plain(do(home, master, errand, clock, progress))
        until = min(end, time.monotonic() + TRIED_AGAIN_AFTER_S)
        answer = Errands.of(home).ask(errand, until, lambda: is_open(home.warehouse))
        if answer is not None:
            return answer
        if time.monotonic() >= end:
            raise Unavailable(
                "the process that has the warehouse open does not answer: `tollbook status` "
                "names it"
            )


def plain(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer as the miner would send it: texts, numbers and lists."""
    sent: dict[str, Any] = json.loads(json.dumps(answer, default=_written))
    return sent


def _written(value: Any) -> Any:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


def do(
    home: Home, master: Master, errand: Errand, clock: Clock, progress: Progress | None = None
) -> dict[str, Any]:
    """What the process that has the master open does, and its answer."""
    if errand.kind == "retain":
        today = clock().astimezone(UTC).date()
        marks = [rule.mark(today) for rule in errand.rules]
        found = retain(master, Spool(home.spool), marks, clock(), errand.by, progress)
        return asdict(found)
    if errand.into is None:
        raise Unavailable(f"{errand.kind}: nowhere to write to")
    if errand.kind == "copy":
        copy_into(master, errand.into)
        return {}
    check = check_published(master, clock())
    with replacing(errand.into) as temporary:
        ledger(master).write_parquet(temporary)
    return {"check": asdict(check)}
