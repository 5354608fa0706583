"""`rate`: prices a call file without a warehouse."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from app.cli.common import HomeOption, home_of, messages
from app.cli.settings import load_settings
from pipeline.callfile.read import read_call_file
from pipeline.directory.directory import nobody
from pipeline.directory.read import read_directory
from pipeline.miner.books import read_tariffs
from pipeline.miner.price import price
from pipeline.rating import RATED_SCHEMA
from warehouse.errors import InvalidInput, Problem
from warehouse.files import replacing
from warehouse.words import UNRATED


def rate(
    calls: Annotated[Path, typer.Argument(help="Call file to price.")],
    tariffs: Annotated[Path, typer.Option(help="Price list.")],
    out: Annotated[Path, typer.Option(help="Where to write: .csv or .parquet.")],
    settings: Annotated[
        Path | None, typer.Option(help="Settings, for [tariff.…]; defaults where left out.")
    ] = None,
    home: HomeOption = None,
) -> None:
    """Price a call file without a warehouse: one result row per call row, in the same order."""
    if out.suffix not in {".csv", ".parquet"}:
        raise InvalidInput(
            [Problem("--out", "neither .csv nor .parquet", "Choose one", value=str(out))]
        )
    rules = load_settings(settings).tariff if settings else {}
    compiled = read_tariffs(tariffs, rules)
    try:
        data = calls.read_bytes()
    except OSError as error:
        raise InvalidInput(
            [Problem(str(calls), f"cannot be read ({error.strerror})", "Check the path")]
        ) from None
    file = read_call_file(calls.name, data, source=calls.stem.split("_", 1)[0])
    place = home_of(home)
    people = read_directory(place, compiled.names) if place.gateways.exists() else nobody()
    rated = price(file.legs, people, compiled, {})
    result = rated.select("leg_id", *RATED_SCHEMA)
    with replacing(out) as temporary:
        if out.suffix == ".csv":
            result.write_csv(temporary)
        else:
            result.write_parquet(temporary)
    unrated = result.filter(pl.col("status").is_in([status.value for status in UNRATED])).height
    messages.print(f"{result.height:,} calls priced into {out}, {unrated:,} of them without price")
    if file.problems:
        raise InvalidInput(file.problems)
