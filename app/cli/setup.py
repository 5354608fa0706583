"""`init` writes a home to start from; `check` says everything that is wrong with one."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import TypeVar

from app.cli.common import HomeOption, JsonOption, home_of, show
from app.cli.settings import Settings, load_settings, without_password
from pipeline.callfile.spool import Spool
from pipeline.miner.books import read_books
from pipeline.sources.registry import open_source
from pipeline.sources.source import Tone
from pipeline.tables import parse_table, read_text
from warehouse.clock import system_clock
from warehouse.errors import InvalidInput, Problem, TollbookError
from warehouse.files import write_text
from warehouse.home import Home

T = TypeVar("T")

TEMPLATES = Path(__file__).parent / "templates"
"""The files that a new home begins with: valid as they are, and explained."""


def init(home: HomeOption = None) -> None:
    """Write a commented home: settings, price list, people and places to fill in."""
    place = home_of(home)
    files = (place.settings, place.tariffs, place.users, place.sites, place.gateways)
    written = [path for path in files if not path.exists()]
    for path in written:
        write_text(path, (TEMPLATES / path.name).read_text(encoding="utf-8"))
    Spool(place.spool).make()
    for path in files:
        show(f"{'wrote' if path in written else 'kept '} {path}")
    show("Fill them in, then run `tollbook check`.")


def check(home: HomeOption = None, json_output: JsonOption = False) -> None:
    """Validate settings, price list, people, places and connections, and print every problem."""
    place = home_of(home)
    problems: list[Problem] = []
    settings = _collect(problems, lambda: load_settings(place.settings))
    _collect(problems, lambda: read_books(place, settings.tariff if settings else {}))
    if settings is not None:
        problems.extend(_site_problems(place, settings))
        problems.extend(_source_problems(place, settings))
    if problems:
        raise InvalidInput(problems)
    if json_output:
        sys.stdout.write(json.dumps({"problems": []}) + "\n")
    else:
        show(f"{place.path}: everything is in order.")


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


def _source_problems(place: Home, settings: Settings) -> list[Problem]:
    now = system_clock().astimezone(UTC).replace(tzinfo=None)
    problems = []
    for source in settings.sources:
        try:
            findings = open_source(source, place.path).discover(now)
        except TollbookError as error:
            problems.append(
                Problem(
                    place.settings.name,
                    f"source {source.name} cannot be read: {without_password(str(error))}",
                    "Correct its settings, or make it available",
                )
            )
            continue
        problems += [
            Problem(place.settings.name, f"source {source.name}: {one.text}", one.mend)
            for one in findings
            if one.tone is Tone.FAULT
        ]
    return problems
