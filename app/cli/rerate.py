"""`rerate`: prices history again, or says what other prices would change."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.markup import escape
from rich.table import Table

from app.cli.common import HomeOption, JsonOption, console, home_of, progress_bar, who
from app.cli.requests import ask_the_miner, books_of
from app.cli.settings import Settings, load_settings
from pipeline.miner.requests import RerateRequest
from pipeline.miner.rerate import from_text, rerate
from warehouse.errors import InvalidInput, Problem
from warehouse.files import replacing
from warehouse.home import Home
from warehouse.snapshot import Snapshots

SHOWN = 40
"""Rows of the report that a terminal shows; a file holds all of them."""


def rerate_command(
    first: Annotated[
        datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day, YYYY-MM-DD.")
    ],
    last: Annotated[
        datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day, YYYY-MM-DD.")
    ],
    tariffs: Annotated[
        Path | None, typer.Option(help="Another price list than the home's.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing, show the differences.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Write all differences here, as CSV.")] = None,
    home: HomeOption = None,
    json_output: JsonOption = False,
) -> None:
    """Price the stored calls of some days again and show what changes."""
    if last < first:
        raise InvalidInput(
            [Problem("--to", "before --from", "Exchange them", value=f"{last:%Y-%m-%d}")]
        )
    place = home_of(home)
    settings = load_settings(place.settings)
    request = RerateRequest(
        first.date(),
        last.date(),
        str(tariffs.resolve()) if tariffs else None,
        who(),
    )
    found = (
        _dry_run(place, settings, request)
        if dry_run
        else from_text(ask_the_miner(place, settings, request))
    )
    if out is not None:
        with replacing(out) as temporary:
            found.write_csv(temporary)
    _show(found, dry_run=dry_run, as_json=json_output)


def _dry_run(place: Home, settings: Settings, request: RerateRequest) -> pl.DataFrame:
    books = books_of(place, settings, request)
    snapshot = Snapshots(place.warehouse).current()
    with progress_bar() as bar:
        task = bar.add_task("Pricing days", total=None)
        return rerate(
            snapshot,
            books.directory,
            books.tariffs,
            settings.source_sites,
            request.first,
            request.last,
            lambda done, of: bar.update(task, completed=done, total=of),
        )


def _show(found: pl.DataFrame, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(found.to_dicts(), default=str) + "\n")
        return
    table = Table(*(name.replace("_", " ") for name in found.columns), box=None)
    for row in found.head(SHOWN).iter_rows():
        table.add_row(*("–" if cell is None else escape(str(cell)) for cell in row))
    console.print(table)
    if found.height > SHOWN:
        console.print(f"… and {found.height - SHOWN:,} more: --out FILE writes all of them")
    for currency, *money in (
        found.group_by("currency")
        .agg(pl.col("before", "after", "charge_before", "charge_after").sum())
        .sort("currency")
        .iter_rows()
    ):
        for what, before, after in (("cost", *money[:2]), ("charge", *money[2:])):
            console.print(
                f"{currency or 'no currency'}, {what}: {before} → {after} ({after - before:+})",
                highlight=False,
            )
    console.print(
        f"{found['changed'].sum():,} legs {'would change' if dry_run else 'changed'}.",
        highlight=False,
    )
