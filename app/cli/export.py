"""`export`: any slice of calls or legs as a file."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from app.cli.common import HomeOption, JsonOption, home_of, progress_bar, say
from pipeline.directory.words import KINDS
from warehouse.errors import InvalidInput, Problem
from warehouse.queries.slices import COLUMNS, What, about_path, write_slice
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshots
from warehouse.words import CallType, Direction, Outcome, Purpose

_DAY = ["%Y-%m-%d"]
_SUFFIXES = (".csv", ".parquet")

Several = list[str] | None


def export_command(
    out: Annotated[Path, typer.Option("--out", help="Where to write: .csv or .parquet.")],
    what: Annotated[str, typer.Option(help="calls or legs.")] = "calls",
    first: Annotated[
        datetime | None, typer.Option("--from", formats=_DAY, help="First day; the oldest.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=_DAY, help="Last day; the newest.")
    ] = None,
    site: Annotated[Several, typer.Option(help="Site of the owner.")] = None,
    department: Annotated[Several, typer.Option(help="Department of the owner.")] = None,
    user: Annotated[Several, typer.Option(help="Owner, by address.")] = None,
    owner_kind: Annotated[
        Several, typer.Option("--kind", help=f"What the owner is: {', '.join(KINDS)}.")
    ] = None,
    account_code: Annotated[Several, typer.Option(help="Code of a client or project.")] = None,
    purpose: Annotated[Several, typer.Option(help=", ".join(Purpose))] = None,
    direction: Annotated[Several, typer.Option(help=", ".join(Direction))] = None,
    call_type: Annotated[Several, typer.Option(help=", ".join(CallType))] = None,
    outcome: Annotated[Several, typer.Option(help=", ".join(Outcome))] = None,
    gateway: Annotated[Several, typer.Option(help="Trunk or gateway.")] = None,
    destination: Annotated[Several, typer.Option(help="Destination, as the tariff says.")] = None,
    text: Annotated[str, typer.Option(help="Part of a number, address, name or destination.")] = "",
    min_cost: Annotated[str | None, typer.Option(help="Only what costs as much.")] = None,
    columns: Annotated[str | None, typer.Option(help="Columns, with commas; all.")] = None,
    mask: Annotated[int, typer.Option(min=0, help="Hide so many digits of outside numbers.")] = 0,
    home: HomeOption = None,
    json_output: JsonOption = False,
) -> None:
    """Write any slice of the stored calls or legs into a file, complete however large."""
    kind, chosen = _checked(out, what, columns, first, last)
    filters = Filters(
        first.date() if first else date.min,
        last.date() if last else date.max,
        sites=tuple(site or ()),
        departments=tuple(department or ()),
        people=tuple(user or ()),
        kinds=_known("--kind", owner_kind, [*KINDS]),
        account_codes=tuple(account_code or ()),
        purposes=_known("--purpose", purpose, [*Purpose]),
        directions=_known("--direction", direction, [*Direction]),
        call_types=_known("--call-type", call_type, [*CallType]),
        outcomes=_known("--outcome", outcome, [*Outcome]),
        gateways=tuple(gateway or ()),
        destinations=tuple(destination or ()),
        text=text,
        min_cost=_amount(min_cost),
    )
    snapshots = Snapshots(home_of(home).warehouse)
    try:
        with progress_bar() as bar:
            task = bar.add_task(f"Writing {what}, month by month", total=None)
            rows = write_slice(
                snapshots.current(),
                Scope(everything=True, mask_digits=mask),
                filters,
                kind,
                out,
                chosen,
                lambda done, of: bar.update(task, completed=done, total=of),
            )
    finally:
        snapshots.close()
    if json_output:
        told = {"rows": rows, "file": str(out), "about": str(about_path(out))}
        sys.stdout.write(json.dumps(told) + "\n")
        return
    say(f"{rows:,} {what} are in {out}")


def _checked(
    out: Path, what: str, columns: str | None, first: datetime | None, last: datetime | None
) -> tuple[What, list[str]]:
    problems = []
    if first is not None and last is not None and last < first:
        day = f"{last:%Y-%m-%d}"
        problems.append(Problem("--to", "before --from", "Exchange them", value=day))
    if out.suffix not in _SUFFIXES:
        rule = f"neither {' nor '.join(_SUFFIXES)}"
        problems.append(Problem("--out", rule, "Choose one", value=str(out)))
    kind: What = "legs" if what == "legs" else "calls"
    if what not in COLUMNS:
        problems.append(Problem("--what", "neither calls nor legs", "Choose one", value=what))
    chosen = [name.strip() for name in (columns or "").split(",") if name.strip()]
    problems += [
        Problem("--columns", "no such column", f"Known: {', '.join(COLUMNS[kind])}", value=name)
        for name in chosen
        if name not in COLUMNS[kind]
    ]
    problems += [
        Problem("--columns", "named twice", "Name it once", value=name)
        for name in sorted({name for name in chosen if chosen.count(name) > 1})
    ]
    if problems:
        raise InvalidInput(problems)
    return kind, chosen


def _known(option: str, given: Several, words: list[str]) -> tuple[str, ...]:
    unknown = [word for word in given or () if word and word not in words]
    if unknown:
        mend = f"Use one of {', '.join(words)}"
        raise InvalidInput(Problem(option, "no such word", mend, value=word) for word in unknown)
    return tuple(given or ())


def _amount(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("nan")
    if not amount.is_finite():
        raise InvalidInput([Problem("--min-cost", "not an amount", "Write 1.50", value=text)])
    return amount
