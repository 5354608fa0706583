"""`unmatched`: what has no owner, no place or no price, as a list to work off."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.markup import escape
from rich.table import Table

from app.cli.common import HomeOption, JsonOption, console, home_of, say
from warehouse.errors import InvalidInput, Problem
from warehouse.files import replacing
from warehouse.queries import control
from warehouse.queries.export import harmless
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot, Snapshots

_DAY = ["%Y-%m-%d"]


class What(StrEnum):
    """What may be unknown."""

    USER = "user"
    NUMBER = "number"
    EXTENSION = "extension"
    GATEWAY = "gateway"
    DESTINATION = "destination"


SCHEMA = {
    "what": pl.String(),
    "name": pl.String(),
    "site": pl.String(),
    "tariff": pl.String(),
    "calls": pl.Int64(),
    "legs": pl.Int64(),
    "minutes": pl.Decimal(18, 1),
    "cost": pl.Decimal(18, 6),
    "currency": pl.String(),
    "unrated": pl.Int64(),
    "first_at": pl.Datetime("ms"),
    "last_at": pl.Datetime("ms"),
    "mend": pl.String(),
}
"""Columns of the list. `cost` is what was rated and has no owner or place; of the legs, `unrated`
have no price. `first_at` and `last_at` are UTC; `mend` is the command that works it off."""


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


def unmatched(snapshot: Snapshot, scope: Scope, filters: Filters, limit: int) -> pl.DataFrame:
    """The list, of `SCHEMA`: up to `limit` lines of each kind within scope, the most legs first."""
    users = control.unmatched_users(snapshot, scope, filters, limit)
    rows = [
        *(_owner(row) for row in users.iter_rows(named=True)),
        *_gateways(control.unmatched_gateways(snapshot, scope, filters, limit)),
        *_destinations(control.without_price(snapshot, scope, filters, limit=limit), filters),
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def _owner(row: dict[str, Any]) -> dict[str, Any]:
    user, number = row["user"], row["number"]
    if user is not None:
        mend = _command("assign", "user", user, "--to", "USER")
        return _line(row, What.USER, user, mend)
    if number is None:
        mend = "The source tells neither user nor number: see docs/sources.md"
        return _line(row, What.NUMBER, None, mend)
    what = What.NUMBER if number.startswith("+") else What.EXTENSION
    return _line(row, what, number, _command("assign", "number", number, "--to", "USER"))


def _gateways(found: pl.DataFrame) -> Iterator[dict[str, Any]]:
    for row in found.iter_rows(named=True):
        lacking = [
            *(("--site", "SITE") if row["without_site"] or row["is_unknown"] else ()),
            *(("--tariff", "TARIFF") if row["without_tariff"] else ()),
        ]
        mend = _command("assign", "gateway", row["gateway"], *lacking)
        yield _line(row, What.GATEWAY, row["gateway"], mend)


def _destinations(found: pl.DataFrame, filters: Filters) -> Iterator[dict[str, Any]]:
    for row in found.iter_rows(named=True):
        first, last = row["first_at"].date(), min(filters.last, row["last_at"].date())
        mend = (
            f"Add a price of {row['tariff']} for {row['number_start']}… to tariffs.csv, then: "
            + _command("rerate", "--from", str(first), "--to", str(last))
        )
        unpriced = {"cost": None, "currency": None, "unrated": row["legs"]}
        yield _line(row | unpriced, What.DESTINATION, row["number_start"], mend)


def _line(row: dict[str, Any], what: What, name: str | None, mend: str) -> dict[str, Any]:
    return {column: row.get(column) for column in SCHEMA} | {
        "what": what.value,
        "name": name,
        "minutes": row["talk_s"] / 60,
        "mend": mend,
    }


def _command(*words: str) -> str:
    return shlex.join(("tollbook", *words))


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
