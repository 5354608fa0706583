"""`check`: everything that is wrong with a home, and what its sources say of themselves."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Annotated, Any, TypeVar

import typer

from app.cli.advice import access_warnings, charge_warnings
from app.cli.asking import Told, ask_all
from app.cli.common import (
    BAD_INPUT,
    FAILED,
    OK,
    HomeOption,
    JsonOption,
    NowOption,
    clock_of,
    console,
    home_of,
    show,
    warn,
)
from app.cli.letterheads import letterhead_of
from app.cli.mirror_server import mirror_fault
from app.cli.settings import MirrorSettings, Settings, load_settings
from pipeline.miner.books import Beside, Books, price_warnings, read_books
from pipeline.money.exchange_rates import rate_warnings
from pipeline.money.owners import unowned_warnings
from pipeline.rating import TariffSettings
from pipeline.sources.source import Finding, Tone
from pipeline.tables import parse_table, read_text
from pipeline.verifier.known import number_findings, reach_findings, trunk_findings
from warehouse.errors import InvalidInput, Problem, TollbookError
from warehouse.home import Home
from warehouse.manifest import SNAPSHOTS, read_manifest

T = TypeVar("T")

LIMIT_S = 120.0

_MARKS = {Tone.FACT: "[green]·[/]", Tone.ADVICE: "[yellow]![/]", Tone.FAULT: "[red]✗[/]"}

LimitOption = Annotated[
    float, typer.Option("--limit", min=1, help="Seconds that the sources have to answer.")
]


def check(
    home: HomeOption = None,
    limit: LimitOption = LIMIT_S,
    now: NowOption = None,
    json_output: JsonOption = False,
) -> None:
    """Validate settings, price list, people and places, and ask every source about itself.

    Warnings and advice point at what is allowed and yet hardly meant; they are no failure.
    """
    place, clock = home_of(home), clock_of(now)
    problems: list[Problem] = []
    settings = _collect(problems, lambda: load_settings(place.settings))
    books = _collect(problems, lambda: read_books(place, *_pricing(settings)))
    told: list[Told] = []
    warnings: list[Problem] = []
    if settings is not None:
        problems.extend(_site_problems(place, settings))
        _collect(problems, partial(letterhead_of, place, settings))
        asked = ask_all(place, settings.sources, clock, timedelta(seconds=limit))
        instant = clock().astimezone(UTC).replace(tzinfo=None)
        told = [
            replace(one, findings=list(_against_books(place, one, books, instant))) for one in asked
        ]
        warnings = [
            *_renamed_sources(place, settings),
            *price_warnings(place.tariffs, settings.tariff),
            *(_money_warnings(place, settings, books, instant.date()) if books else ()),
        ]
    is_faulty = any(finding.tone is Tone.FAULT for one in told for finding in one.findings)
    mirrored = None if settings is None or settings.mirror is None else _mirror(settings.mirror)
    is_faulty = is_faulty or (mirrored is not None and mirrored.tone is Tone.FAULT)
    if json_output:
        _write_json(problems, warnings, told, mirrored)
        raise typer.Exit(BAD_INPUT if problems else FAILED if is_faulty else OK)
    for one in told:
        _show(one.source.name, one.findings)
    if mirrored is not None:
        _show("mirror", [mirrored])
    for warning in warnings:
        warn(warning)
    if problems:
        raise InvalidInput(problems)
    if is_faulty:
        raise typer.Exit(FAILED)
    many = len(warnings)
    told_of = f", but for {many} warning{'s' if many > 1 else ''}" if many else ""
    show(f"{place.path}: everything is in order{told_of}.")


def _pricing(settings: Settings | None) -> tuple[Mapping[str, TariffSettings], Beside]:
    return ({}, Beside()) if settings is None else (settings.tariff, settings.beside)


def _collect(problems: list[Problem], read: Callable[[], T]) -> T | None:
    try:
        return read()
    except InvalidInput as error:
        problems.extend(error.problems)
        return None


def _site_problems(place: Home, settings: Settings) -> list[Problem]:
    """Asks sites.csv by itself: other files may have faults, which are told elsewhere."""
    try:
        sites = parse_table(place.sites.name, read_text(place.sites), optional=None).rows
    except InvalidInput:
        return []
    known = set(sites["site"].drop_nulls()) if "site" in sites.columns else set()
    return [
        Problem(
            place.settings.name,
            f"the site of source {source.name} is not in sites.csv",
            f"Known: {', '.join(sorted(known))}",
            value=source.site,
        )
        for source in settings.sources
        if source.site not in known
    ]


def _money_warnings(
    place: Home, settings: Settings, books: Books, today: date
) -> Iterator[Problem]:
    tariffs = books.tariffs
    fixed = books.fixed_charges
    currencies = set(tariffs.named.tables(coded=False)["currency"].drop_nulls())
    currencies |= set(fixed["currency"])
    yield from unowned_warnings(place.fixed_charges.name, fixed, books.directory)
    yield from charge_warnings(place.settings, settings.charges, books.directory)
    yield from access_warnings(place.settings, settings.app.people, books.directory)
    yield from rate_warnings(place.exchange_rates.name, tariffs.exchange, currencies, today)


def _renamed_sources(place: Home, settings: Settings) -> list[Problem]:
    """Sources that were recorded and are gone, while others are new: perhaps the same ones."""
    named = {source.name for source in settings.sources}
    recorded = {path.stem for path in place.recorder.glob("*.parquet")}
    if not named - recorded:
        return []
    return [
        Problem(
            place.settings.name,
            f"calls of this source were recorded, and now there is {', '.join(named - recorded)}",
            "If it is the same one, give it its old name again: all its calls would come twice",
            value=name,
        )
        for name in sorted(recorded - named)
    ]


def _against_books(
    place: Home, told: Told, books: Books | None, now: datetime
) -> Iterator[Finding]:
    """The findings, those of trunks and numbers with what the books make of them."""
    site = told.source.site
    for finding in told.findings:
        if books is None or not finding.numbers:
            yield finding
        if books is None:
            continue
        tariffs = len(books.tariffs.names)
        yield from trunk_findings(finding.trunks, books.directory, tariffs, site, now)
        yield from number_findings(finding.numbers, *_dial_plan(books, site), site)
    retention = None if told.description is None else told.description.retention
    yield from reach_findings(_newest_stored(place, told.source.name), retention, now)


def _dial_plan(books: Books, site: str) -> tuple[str | None, str | None]:
    for known, country, area_code, _ in books.directory.site_facts().iter_rows():
        if known == site:
            return country, area_code
    return None, None


def _newest_stored(place: Home, source: str) -> datetime | None:
    try:
        manifest = read_manifest(place.warehouse / SNAPSHOTS)
    except (TollbookError, OSError):
        # What is wrong with the warehouse is told by `status`.
        return None
    for known in () if manifest is None else manifest.sources:
        if known.source == source:
            return known.newest_started_at.astimezone(UTC).replace(tzinfo=None)
    return None


def _mirror(settings: MirrorSettings) -> Finding:
    fault = mirror_fault(settings)
    return Finding(Tone.FAULT, fault) if fault else Finding(Tone.FACT, "Its server answers.")


def _show(name: str, findings: Iterable[Finding]) -> None:
    console.print(f"[bold]{name}[/]", highlight=False)
    for finding in findings:
        console.print(f"  {_MARKS[finding.tone]} ", end="")
        show(f"{finding.text} {finding.mend}".rstrip())


def _write_json(
    problems: list[Problem],
    warnings: list[Problem],
    told: list[Told],
    mirrored: Finding | None,
) -> None:
    sources: list[dict[str, Any]] = [
        {
            "source": one.source.name,
            "product": one.description and one.description.product,
            "keeps_days": (
                one.description.retention.days
                if one.description is not None and one.description.retention is not None
                else None
            ),
            "findings": [_as_json(finding) for finding in one.findings],
        }
        for one in told
    ]
    found = {
        "problems": [asdict(problem) for problem in problems],
        "warnings": [asdict(warning) for warning in warnings],
        "sources": sources,
        **({} if mirrored is None else {"mirror": _as_json(mirrored)}),
    }
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


def _as_json(finding: Finding) -> dict[str, str]:
    return {"tone": finding.tone.value, "text": finding.text, "mend": finding.mend}
