"""`verify --mirror`: is the company's copy of the calls what the warehouse is?"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import typer
from rich.markup import escape
from rich.table import Table

from app.administration import verified
from app.cli.common import console, progress_bar, show
from app.cli.mirror_server import mirror_server, mirror_settings
from app.cli.settings import load_settings
from warehouse.clock import Clock
from warehouse.files import replacing
from warehouse.home import Home
from warehouse.queries.harmless import harmless
from warehouse.snapshot import Snapshots

if TYPE_CHECKING:
    from warehouse.mirror.verify import Comparison

SHOWN = 40
"""Differences of one kind that a terminal shows; a file holds all of them."""
SHOWN_AS_JSON = 1000
_MEASURES = ("rows", "talk_s", "cost", "charge", "tax")


def verify_mirror(
    place: Home,
    clock: Clock,
    first: date | None,
    last: date | None,
    csv: Path | None,
    *,
    every_cell: bool,
    json_output: bool,
) -> None:
    """Tells of every day what both sides hold, and ends with exit code 1 where they differ."""
    settings = mirror_settings(place, load_settings(place.settings))
    snapshots = Snapshots(place.warehouse)
    try:
        with mirror_server(settings) as server, progress_bar() as bar:
            from warehouse.mirror.verify import compare  # noqa: PLC0415 - needs ODBC

            task = bar.add_task("Comparing days", total=None)
            found = compare(
                server,
                snapshots.current(),
                every_cell=every_cell,
                wanted=_between(first, last),
                progress=lambda did, of: bar.update(task, completed=did, total=of),
            )
    finally:
        snapshots.close()
    days = _days(found)
    verified.note(
        place,
        verified.MIRROR,
        clock(),
        list(_conclusion(found, days)),
        sound=found.is_sound,
        complete=not found.waiting,
    )
    if csv is not None:
        with replacing(csv) as temporary:
            harmless(found.rows.with_columns(pl.col("day").cast(pl.String))).write_csv(temporary)
    if json_output:
        sys.stdout.write(json.dumps(_told(found, days)) + "\n")
    else:
        _show(found, days, csv)
    if not found.is_sound:
        raise typer.Exit(1)


def _between(first: date | None, last: date | None) -> Callable[[date], bool]:
    return lambda day: (first or date.min) <= day <= (last or date.max)


def _days(found: Comparison) -> pl.DataFrame:
    """The calls of every day and currency: each of `_MEASURES` on both sides."""
    calls = found.sums.filter(pl.col("table") == "calls")
    sides = [
        calls.pivot("measure", index=["day", "currency"], values=side, sort_columns=False)
        for side in ("warehouse", "mirror")
    ]
    known = [
        side.with_columns(
            pl.lit(None, pl.Decimal(38, 6)).alias(name)
            for name in _MEASURES
            if name not in side.columns
        ).select("day", "currency", *_MEASURES)
        for side in sides
    ]
    return known[0].join(
        known[1], on=["day", "currency"], suffix="_mirror", nulls_equal=True, maintain_order="left"
    )


def _told(found: Comparison, days: pl.DataFrame) -> dict[str, Any]:
    told = [
        {
            "day": str(row["day"]),
            "currency": row["currency"],
            **{
                name: {"warehouse": _text(row[name]), "mirror": _text(row[f"{name}_mirror"])}
                for name in _MEASURES
            },
        }
        for row in days.iter_rows(named=True)
    ]
    return {
        "sound": found.is_sound,
        "complete": not found.waiting,
        "version": found.version,
        "waiting": [str(day) for day in found.waiting],
        "tables": list(found.tables),
        "days": told,
        "unequal": _strings(found.unequal),
        "differences": _strings(found.rows.head(SHOWN_AS_JSON)),
    }


def _show(found: Comparison, days: pl.DataFrame, csv: Path | None) -> None:
    _table(
        ["table", "day", "currency", "measure", "warehouse", "mirror"],
        _strings(found.unequal.head(SHOWN)),
    )
    _table(list(found.rows.columns), _strings(found.rows.head(SHOWN)))
    if found.rows.height > SHOWN and csv is None:
        show(f"… and {found.rows.height - SHOWN:,} more: --csv FILE writes all of them")
    for name in found.tables:
        show(f"{name}: not what the warehouse has")
    for told in _conclusion(found, days):
        show(told)


def _conclusion(found: Comparison, days: pl.DataFrame) -> Iterator[str]:
    if found.waiting:
        many, newest = len(found.waiting), found.waiting[-1]
        yield f"? {many:,} days wait to be mirrored, or changed meanwhile; the last is {newest}"
    if found.is_sound:
        calls, of_days = int(days["rows"].sum() or 0), days["day"].n_unique()
        yield (
            f"The mirror holds {calls:,} calls of {of_days:,} days as published version "
            f"{found.version} has them."
        )
    else:
        yield (
            f"{len(found.days):,} days and {len(found.tables)} tables differ: "
            "`tollbook mirror --repair` writes them again."
        )


def _table(columns: list[str], rows: list[dict[str, str | None]]) -> None:
    if not rows:
        return
    table = Table(*columns, box=None)
    for row in rows:
        table.add_row(*("–" if cell is None else escape(cell) for cell in row.values()))
    console.print(table)


def _strings(rows: pl.DataFrame) -> list[dict[str, str | None]]:
    return [{name: _text(cell) for name, cell in row.items()} for row in rows.iter_rows(named=True)]


def _text(cell: object) -> str | None:
    if cell is None:
        return None
    text = str(cell)
    # Sums of rows and seconds have the decimals of money: those that say nothing are left out.
    return text.rstrip("0").rstrip(".") if "." in text else text
