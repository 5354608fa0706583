"""`verify`: does the warehouse hold what the sources hold, and what its own records say?"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.markup import escape
from rich.table import Table

from app.administration import verified
from app.cli.common import (
    HomeOption,
    JsonOption,
    NowOption,
    clock_of,
    console,
    home_of,
    progress_bar,
    show,
)
from app.cli.settings import Settings, load_settings
from app.cli.verify_mirror import verify_mirror
from app.cli.verify_warehouse import PATIENCE_S, WaitOption, verify_warehouse
from pipeline.callfile.spool import Spool
from pipeline.miner.books import read_books
from pipeline.sources.registry import open_source
from pipeline.sources.settings import SourceSettings
from pipeline.verifier.compare import DIFFERENCES, Verdict
from pipeline.verifier.spooled import on_their_way, refused
from pipeline.verifier.verify import DayResult, Proof, Verifier
from warehouse.errors import InvalidInput, Problem
from warehouse.files import replacing
from warehouse.home import Home
from warehouse.manifest import SNAPSHOTS, manifest_mark
from warehouse.queries.harmless import harmless
from warehouse.snapshot import Snapshots

DAYS = 7
"""Full days that are compared unless told otherwise."""
SHOWN = 40
"""Differences that a terminal shows; a file holds all of them."""
SHOWN_AS_JSON = 1000

_DAY = ["%Y-%m-%d"]

_PROOF = {
    Proof.COMPARED: "",
    Proof.FORGOTTEN: "cannot be proved: the source has forgotten that day",
    Proof.NOT_WANTED: "not imported: before `start`",
}


def verify(
    source: Annotated[
        str | None, typer.Option("--source", help="Name of the source to compare with.")
    ] = None,
    first: Annotated[
        datetime | None,
        typer.Option("--from", formats=_DAY, help="First day; a week ago."),
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=_DAY, help="Last day; yesterday.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Write all differences here, as CSV.")
    ] = None,
    mirror: Annotated[
        bool, typer.Option("--mirror", help="Compare the mirror with the warehouse.")
    ] = False,
    every_cell: Annotated[
        bool, typer.Option("--every-cell", help="With --mirror: compare all rows of all days.")
    ] = False,
    wait: WaitOption = PATIENCE_S,
    home: HomeOption = None,
    now: NowOption = None,
    json_output: JsonOption = False,
) -> None:
    """Compare the warehouse with its own records, with a source leg by leg, or with the mirror."""
    place, clock = home_of(home), clock_of(now)
    if mirror:
        begin, end = (None if day is None else day.date() for day in (first, last))
        verify_mirror(place, clock, begin, end, csv, every_cell=every_cell, json_output=json_output)
        return
    if source is None and not (first or last or csv):
        verify_warehouse(place, clock, wait, json_output=json_output)
        return
    settings = load_settings(place.settings)
    chosen = _chosen(settings, source)
    instant = clock().astimezone(UTC)
    found = _verifier(place, settings, chosen, instant)
    yesterday = instant.astimezone(found.zone).date() - timedelta(days=1)
    end = last.date() if last else yesterday
    begin = first.date() if first else end - timedelta(days=DAYS - 1)
    if end < begin:
        raise InvalidInput([Problem("--to", "before --from", "Exchange them", value=str(end))])
    days: list[dict[str, Any]] = []
    shown: list[pl.DataFrame] = []
    with _file_of_differences(csv) as note, progress_bar() as bar:
        task = bar.add_task(f"Comparing {chosen.name}", total=(end - begin).days + 1)
        for result in found.days(begin, end):
            named = result.differences.select(pl.lit(str(result.day)).alias("day"), pl.all())
            note(named)
            shown.append(named.head(SHOWN_AS_JSON - sum(one.height for one in shown)))
            days.append(_summary(result))
            bar.advance(task)
    sound = all(day["sound"] for day in days)
    conclusion = _conclusion(chosen.name, days)
    verified.note(place, chosen.name, instant, [conclusion], sound=sound)
    if json_output:
        told = {"source": chosen.name, "sound": sound, "days": days}
        told["differences"] = pl.concat(shown).to_dicts()
        sys.stdout.write(json.dumps(told) + "\n")
    else:
        _show_days(days)
        _show_differences(pl.concat(shown), sum(day["differences"] for day in days), csv)
        show(conclusion)
    if not sound:
        raise typer.Exit(1)


def _chosen(settings: Settings, name: str | None) -> SourceSettings:
    by_name = {source.name: source for source in settings.sources}
    if name is None and len(by_name) == 1:
        return next(iter(by_name.values()))
    if name in by_name:
        return by_name[name]
    known = f"Known: {', '.join(by_name)}" if by_name else "Add a [[sources]] table"
    rule = "which source is not said" if name is None else "no such source"
    raise InvalidInput([Problem("--source", rule, known, value=name)])


def _verifier(
    place: Home, settings: Settings, chosen: SourceSettings, instant: datetime
) -> Verifier:
    """Looks at the spool before the snapshot: a leg on its way between them is in one of both."""
    books = read_books(place, settings.tariff, settings.beside)
    mark = manifest_mark(place.warehouse / SNAPSHOTS)
    waiting = on_their_way(Spool(place.spool), chosen.name, mark.modified_ns if mark else 0)
    return Verifier(
        chosen.name,
        chosen.site,
        chosen.start,
        timedelta(seconds=chosen.poll_seconds),
        open_source(chosen, place.path),
        books.directory,
        Snapshots(place.warehouse).current(),
        waiting,
        refused(Spool(place.spool), chosen.name),
        instant.replace(tzinfo=None),
        books.payers,
    )


@contextmanager
def _file_of_differences(path: Path | None) -> Iterator[Callable[[pl.DataFrame], None]]:
    """Gives what writes differences to a file, complete or absent; to nowhere without one."""
    if path is None:
        yield lambda _: None
        return
    with replacing(path) as temporary, temporary.open("wb") as out:
        pl.DataFrame(schema={"day": pl.String, **DIFFERENCES}).write_csv(out)
        yield lambda rows: harmless(rows).write_csv(out, include_header=False)


def _summary(result: DayResult) -> dict[str, Any]:
    """What is told of a day."""
    return {
        "day": str(result.day),
        "proof": result.proof.value,
        "in_source": result.in_source,
        "in_warehouse": result.in_warehouse,
        **{verdict.value: result.legs(verdict) for verdict in Verdict},
        "differences": result.differences.height,
        "sound": result.sound,
    }


def _show_days(days: list[dict[str, Any]]) -> None:
    words = [verdict.value for verdict in Verdict if any(day[verdict.value] for day in days)]
    table = Table("day", "in source", "in warehouse", *words, "", box=None)
    for day in days:
        counts = (day[name] for name in ("in_source", "in_warehouse", *words))
        table.add_row(day["day"], *(f"{count:,}" for count in counts), _PROOF[Proof(day["proof"])])
    console.print(table)


def _show_differences(found: pl.DataFrame, in_all: int, csv: Path | None) -> None:
    if found.is_empty():
        return
    table = Table(*found.columns, box=None)
    for row in found.head(SHOWN).iter_rows():
        table.add_row(*("–" if cell is None else escape(cell) for cell in row))
    console.print(table)
    if in_all > SHOWN and csv is None:
        show(f"… and {in_all - SHOWN:,} more: --csv FILE writes all of them")


def _conclusion(source: str, days: list[dict[str, Any]]) -> str:
    compared = sum(day["proof"] == Proof.COMPARED for day in days)
    wrong = {
        word: sum(day[word] for day in days)
        for word in (Verdict.MISSING, Verdict.DIFFERENT, Verdict.REJECTED)
    }
    if not compared:
        return f"{source}: no day could be compared."
    if not any(wrong.values()):
        elsewhere = sum(day[Verdict.ELSEWHERE] for day in days)
        legs = sum(day["in_source"] for day in days) - elsewhere
        others = f" {elsewhere:,} more are counted in another source." if elsewhere else ""
        return (
            f"{source}: all {legs:,} legs of {compared} days are stored as the source has them."
            f"{others}"
        )
    return (
        f"{source}: {wrong[Verdict.MISSING]:,} legs are missing, {wrong[Verdict.DIFFERENT]:,} "
        f"differ, {wrong[Verdict.REJECTED]:,} were refused (see spool/rejected). Let the recorder "
        "run through a night, in which it reads the last week again, then verify again."
    )
