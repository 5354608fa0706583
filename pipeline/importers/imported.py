"""What an importer makes of a foreign price list, and how it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from pipeline.rating.columns import COLUMNS
from warehouse.errors import Problem

TARIFF_COLUMNS = tuple(column.name for column in COLUMNS)
_ALWAYS_WRITTEN = frozenset(
    {"currency", *(column.name for column in COLUMNS if column.required)},
)
_ORDER = ("tariff", "prefix", "valid_from", "weight", "days", "from_time")


@dataclass(frozen=True, slots=True)
class Imported:
    """A price list in the form of `tariffs.csv`, and everything that it does not hold."""

    rows: pl.DataFrame
    """`TARIFF_COLUMNS`, all String; an empty cell is null. Only what could be read whole."""
    problems: tuple[Problem, ...] = ()
    """What was left out, each with its place in the foreign file."""
    warnings: tuple[Problem, ...] = ()
    """What was taken, but looks as if it was not meant so."""
    settings: str = ""
    """`[tariff.<name>]` tables for tollbook.toml, without which the prices mean something else."""


def rows_frame(rows: Iterable[Mapping[str, str | None]]) -> pl.DataFrame:
    """A frame of `TARIFF_COLUMNS` from rows that name only what they have."""
    schema = dict.fromkeys(TARIFF_COLUMNS, pl.String)
    filled = [tuple(row.get(name) or None for name in TARIFF_COLUMNS) for row in rows]
    return pl.DataFrame(filled, schema=schema, orient="row")


def tariffs_text(rows: pl.DataFrame) -> str:
    """The text of a `tariffs.csv`: sorted by tariff and prefix, without columns that are empty."""
    sorted_rows = rows.sort(
        *_ORDER, pl.col("from_second").cast(pl.Int64, strict=False), maintain_order=True
    )
    written = [
        name
        for name in TARIFF_COLUMNS
        if name in _ALWAYS_WRITTEN or sorted_rows[name].null_count() < sorted_rows.height
    ]
    return sorted_rows.select(written).write_csv()
