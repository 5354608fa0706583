"""`import-people`: users.csv follows a directory service, or an export of one."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from dataclasses import asdict
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli.common import (
    HomeOption,
    JsonOption,
    NowOption,
    clock_of,
    home_of,
    progress_bar,
    say,
    show,
    sole_process,
    warn,
)
from app.cli.settings import load_settings
from pipeline.people.entries import Entry
from pipeline.people.from_csv import read_csv
from pipeline.people.from_ldap import read_ldap
from pipeline.people.merged import Change, Step
from pipeline.people.service import Plan, carry_out, plan, today_everywhere
from pipeline.people.settings import CsvSettings, Fields, PeopleSettings
from warehouse.errors import InvalidInput, Problem, Unavailable
from warehouse.home import Home

_MARKS = {Step.ADDED: "+", Step.CHANGED: "~", Step.CORRECTED: "=", Step.LEFT: "-"}
_SHOWN_PROBLEMS = 200
"""More than these nobody reads at a terminal; --json tells all."""


class Origin(StrEnum):
    """Where people come from."""

    LDAP = "ldap"
    CSV = "csv"


def import_people_command(
    origin: Annotated[
        Origin | None, typer.Option("--from", help="Which table to follow, if both are set.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help="CSV file to read, instead of the one in [people.csv].")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would change.")
    ] = False,
    day: Annotated[
        str | None,
        typer.Option(help="First day of the changes, as YYYY-MM-DD.", show_default="today"),
    ] = None,
    max_leavers: Annotated[
        float | None,
        typer.Option(min=0, max=100, help="Percent of people who may leave at once, this time."),
    ] = None,
    home: HomeOption = None,
    now: NowOption = None,
    json_output: JsonOption = False,
) -> None:
    """Bring users.csv up to date from LDAP, Active Directory or a CSV export; its past stays."""
    place, clock = home_of(home), clock_of(now)
    settings = load_settings(place.settings).people
    instant = clock().astimezone(UTC)
    fixed = None if day is None else _day(day)
    taken = f"Another import of people runs in {place.path}. Wait until it ends"
    lock = place.path / "cache" / "import-people.lock"
    with nullcontext() if dry_run else sole_process(lock, taken):
        entries, fields = _read(place, settings, origin, file)
        planned = plan(
            place,
            entries,
            fields,
            settings,
            today_everywhere(instant) if fixed is None else lambda _: fixed,
            max_leavers,
        )
        refused = kept = None
        if not dry_run:
            refused, kept = _carried_out(planned, place, instant)
    if json_output:
        _write_json(planned, dry_run=dry_run, kept=kept)
    else:
        _tell(planned, dry_run=dry_run, kept=kept)
    if refused is not None:
        raise Unavailable(refused)


def _carried_out(planned: Plan, place: Home, now: datetime) -> tuple[str | None, Path | None]:
    """Why nothing was written, or what the former file is called now."""
    try:
        return None, carry_out(planned, place, now)
    except Unavailable as error:
        return str(error), None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        mend = "Write it as 2026-01-31"
        raise InvalidInput([Problem("--day", "not a date", mend, value=text)]) from None


def _read(
    place: Home, settings: PeopleSettings, origin: Origin | None, file: Path | None
) -> tuple[list[Entry], Fields]:
    ldap, table = settings.ldap, settings.csv
    if origin is None and (file is not None or ldap is None):
        origin = Origin.CSV
    if origin is None and table is None:
        origin = Origin.LDAP
    if origin is Origin.LDAP and ldap is not None:
        with progress_bar() as bar:
            task = bar.add_task(ldap.server, total=None)
            entries = read_ldap(ldap, place.path, lambda many: bar.update(task, completed=many))
        return entries, ldap.attributes
    if origin is Origin.CSV:
        table = table or CsvSettings()
        path = file or (table.file and place.path / table.file)
        if path is not None:
            return read_csv(path, table), table.columns
    name = place.settings.name
    if origin is None:
        rule, mend = "holds both [people.ldap] and [people.csv]", "Choose with --from"
    else:
        rule = f"[people.{origin}] does not say where people are"
        mend = "Fill it in as docs/people.md shows" + (
            ", or name a file with --file" if origin is Origin.CSV else ""
        )
    raise InvalidInput([Problem(name, rule, mend)])


def _tell(planned: Plan, *, dry_run: bool, kept: Path | None) -> None:
    merged = planned.merged
    for change in merged.changes:
        show(_line(change))
    for problem in planned.problems[:_SHOWN_PROBLEMS]:
        warn(problem)
    more = len(planned.problems) - _SHOWN_PROBLEMS
    if more > 0:
        say(f"… and {more:,} more problems: --json tells all.")
    counts = ", ".join(f"{len(merged.of(step)):,} {step}" for step in Step)
    say(f"{counts}, {merged.unchanged:,} unchanged; changes hold from {merged.day} on.")
    if dry_run:
        say(planned.refusal or "Nothing was written.")
    elif kept is not None:
        say(f"The former users.csv is kept as {kept.name}.")


def _line(change: Change) -> str:
    cells = "; ".join(
        f"{column}: {before or '–'} → {after or '–'}"
        for column, (before, after) in change.cells.items()
    )
    return f"{_MARKS[change.step]} {change.user}  {change.name}" + (f"  {cells}" if cells else "")


def _write_json(planned: Plan, *, dry_run: bool, kept: Path | None) -> None:
    merged = planned.merged
    found = {
        "day": merged.day.isoformat(),
        "dry_run": dry_run,
        "written": kept is not None,
        "backup": kept and str(kept),
        "refused": planned.refusal,
        "unchanged": merged.unchanged,
        **{
            step.value: [
                {
                    "user": change.user,
                    "name": change.name,
                    "cells": {
                        column: {"before": before, "after": after}
                        for column, (before, after) in change.cells.items()
                    },
                }
                for change in merged.of(step)
            ]
            for step in Step
        },
        "problems": [asdict(problem) for problem in planned.problems],
    }
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
