"""`replace-tariffs`: another price list in the place of the present one, which is kept."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from app.cli.common import (
    HomeOption,
    JsonOption,
    NowOption,
    clock_of,
    home_of,
    say,
    sole_process,
    warn,
)
from app.cli.settings import Settings, load_settings
from pipeline.miner.books import price_warnings, read_books
from pipeline.people.replace import content, replace_table
from warehouse.errors import InvalidInput, Problem
from warehouse.home import Home


def replace_tariffs_command(
    file: Annotated[Path, typer.Argument(help="A whole price list in the form of tariffs.csv.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing, only look whether it can be used.")
    ] = False,
    home: HomeOption = None,
    now: NowOption = None,
    json_output: JsonOption = False,
) -> None:
    """Put a price list in the place of tariffs.csv, unless anything is wrong with it."""
    place, instant = home_of(home), clock_of(now)().astimezone(UTC)
    settings = load_settings(place.settings)
    if not file.is_file():
        raise InvalidInput([Problem("FILE", "no such file", "Correct the path", value=str(file))])
    after, kept = content(file), None
    taken = f"Prices of {place.path} are being changed. Wait until that ends"
    with sole_process(place.path / "cache" / "replace-tariffs.lock", taken):
        before = content(place.tariffs)
        warnings = _checked(place, settings, after)
        if not dry_run and after != before:
            kept = replace_table(place.tariffs, before, after, instant)
    if json_output:
        told = {
            "dry_run": dry_run,
            "changed": after != before,
            "backup": kept and str(kept),
            "warnings": [asdict(one) for one in warnings],
        }
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return
    for one in warnings:
        warn(one)
    if kept is not None:
        say(f"{place.tariffs.name} is replaced; the former one is kept as {kept.name}.")
    elif after == before:
        say("It is the present price list.")
    else:
        say("It can be used; nothing was written.")


def _checked(place: Home, settings: Settings, after: bytes) -> list[Problem]:
    """What someone should look at; raises `InvalidInput` with the faults of all tables with it."""
    with TemporaryDirectory(prefix="tollbook-") as folder:
        trial = Home(Path(folder))
        others = [place.users, place.sites, place.gateways]
        may_be = [place.private_numbers, place.exchange_rates, place.fixed_charges]
        for file in (*others, *(file for file in may_be if file.exists())):
            (trial.path / file.name).write_bytes(content(file))
        trial.tariffs.write_bytes(after)
        read_books(trial, settings.tariff, settings.beside)
        return price_warnings(trial.tariffs, settings.tariff)
