"""`tariffs`: every version of every price list, since when, by whom, and what it priced."""

from __future__ import annotations

import json
import sys

from rich.markup import escape
from rich.table import Table

from app.cli.common import HomeOption, JsonOption, console, home_of
from warehouse.queries.tariffs import tariff_versions
from warehouse.scope import Scope
from warehouse.snapshot import Snapshots


def tariffs_command(home: HomeOption = None, json_output: JsonOption = False) -> None:
    """List the versions of the tariffs: since when, by whom, and which calls they priced."""
    snapshot = Snapshots(home_of(home).warehouse).current()
    found = tariff_versions(snapshot, Scope(everything=True))
    if json_output:
        sys.stdout.write(json.dumps(found.to_dicts(), default=str) + "\n")
        return
    table = Table("tariff", "version", "loaded (UTC)", "by", "first day", "last day", box=None)
    table.add_column("legs", justify="right")
    for row in found.iter_rows(named=True):
        loaded = row["loaded_at"]
        table.add_row(
            escape(row["tariff"]),
            row["version"],
            "–" if loaded is None else f"{loaded:%Y-%m-%d %H:%M:%S}",
            escape(row["loaded_by"] or "–"),
            *(str(row[name] or "–") for name in ("first_day", "last_day")),
            f"{row['legs']:,}",
        )
    console.print(table)
