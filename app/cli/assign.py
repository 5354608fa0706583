"""`assign`: gives an unknown number, user or gateway to whom it belongs, and its calls with it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import polars as pl
import typer
from rich.markup import escape
from rich.table import Table

from app.cli.common import (
    HomeOption,
    JsonOption,
    NowOption,
    clock_of,
    console,
    home_of,
    progress_bar,
    say,
    sole_process,
    who,
)
from app.cli.requests import ask_the_miner, books_of
from app.cli.settings import Settings, load_settings
from pipeline.directory.directory import Directory
from pipeline.directory.read import read_directory
from pipeline.directory.words import KINDS
from pipeline.miner.books import Books, read_tariffs
from pipeline.miner.reassign import batches, from_text, summed
from pipeline.miner.requests import ReassignRequest
from pipeline.people import edits
from pipeline.people.document import Document
from pipeline.people.replace import content, encoded, replace_table
from pipeline.rating import Tariffs
from pipeline.tables import read_text
from warehouse.errors import InvalidInput, Problem
from warehouse.home import Home
from warehouse.parties import Parties
from warehouse.snapshot import Snapshots

SHOWN = 40
"""Rows that a terminal shows; --json tells all."""

assign = typer.Typer(
    help="Give an unknown number, user or gateway to whom it belongs, and its calls with it.",
    no_args_is_help=True,
)

FromOption = Annotated[
    datetime | None,
    typer.Option(
        "--from", formats=["%Y-%m-%d"], help="First day; without it, all days of its owner."
    ),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Change nothing, show which calls would move.")
]
NameOption = Annotated[str | None, typer.Option(help="Of a new owner: name on the pages.")]
DepartmentOption = Annotated[str | None, typer.Option(help="Of a new owner.")]
SiteOption = Annotated[str | None, typer.Option(help="Of a new owner.")]
CentreOption = Annotated[str | None, typer.Option("--cost-centre", help="Of a new owner.")]
KindOption = Annotated[str | None, typer.Option(help=f"Of a new owner: {', '.join(KINDS)}.")]


@assign.command("number")
def assign_number(
    number: Annotated[str, typer.Argument(help="E.164 with +, or an extension.")],
    to: Annotated[str, typer.Option(help="User whose number it is.")],
    first: FromOption = None,
    name: NameOption = None,
    department: DepartmentOption = None,
    site: SiteOption = None,
    cost_centre: CentreOption = None,
    kind: KindOption = None,
    dry_run: DryRunOption = False,
    home: HomeOption = None,
    now: NowOption = None,
    json_output: JsonOption = False,
) -> None:
    """Write a number to somebody in users.csv; with --name and --department to a new owner."""
    since = first.date() if first else None
    fresh = _fresh(name, department, site, cost_centre, kind)

    def edit(document: Document) -> None:
        rows = edits.owned_by(document, to)
        held = edits.both(edits.with_cells(fresh), edits.with_number(number))
        if edits.edited(document, rows, since, held):
            return
        if not fresh:
            raise edits.nothing_to_change("users.csv", "user", to, since)
        edits.added(document, {"user": to, **fresh, "numbers": number}, since)

    def parties(directory: Directory) -> Parties:
        held = directory.owners_of_numbers()["number"].unique().to_list()
        own = [key for key in held if key.partition("@")[0] == number]
        return Parties(users=(to.lower(),) if fresh else (), numbers=tuple(sorted(own)))

    place = home_of(home)
    _assign(place, place.users, edit, parties, since, dry_run, now, json_output)


@assign.command("user")
def assign_user(
    user: Annotated[str, typer.Argument(help="Address, as calls have it.")],
    to: Annotated[str | None, typer.Option(help="User whose further address it is.")] = None,
    first: FromOption = None,
    name: NameOption = None,
    department: DepartmentOption = None,
    site: SiteOption = None,
    cost_centre: CentreOption = None,
    kind: KindOption = None,
    dry_run: DryRunOption = False,
    home: HomeOption = None,
    now: NowOption = None,
    json_output: JsonOption = False,
) -> None:
    """Write an address to somebody in users.csv, or, with --name and --department, as new."""
    since = first.date() if first else None
    fresh = _fresh(name, department, site, cost_centre, kind)
    if (to is None) == (not fresh):
        rule = "neither whose address it is nor a new owner" if to is None else "both are said"
        mend = "Say --to USER, or --name and --department of somebody new"
        raise InvalidInput([Problem("assign user", rule, mend, value=user)])

    def edit(document: Document) -> None:
        if to is None:
            if not edits.edited(
                document, edits.owned_by(document, user), since, edits.with_cells(fresh)
            ):
                edits.added(document, {"user": user, **fresh}, since)
        elif not edits.edited(
            document, edits.owned_by(document, to), since, edits.with_alias(user)
        ):
            raise edits.nothing_to_change("users.csv", "user", to, since)

    place = home_of(home)
    wanted = Parties(users=(user.lower(),))
    _assign(place, place.users, edit, lambda _: wanted, since, dry_run, now, json_output)


@assign.command("gateway")
def assign_gateway(
    gateway: Annotated[str, typer.Argument(help="Name, or a pattern with * and ?.")],
    site: Annotated[str | None, typer.Option(help="Site of its calls.")] = None,
    tariff: Annotated[str | None, typer.Option(help="Tariff of its calls.")] = None,
    channels: Annotated[int | None, typer.Option(min=1, help="Calls at once.")] = None,
    first: FromOption = None,
    dry_run: DryRunOption = False,
    home: HomeOption = None,
    now: NowOption = None,
    json_output: JsonOption = False,
) -> None:
    """Write site, tariff or channels of a gateway into gateways.csv."""
    since = first.date() if first else None
    said = {"site": site, "tariff": tariff, "channels": None if channels is None else str(channels)}
    cells = {column: cell for column, cell in said.items() if cell is not None}
    if not cells:
        rule, mend = "nothing is said of it", "Say --site and --tariff"
        raise InvalidInput([Problem("assign gateway", rule, mend, value=gateway)])

    def edit(document: Document) -> None:
        if not edits.edited(
            document, edits.named(document, gateway), since, edits.with_cells(cells)
        ):
            edits.added(document, {"gateway": gateway, **cells}, since)

    place = home_of(home)
    wanted = Parties(gateways=(gateway.lower(),))
    _assign(place, place.gateways, edit, lambda _: wanted, since, dry_run, now, json_output)


def reassign_command(
    first: Annotated[
        datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day, YYYY-MM-DD.")
    ],
    last: Annotated[
        datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day, YYYY-MM-DD.")
    ],
    user: Annotated[list[str] | None, typer.Option(help="Only calls of this user.")] = None,
    number: Annotated[
        list[str] | None, typer.Option(help="Only calls of this number; 101@Rome is an extension.")
    ] = None,
    gateway: Annotated[list[str] | None, typer.Option(help="Only calls over this one.")] = None,
    dry_run: DryRunOption = False,
    home: HomeOption = None,
    json_output: JsonOption = False,
) -> None:
    """Say anew whose the stored calls of some days are, by today's files, and price them."""
    if last < first:
        raise InvalidInput(
            [Problem("--to", "before --from", "Exchange them", value=f"{last:%Y-%m-%d}")]
        )
    place = home_of(home)
    settings = load_settings(place.settings)
    parties = Parties(
        *(tuple(one.lower() for one in many or ()) for many in (user, number, gateway))
    )
    request = ReassignRequest(first.date(), last.date(), parties, who())
    if dry_run:
        found = _asked(place, settings, books_of(place, settings, request), request)
    else:
        found = from_text(ask_the_miner(place, settings, request))
    _show(found, dry_run=dry_run, as_json=json_output, told={})


def _fresh(
    name: str | None,
    department: str | None,
    site: str | None,
    cost_centre: str | None,
    kind: str | None,
) -> dict[str, str]:
    """The cells of a new owner; none where nothing is said of one."""
    said = {
        "name": name,
        "department": department,
        "site": site,
        "cost_centre": cost_centre,
        "kind": kind,
    }
    return {column: cell for column, cell in said.items() if cell is not None}


def _assign(
    place: Home,
    path: Path,
    edit: Callable[[Document], None],
    parties: Callable[[Directory], Parties],
    since: date | None,
    dry_run: bool,
    now: str | None,
    as_json: bool,
) -> None:
    """Changes a table, and re-assigns the calls of what it says anew.

    Nothing is written where the table would not be valid. Where it says so already, only the calls
    are re-assigned: so it may be broken off and said again.
    """
    settings, instant = load_settings(place.settings), clock_of(now)().astimezone(UTC)
    tariffs = read_tariffs(place.tariffs, settings.tariff, place.path / "cache")
    taken = f"People of {place.path} are being changed. Wait until that ends"
    with sole_process(place.path / "cache" / "import-people.lock", taken):
        before = content(path)
        document = Document(read_text(path))
        edit(document)
        after = encoded(document.text(), before)
        directory = _checked(place, path, after, tariffs)
        # A day begins at some sites while it is still the day before elsewhere.
        first = date.min if since is None else since - timedelta(days=1)
        request = ReassignRequest(first, date.max, parties(directory), who())
        kept = None
        if not dry_run and after != before:
            kept = replace_table(path, before, after, instant)
            say(f"{path.name} is changed; the former one is kept as {kept.name}.")
    if dry_run:
        priced = settings.beside.applied(tariffs, place)
        books = Books(priced, directory, settings.beside.payers)
        found = _asked(place, settings, books, request)
    else:
        found = from_text(ask_the_miner(place, settings, request))
    told = {"file": path.name, "changed": after != before, "backup": kept and str(kept)}
    _show(found, dry_run=dry_run, as_json=as_json, told=told)


def _checked(place: Home, path: Path, after: bytes, tariffs: Tariffs) -> Directory:
    """The directory as it would be; raises `InvalidInput` with all faults of all three files."""
    with TemporaryDirectory() as folder:
        trial = Home(Path(folder))
        files = [place.users, place.sites, place.gateways]
        if place.private_numbers.exists():
            files.append(place.private_numbers)
        for file in files:
            (trial.path / file.name).write_bytes(after if file == path else content(file))
        return read_directory(trial, tariffs.names)


def _asked(place: Home, settings: Settings, books: Books, request: ReassignRequest) -> pl.DataFrame:
    """What a request would change of the published calls."""
    snapshots = Snapshots(place.warehouse)
    found = summed([])
    try:
        with progress_bar() as bar:
            task = bar.add_task("Assigning days", total=None)
            for batch in batches(
                snapshots.current(),
                books,
                settings.source_sites,
                request.parties,
                request.first,
                request.last,
            ):
                found = summed([found, batch.found])
                bar.update(task, completed=batch.done, total=batch.of)
    finally:
        snapshots.close()
    return found


def _show(found: pl.DataFrame, *, dry_run: bool, as_json: bool, told: dict[str, Any]) -> None:
    if as_json:
        rows = {"dry_run": dry_run, **told, "moves": found.to_dicts()}
        sys.stdout.write(json.dumps(rows, default=str, ensure_ascii=False) + "\n")
        return
    table = Table(*(column.replace("_", " ") for column in found.columns), box=None)
    for row in found.head(SHOWN).iter_rows():
        table.add_row(*("–" if cell is None else escape(str(cell)) for cell in row))
    console.print(table)
    if found.height > SHOWN:
        console.print(f"… and {found.height - SHOWN:,} more: --json tells all")
    console.print(
        f"{found['legs'].sum():,} legs {'would change' if dry_run else 'changed'}.",
        highlight=False,
    )
