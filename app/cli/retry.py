"""`retry`: what was rejected, once more."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from app.cli.common import (
    FAILED,
    HomeOption,
    JsonOption,
    NowOption,
    clock_of,
    console,
    home_of,
    show,
)
from app.cli.logs import start_logs
from app.cli.mining import mine_once
from app.cli.settings import load_settings
from pipeline.callfile.retry import Outcome, Retried, became_of, put_back, rejected_files
from pipeline.callfile.spool import Spool
from warehouse.clock import Clock
from warehouse.errors import InUse, InvalidInput, Problem
from warehouse.home import Home

LOOKED_FOR_EVERY_S = 0.2

_SAID = {
    Outcome.LOADED: "stored",
    Outcome.PARTLY: "stored but for some rows, which are kept with their reasons",
    Outcome.REJECTED: "still rejected",
    Outcome.WAITING: "put back, and not worked off yet",
}


def retry_command(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]…", help="Names in spool/rejected.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything that lies there.")] = False,
    wait: Annotated[
        float, typer.Option("--wait", min=0, help="Seconds that a running miner has for it.")
    ] = 60,
    home: HomeOption = None,
    now: NowOption = None,
    json_output: JsonOption = False,
) -> None:
    """Process rejected files again, after you have mended them or what was wrong with them."""
    place, clock = home_of(home), clock_of(now)
    start_logs(place, "retry")
    spool = Spool(place.spool)
    chosen = _chosen(spool, files or [], everything=everything)
    put = [put_back(spool, path) for path in chosen]
    _let_be_mined(place, clock, put, wait)
    found = [became_of(spool, one) for one in put]
    if json_output:
        sys.stdout.write(json.dumps({"files": [asdict(one) for one in found]}) + "\n")
    else:
        _show(found)
    if any(one.outcome in {Outcome.PARTLY, Outcome.REJECTED} for one in found):
        raise typer.Exit(FAILED)


def _chosen(spool: Spool, names: list[str], *, everything: bool) -> list[Path]:
    there = {path.name: path for path in rejected_files(spool)}
    if everything:
        return list(there.values())
    some = f"There are {', '.join(list(there)[:5])}" if there else "Nothing is rejected"
    if not names:
        raise InvalidInput([Problem("FILE", "which file is not said", f"{some}; --all for all")])
    wrong = [name for name in names if Path(name).name not in there]
    if wrong:
        raise InvalidInput(
            Problem(str(spool.rejected), "no such file there", some, value=name) for name in wrong
        )
    return [there[name] for name in dict.fromkeys(Path(name).name for name in names)]


def _let_be_mined(place: Home, clock: Clock, put: list[Retried], patience_s: float) -> None:
    """Mines here while nobody else does, else waits for the miner to come to the files."""
    settings = load_settings(place.settings)
    incoming = Spool(place.spool).incoming
    waiting = [incoming / one.file for one in put if one.outcome == Outcome.WAITING]
    end = time.monotonic() + patience_s
    while any(path.exists() for path in waiting):
        try:
            mine_once(place, settings, clock)
        except InUse:
            if time.monotonic() >= end:
                return
        else:
            return
        time.sleep(LOOKED_FOR_EVERY_S)


def _show(found: list[Retried]) -> None:
    table = Table("file", "rows", "rejected", "", box=None)
    for one in found:
        table.add_row(escape(one.file), f"{one.rows:,}", f"{one.rejected:,}", _SAID[one.outcome])
    console.print(table)
    for one in found:
        if one.reason is not None:
            show(one.reason)
