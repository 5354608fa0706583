"""`report`: one of the catalogue as a file."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from app import periods
from app.cli.common import HomeOption, JsonOption, NowOption, clock_of, home_of, say, show
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
from app.cli.letterheads import letterhead_of
from app.cli.settings import load_settings
from app.periods import Preset
from app.reports.catalogue import REPORTS
from app.reports.document import Document, Reader
from app.reports.report import Report
from app.reports.writers import WRITERS
from warehouse.errors import InvalidInput, Problem
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshots
from warehouse.state.state import State

_PRESETS = [preset.value for preset in Preset if preset is not Preset.CUSTOM]


def report_command(
    name: Annotated[str, typer.Argument(help="A report; none lists them all.")] = "",
    period: Annotated[str, typer.Option(help=f"One of {', '.join(_PRESETS)}.")] = "",
    first: FirstOption = None,
    last: LastOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Where to write; the name of the report.")
    ] = None,
    form: Annotated[
        str, typer.Option("--format", help="csv, xlsx, pdf or html; the suffix of --out.")
    ] = "",
    option: Annotated[
        list[str] | None, typer.Option("--set", help="An option of the report: rows=100.")
    ] = None,
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
    mask: MaskOption = 0,
    locale: Annotated[str, typer.Option(help="Language and numbers: en-GB, it-IT.")] = "en",
    zone: Annotated[str, typer.Option(help="IANA zone of the times; UTC.")] = "",
    home: HomeOption = None,
    now: NowOption = None,
    json_output: JsonOption = False,
) -> None:
    """Write a report about a period as CSV, Excel, PDF or HTML; without a name, list them all."""
    if not name:
        _list(json_output)
        return
    place, clock = home_of(home), clock_of(now)
    at = clock()
    report, kind, reader = _checked(name, form, out, locale, zone)
    begin, end = (day.date() if day else None for day in (first, last))
    days = _period(period, begin, end, at.date())
    filters = filters_of(
        *days,
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
    options = numbers_of(option or [])
    settings = load_settings(place.settings)
    reader = replace(reader, logo=letterhead_of(place, settings).logo)
    target = out or Path(f"{name}.{kind}")
    snapshots = Snapshots(place.warehouse)
    try:
        scope = Scope(everything=True, mask_digits=mask)
        with State.open(place.state) as state:
            document = report.write(
                snapshots.current(), scope, filters, settings.company, at, options, state
            )
    finally:
        snapshots.close()
    files = WRITERS[kind](document, target, reader)
    _tell(document, filters, files, json_output)


def _tell(document: Document, filters: Filters, files: list[Path], json_output: bool) -> None:
    rows = sum(table.rows.height for table in document.tables)
    if json_output:
        told = {
            "report": document.name,
            "first": str(filters.first),
            "last": str(filters.last),
            "rows": rows,
            "files": [str(path) for path in files],
        }
        sys.stdout.write(json.dumps(told) + "\n")
        return
    listed = ", ".join(str(path) for path in files)
    say(f"{document.title}, {filters.first} to {filters.last}, {rows:,} rows: {listed}")


def _list(json_output: bool) -> None:
    if json_output:
        told = [
            {
                "name": report.name,
                "title": report.title,
                "group": report.group,
                "purpose": report.purpose,
                "options": {option.name: option.usual for option in report.options},
            }
            for report in REPORTS.values()
        ]
        sys.stdout.write(json.dumps(told) + "\n")
        return
    width = max(map(len, REPORTS))
    for group in dict.fromkeys(report.group for report in REPORTS.values()):
        show(group.value)
        for report in REPORTS.values():
            if report.group is group:
                options = ", ".join(f"{one.name}={one.usual}" for one in report.options)
                more = f" ({options})" if options else ""
                show(f"  {report.name:{width}}  {report.purpose}{more}")


def _checked(
    name: str, form: str, out: Path | None, locale: str, zone: str
) -> tuple[Report, str, Reader]:
    problems = []
    if name not in REPORTS:
        near = get_close_matches(name, REPORTS, n=3)
        mend = f"Did you mean {', '.join(near)}?" if near else "`tollbook report` lists them all"
        problems.append(Problem("NAME", "no such report", mend, value=name))
    kind = form or (out.suffix.removeprefix(".") if out else "") or "html"
    if kind not in WRITERS:
        place = "--format" if form else "--out"
        mend = f"Choose one of {', '.join(WRITERS)}"
        problems.append(Problem(place, "no such format", mend, value=kind))
    known = None
    try:
        known = ZoneInfo(zone) if zone else None
    except (ZoneInfoNotFoundError, ValueError):
        problems.append(Problem("--zone", "no IANA zone", "Write Europe/Rome", value=zone))
    if problems:
        raise InvalidInput(problems)
    return REPORTS[name], kind, Reader(locale, known)


def _period(period: str, first: date | None, last: date | None, today: date) -> tuple[date, date]:
    """The days asked for: a period by its name, or from and to; else the last whole month."""
    if period and (first or last):
        rule = "given beside --from or --to"
        raise InvalidInput([Problem("--period", rule, "Leave one of them out", value=period)])
    if period and period not in _PRESETS:
        mend = f"Choose one of {', '.join(_PRESETS)}"
        raise InvalidInput([Problem("--period", "no such period", mend, value=period)])
    if first is None and last is None:
        chosen = periods.named(Preset(period or Preset.LAST_MONTH), today)
        return chosen.first, chosen.last
    begin, end = first or last, last or today
    assert begin is not None  # noqa: S101  (one of them is given)
    if end < begin:
        raise InvalidInput([Problem("--to", "before --from", "Exchange them", value=str(end))])
    return begin, end


def numbers_of(given: list[str]) -> dict[str, int]:
    """Options of a report as they are written: `rows=100`."""
    problems, found = [], {}
    for each in given:
        name, _, value = each.partition("=")
        if not value.strip().isdecimal():
            rule = "not a name and a whole number"
            problems.append(Problem("--set", rule, "Write rows=100", value=each))
        else:
            found[name.strip()] = int(value)
    if problems:
        raise InvalidInput(problems)
    return found
