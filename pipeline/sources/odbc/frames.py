"""Rows of a database as Polars frames."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from warehouse.legs import INSTANT


def frame(rows: Sequence[Sequence[object]], schema: pl.Schema) -> pl.DataFrame:
    """Rows as a database gave them, by position; instants may be texts (SQLite knows no times)."""
    columns: Iterable[Sequence[object]] = zip(*rows, strict=True) if rows else [()] * len(schema)
    return pl.DataFrame(
        [
            _series(name, values, dtype)
            for (name, dtype), values in zip(schema.items(), columns, strict=True)
        ]
    )


def _series(name: str, values: Sequence[object], dtype: pl.DataType) -> pl.Series:
    if dtype == INSTANT and any(isinstance(value, str) for value in values):
        return pl.Series(name, values, dtype=pl.String).str.to_datetime(
            "%Y-%m-%d %H:%M:%S%.3f", time_unit="ms"
        )
    return pl.Series(name, values, dtype=dtype)
