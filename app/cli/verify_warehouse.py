"""`verify` without a source: does the warehouse hold what its own records say?"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from app.administration import verified
from app.cli.common import progress_bar, show, who
from pipeline.callfile.spool import Spool
from pipeline.keeper.errands import Errand
from pipeline.keeper.ledger import check_ledger, filed
from pipeline.keeper.service import run
from warehouse.clock import Clock
from warehouse.errors import Damaged, TollbookError, Unavailable
from warehouse.home import Home
from warehouse.snapshot import NothingPublished, Snapshots
from warehouse.verify import Check, check_sums, check_totals

PATIENCE_S = 60.0
"""How long a running miner is given to answer, unless told otherwise."""

SHOWN = 40
"""Differences of one kind that a terminal shows."""

WaitOption = Annotated[
    float, typer.Option("--wait", min=0, help="Seconds that a running miner has to answer.")
]


def verify_warehouse(place: Home, clock: Clock, patience_s: float, *, json_output: bool) -> None:
    """Compares call files, master, snapshot and sums with each other, to the last row."""
    checks = look(place, clock, patience_s)
    sound = not any(check.differences for check in checks)
    complete = not any(check.unseen for check in checks)
    told = [words for check in checks for words in _words(check)]
    verified.note(place, verified.WAREHOUSE, clock(), told, sound=sound, complete=complete)
    if json_output:
        answer = {"sound": sound, "complete": complete, "checks": [asdict(one) for one in checks]}
        sys.stdout.write(json.dumps(answer) + "\n")
    else:
        for check in checks:
            _tell(check)
        if not sound:
            show("The warehouse and its records differ.")
        else:
            show("Everything agrees." if complete else "What could be looked at agrees.")
    if not sound:
        raise typer.Exit(1)


def look(place: Home, clock: Clock, patience_s: float) -> list[Check]:
    """Every check, in order; what a busy master shuts out is told as unseen."""
    with ExitStack() as stack, progress_bar() as bar:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tollbook-")))

        def steps(what: str) -> Callable[[int, int], None]:
            task = bar.add_task(what, total=None)
            return lambda done, of: bar.update(task, completed=done, total=of)

        spool = Spool(place.spool)
        before = filed(spool)
        checks = _of_master(place, clock, patience_s, folder / "ledger.parquet")
        if (folder / "ledger.parquet").exists():
            known = pl.read_parquet(folder / "ledger.parquet")
            checks.append(check_ledger(spool, known, before, steps("Reading call files")))
        snapshots = Snapshots(place.warehouse)
        stack.callback(snapshots.close)
        try:
            snapshot = snapshots.current()
        except NothingPublished as error:
            return [*checks, Check("published files = manifest", "nothing", unseen=str(error))]
        except Damaged as error:
            return [*checks, Check("published files = manifest", "nothing", (str(error),))]
        checks.append(check_totals(snapshot))
        checks.append(check_sums(snapshot, steps("Counting days again")))
    return checks


def _of_master(place: Home, clock: Clock, patience_s: float, ledger: Path) -> list[Check]:
    """What only the process that has the master open can tell; the ledger goes into a file."""
    errand = Errand(kind="verify", by=who(), into=ledger)
    try:
        answer = run(place, errand, clock, patience_s)
    except Unavailable as error:
        return [
            Check(what, "nothing", unseen=str(error))
            for what in ("published snapshot = master", "ledger = call files")
        ]
    except TollbookError as error:
        return [Check("published snapshot = master", "nothing", (str(error),))]
    check = answer["check"]
    return [Check(**check | {"differences": tuple(check["differences"])})]


def _tell(check: Check) -> None:
    for words in _words(check):
        show(words)


def _words(check: Check) -> Iterator[str]:
    sign = "✗" if check.differences else "?" if check.unseen else "✓"
    yield f"{sign} {check.what}: {check.unseen or check.looked_at}"
    for words in check.differences[:SHOWN]:
        yield f"    {words}"
    more = len(check.differences) - SHOWN
    if more > 0:
        yield f"    … and {more:,} more: --json tells all of them"
