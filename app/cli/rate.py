"""`rate`: prices a call file without a warehouse."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from app.cli.common import HomeOption, home_of, say
from app.cli.settings import Settings, load_settings
from pipeline.callfile.format import LINE
from pipeline.callfile.read import CallFile, read_call_file
from pipeline.directory.directory import Directory, nobody
from pipeline.directory.read import read_directory
from pipeline.miner.books import read_tariffs
from pipeline.miner.price import price
from pipeline.rating import RATED_SCHEMA
from pipeline.tables import parse_table, read_text
from warehouse.errors import InvalidInput, Problem
from warehouse.files import replacing
from warehouse.home import Home
from warehouse.words import UNRATED, Status

TIMES = ["started_at", "answered_at", "ended_at", "talk_s"]
"""A row with a fault in one of these says no duration."""


def rate(
    calls: Annotated[Path, typer.Argument(help="Call file to price.")],
    tariffs: Annotated[Path, typer.Option(help="Price list.")],
    out: Annotated[Path, typer.Option(help="Where to write: .csv or .parquet.")],
    settings: Annotated[
        Path | None,
        typer.Option(help="Settings, for tariffs and sources; defaults where left out."),
    ] = None,
    home: HomeOption = None,
) -> None:
    """Price a call file without a warehouse: one result row per call row, in the same order."""
    if out.suffix not in {".csv", ".parquet"}:
        raise InvalidInput(
            [Problem("--out", "neither .csv nor .parquet", "Choose one", value=str(out))]
        )
    rules = load_settings(settings) if settings else Settings()
    compiled = read_tariffs(tariffs, rules.tariff)
    try:
        data = calls.read_bytes()
    except OSError as error:
        raise InvalidInput(
            [Problem(str(calls), f"cannot be read ({error.strerror})", "Check the path")]
        ) from None
    file = read_call_file(calls.name, data, source=calls.stem.split("_", 1)[0])
    people = _people(home_of(home), compiled.names) if home is not None else nobody()
    rated = price(file.legs, people, compiled, rules.source_sites, rules.payer).select(
        LINE, "leg_id", *RATED_SCHEMA
    )
    result = pl.concat([rated, _rejected(file)]).sort(LINE, maintain_order=True).drop(LINE)
    with replacing(out) as temporary:
        if out.suffix == ".csv":
            result.write_csv(temporary)
        else:
            result.write_parquet(temporary)
    unrated = result.filter(pl.col("status").is_in([status.value for status in UNRATED])).height
    say(f"{result.height:,} calls priced into {out}, {unrated:,} of them without price")
    if file.problems:
        raise InvalidInput(file.problems)


def _people(place: Home, tariffs: Iterable[str]) -> Directory:
    """The directory of a home, whose gateways may point to tariffs that this price list lacks."""
    if not place.gateways.exists():
        return nobody()
    gateways = parse_table(place.gateways.name, read_text(place.gateways), optional=None).rows
    named = gateways["tariff"].drop_nulls() if "tariff" in gateways.columns else ()
    return read_directory(place, {*tariffs, *named})


def _rejected(file: CallFile) -> pl.DataFrame:
    """The rows that could not be read: their place, their key if it can be told, and a status."""
    faults = pl.col("rejected_column").str.split("; ")
    of_time = faults.list.set_intersection(pl.lit(TIMES)).list.len() > 0
    status = pl.when(of_time).then(pl.lit(Status.BAD_DURATION)).otherwise(pl.lit(Status.BAD_NUMBER))
    empty = (
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in RATED_SCHEMA.items()
        if name != "status"
    )
    return file.rejected.select(
        pl.col("rejected_line").alias(LINE),
        "leg_id",
        *empty,
        status.cast(pl.String).alias("status"),
    ).select(LINE, "leg_id", *RATED_SCHEMA)
