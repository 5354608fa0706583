"""`unmatched`: what has no owner, no place or no price, as a list to work off."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.markup import escape
from rich.table import Table

from app.administration.unmatched import What, unmatched
from app.cli.common import HomeOption, JsonOption, console, home_of, say
from warehouse.errors import InvalidInput, Problem
from warehouse.files import replacing
from warehouse.queries.harmless import harmless
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshots

_DAY = ["%Y-%m-%d"]


def unmatched_command(
    what: Annotated[
        list[What] | None, typer.Option(help="Only these; may be said several times.")
    ] = None,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=_DAY, help="First day; the oldest.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=_DAY, help="Last day; the newest.")
    ] = None,
    site: Annotated[list[str] | None, typer.Option(help="Only calls of this site.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write all of it here, as CSV.")] = None,
    limit: Annotated[
        int, typer.Option(min=1, help="Lines of each kind, the most legs first.")
    ] = 500,
    home: HomeOption = None,
    json_output: JsonOption = False,
) -> None:
    """List unknown users, numbers, extensions and gateways, and numbers without a price."""
    if first is not None and last is not None and last < first:
        day = f"{last:%Y-%m-%d}"
        raise InvalidInput([Problem("--to", "before --from", "Exchange them", value=day)])
    filters = Filters(
        first.date() if first else date.min,
        last.date() if last else date.max,
        sites=tuple(site or ()),
    )
    snapshots = Snapshots(home_of(home).warehouse)
    try:
        found = unmatched(snapshots.current(), Scope(everything=True), filters, limit)
    finally:
        snapshots.close()
    if what:
        found = found.filter(pl.col("what").is_in([one.value for one in what]))
    written = found.with_columns(pl.col("first_at", "last_at").dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    if out is not None:
        with replacing(out) as temporary:
            harmless(written).write_csv(temporary)
    if json_output:
        sys.stdout.write(json.dumps(written.to_dicts(), default=str, ensure_ascii=False) + "\n")
    elif out is not None:
        say(f"{found.height:,} lines are in {out}")
    else:
        _show(found)


def _show(found: pl.DataFrame) -> None:
    if found.is_empty():
        console.print("Everything has an owner, a place and a price.")
        return
    table = Table(*(name.replace("_", " ") for name in found.columns), box=None)
    for row in found.iter_rows():
        table.add_row(*("–" if cell is None else escape(_cell(cell)) for cell in row))
    console.print(table)


def _cell(value: Any) -> str:
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
