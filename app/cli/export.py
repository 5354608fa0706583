"""`export`: any slice of calls or legs as a file."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from app.cli.common import HomeOption, JsonOption, home_of, progress_bar, say
from app.cli.filtering import (
    AccountCodeOption,
    CallTypeOption,
    DepartmentOption,
    DestinationOption,
    DirectionOption,
    FirstOption,
    GatewayOption,
    KindOption,
    LastOption,
    MaskOption,
    MinCostOption,
    OutcomeOption,
    PurposeOption,
    SiteOption,
    TextOption,
    UserOption,
    filters_of,
)
from warehouse.errors import InvalidInput, Problem
from warehouse.queries.slices import COLUMNS, What, about_path, write_slice
from warehouse.scope import Scope
from warehouse.snapshot import Snapshots

_SUFFIXES = (".csv", ".parquet")


def export_command(
    out: Annotated[Path, typer.Option("--out", help="Where to write: .csv or .parquet.")],
    what: Annotated[str, typer.Option(help="calls or legs.")] = "calls",
    first: FirstOption = None,
    last: LastOption = None,
    site: SiteOption = None,
    department: DepartmentOption = None,
    user: UserOption = None,
    owner_kind: KindOption = None,
    account_code: AccountCodeOption = None,
    purpose: PurposeOption = None,
    direction: DirectionOption = None,
    call_type: CallTypeOption = None,
    outcome: OutcomeOption = None,
    gateway: GatewayOption = None,
    destination: DestinationOption = None,
    text: TextOption = "",
    min_cost: MinCostOption = None,
    columns: Annotated[str | None, typer.Option(help="Columns, with commas; all.")] = None,
    mask: MaskOption = 0,
    home: HomeOption = None,
    json_output: JsonOption = False,
) -> None:
    """Write any slice of the stored calls or legs into a file, complete however large."""
    kind, chosen = _checked(out, what, columns, first, last)
    filters = filters_of(
        first.date() if first else date.min,
        last.date() if last else date.max,
        site=site,
        department=department,
        user=user,
        owner_kind=owner_kind,
        account_code=account_code,
        purpose=purpose,
        direction=direction,
        call_type=call_type,
        outcome=outcome,
        gateway=gateway,
        destination=destination,
        text=text,
        min_cost=min_cost,
    )
    snapshots = Snapshots(home_of(home).warehouse)
    try:
        with progress_bar() as bar:
            task = bar.add_task(f"Writing {what}, week by week", total=None)
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
