"""`import-tariffs`: a carrier's price list, as it comes, becomes rows of tariffs.csv."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.common import HomeOption, home_of, say, warn
from app.cli.settings import load_settings
from pipeline.importers import Kind, import_tariffs, tariffs_text
from warehouse.errors import InvalidInput, Problem
from warehouse.files import write_text


def import_tariffs_command(
    path: Annotated[Path, typer.Argument(help="CSV file, or folder of a CGRateS tariff plan.")],
    mapping: Annotated[
        str, typer.Option("--as", help="NAME of the table imports.NAME that says how to read it.")
    ],
    out: Annotated[Path, typer.Option(help="Where to write the rows, in the form of tariffs.csv.")],
    kind: Annotated[Kind, typer.Option(help="What the path holds.")] = Kind.CSV,
    home: HomeOption = None,
) -> None:
    """Turn a price list of another form into rows of tariffs.csv; report what cannot be read."""
    place = home_of(home)
    settings = load_settings(place.settings)
    if mapping not in settings.imports:
        raise InvalidInput(
            [
                Problem(
                    place.settings.name,
                    "no such [imports] table",
                    f"Known: {', '.join(sorted(settings.imports)) or 'none'}. Add it",
                    value=mapping,
                )
            ]
        )
    found = import_tariffs(kind, path, settings.imports[mapping])
    write_text(out, tariffs_text(found.rows))
    for warning in found.warnings:
        warn(warning)
    if found.settings:
        say("For tollbook.toml:\n")
        say(found.settings)
    say(f"{found.rows.height:,} prices written to {out}")
    if found.problems:
        raise InvalidInput(found.problems)
