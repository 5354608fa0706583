"""`retain`: deletes or anonymises what has been kept for long enough."""

from __future__ import annotations

import json
import sys
from datetime import UTC
from typing import Annotated, Any

import typer
from rich.table import Table

from app.cli.common import (
    HomeOption,
    JsonOption,
    NowOption,
    clock_of,
    console,
    home_of,
    progress_bar,
    say,
    show,
    who,
)
from app.cli.settings import load_settings
from pipeline.keeper.errands import Errand
from pipeline.keeper.retain import look
from pipeline.keeper.rules import RetainRule
from pipeline.keeper.service import plain, run
from warehouse.clock import Clock
from warehouse.home import Home
from warehouse.snapshot import Snapshots


def retain_command(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing, count what is due.")
    ] = False,
    home: HomeOption = None,
    now: NowOption = None,
    json_output: JsonOption = False,
) -> None:
    """Delete or anonymise calls as the `retain` tables of the settings say."""
    place, clock = home_of(home), clock_of(now)
    rules = load_settings(place.settings).retain
    if not rules:
        say(f"{place.settings} has no [[retain]] table: everything is kept")
    found = _counted(place, rules, clock) if dry_run else _done(place, rules, clock)
    if json_output:
        sys.stdout.write(json.dumps(found) + "\n")
        return
    table = Table("rule", "before", "legs", "days", "first", "last", box=None)
    for one in found["found"]:
        table.add_row(
            one["rule"],
            one["before"],
            f"{one['legs']:,}",
            f"{one['days']:,}",
            one["first"] or "–",
            one["last"] or "–",
        )
    console.print(table, highlight=False, markup=False)
    if not dry_run:
        show(f"{found['files']:,} call files were cut or removed.")


def _counted(place: Home, rules: tuple[RetainRule, ...], clock: Clock) -> dict[str, Any]:
    today = clock().astimezone(UTC).date()
    snapshots = Snapshots(place.warehouse)
    try:
        found = look(snapshots.current(), [rule.mark(today) for rule in rules])
    finally:
        snapshots.close()
    return plain({"found": found})


def _done(place: Home, rules: tuple[RetainRule, ...], clock: Clock) -> dict[str, Any]:
    errand = Errand(kind="retain", by=who(), rules=rules)
    with progress_bar() as bar:
        task = bar.add_task("Taking away what is due", total=None)
        return run(
            place,
            errand,
            clock,
            progress=lambda done, of: bar.update(task, completed=done, total=of),
        )
