"""`status`: is everything alive, how fresh are the figures, what waits for a person."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.table import Table

from app.cli.common import HomeOption, JsonOption, console, home_of
from app.cli.signs import signs_of_life
from pipeline.callfile.spool import Spool
from warehouse.home import Home
from warehouse.snapshot import NothingPublished, Snapshots


def status(home: HomeOption = None, json_output: JsonOption = False) -> None:
    """Show processes, freshness, and what waits or was put aside."""
    place = home_of(home)
    facts = _facts(place)
    if json_output:
        sys.stdout.write(json.dumps(facts, default=str) + "\n")
        return
    processes = Table("process", "running", "pid", "last sign of life (UTC)", "it says", box=None)
    for sign in facts["processes"]:
        said = {key: value for key, value in sign.items() if key not in _COMMON and value}
        processes.add_row(
            sign["process"],
            "yes" if sign["running"] else "[red]no[/]",
            str(sign["pid"]),
            sign["at"],
            ", ".join(f"{key}: {value}" for key, value in said.items()),
        )
    console.print(processes)
    sources = Table("source", "newest call (UTC)", "loaded (UTC)", box=None)
    for source in facts["sources"]:
        sources.add_row(*(str(value) for value in source.values()))
    console.print(sources)
    console.print(
        f"call files: {facts['waiting']} waiting, {facts['rejected']} with rejected rows in "
        f"{Spool(place.spool).rejected}; snapshot {facts['snapshot'] or 'none yet'}",
        highlight=False,
    )


_COMMON = ("process", "pid", "at", "running")


def _facts(place: Home) -> dict[str, Any]:
    spool = Spool(place.spool)
    facts: dict[str, Any] = {
        "home": str(place.path),
        "processes": signs_of_life(place),
        "waiting": len(spool.pending()),
        "rejected": len(list(spool.rejected.glob("*.csv"))),
        "sources": [],
        "snapshot": None,
    }
    try:
        manifest = Snapshots(place.warehouse).current().manifest
    except NothingPublished:
        return facts
    facts["snapshot"] = manifest.version
    facts["sources"] = [source.model_dump() for source in manifest.sources]
    return facts
