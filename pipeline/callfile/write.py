"""Writes call files: complete or absent."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipeline.callfile.format import CALL_FILE_SCHEMA, VERSION
from pipeline.callfile.spool import Spool
from warehouse.files import replacing

_TIMES = "%Y-%m-%dT%H:%M:%S%.3fZ"


def write_call_file(spool: Spool, source: str, legs: pl.DataFrame, serial: int) -> Path:
    """Puts legs into the spool under a name that was never used; gives its path.

    `legs` has the columns of `CALL_FILE_SCHEMA` but `source`, at least one row; `serial` is where
    the search for a free name begins.
    """
    first = legs.select(pl.col("started_at").min().dt.strftime("%Y%m%dT%H%M%SZ")).item()
    stem = f"{source}_{first}"
    while spool.knows(name := f"{stem}_{serial:06d}.{VERSION}.csv"):
        serial += 1
    path = spool.incoming / name
    with replacing(path) as temporary:
        _rows(source, legs).write_csv(temporary, datetime_format=_TIMES)
    return path


def call_file_text(source: str, legs: pl.DataFrame) -> str:
    """What a call file of these legs holds."""
    return _rows(source, legs).write_csv(datetime_format=_TIMES)


def _rows(source: str, legs: pl.DataFrame) -> pl.DataFrame:
    return legs.with_columns(pl.lit(source).alias("source")).select(*CALL_FILE_SCHEMA)
