"""`status`: is everything alive, how fresh are the figures, what waits for a person."""

from __future__ import annotations

import json
import sys
from typing import Any

import duckdb
from rich.markup import escape
from rich.table import Table

from app.administration.signs import signs_of_life
from app.cli.common import HomeOption, JsonOption, console, home_of, show
from pipeline.callfile.spool import Spool
from warehouse.errors import TollbookError
from warehouse.home import Home
from warehouse.snapshot import NothingPublished, Snapshots


def status(home: HomeOption = None, json_output: JsonOption = False) -> None:
    """Show processes, freshness, and what waits or was put aside."""
    place = home_of(home)
    facts = _facts(place)
    if json_output:
        sys.stdout.write(json.dumps(facts, default=str) + "\n")
        return
    processes = Table("process", "running", "pid", "last sign of life (UTC)", box=None)
    for sign in facts["processes"]:
        processes.add_row(
            escape(sign["process"]),
            "yes" if sign["running"] else "[red]no[/]",
            str(sign["pid"]),
            escape(sign["at"]),
        )
    console.print(processes)
    for sign in facts["processes"]:
        # In a column of the table, the reason why a source is down would be cut to pieces.
        said = {key: value for key, value in sign.items() if key not in _COMMON and value}
        if said:
            told = ", ".join(f"{key}: {value}" for key, value in said.items())
            show(f"{sign['process']} says {told}")
    sources = Table("source", "newest call (UTC)", "loaded (UTC)", box=None)
    for source in facts["sources"]:
        sources.add_row(*(escape(str(value)) for value in source.values()))
    console.print(sources)
    show(
        f"call files: {facts['waiting']} waiting, {facts['rejected']} with rejected rows in "
        f"{Spool(place.spool).rejected}"
    )
    show(f"snapshot: {facts['snapshot_error'] or facts['snapshot'] or 'none yet'}")


_COMMON = ("process", "pid", "born", "at", "running")


def _facts(place: Home) -> dict[str, Any]:
    spool = Spool(place.spool)
    facts: dict[str, Any] = {
        "home": str(place.path),
        "processes": signs_of_life(place),
        "waiting": len(spool.pending()),
        "rejected": len(list(spool.rejected.glob("*.csv"))),
        "sources": [],
        "snapshot": None,
        "snapshot_error": None,
    }
    snapshots = Snapshots(place.warehouse)
    try:
        manifest = snapshots.current().manifest
    except NothingPublished:
        return facts
    except (TollbookError, OSError, duckdb.Error) as error:
        # Processes and spool are to be seen all the more while this is wrong.
        facts["snapshot_error"] = str(error)
        return facts
    finally:
        snapshots.close()
    facts["snapshot"] = manifest.version
    facts["sources"] = [source.model_dump() for source in manifest.sources]
    return facts
