"""Whole columns from SQLite: one JSON text of each instead of an object for every value.

That is faster than reading rows, and lets other threads work meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from warehouse.legs import INSTANT

_ALL_DIGITS = "%Y-%m-%d %H:%M:%S.%3f"
"""Of an instant as our own databases have it: Polars reads it four times as fast as any other."""


def in_columns(query: str, schema: pl.Schema) -> str:
    """The query whose only row holds the columns of another one, which are `schema` by position."""
    arrays = ", ".join(f"json_group_array({_told(name, schema)})" for name in schema)
    return f"WITH found ({', '.join(schema)}) AS ({query}) SELECT {arrays} FROM found"


def frame_of(arrays: Sequence[str], schema: pl.Schema) -> pl.DataFrame:
    """The frame that such a row holds; instants and bytes are texts there."""
    return pl.DataFrame(
        [
            _series(name, array, dtype)
            for (name, dtype), array in zip(schema.items(), arrays, strict=True)
        ]
    )


def _told(name: str, schema: pl.Schema) -> str:
    """How JSON can hold a column: it knows no bytes."""
    return f"iif({name} IS NULL, NULL, hex({name}))" if schema[name] == pl.Binary else name


def _series(name: str, array: str, dtype: pl.DataType) -> pl.Series:
    told = pl.String() if dtype in (INSTANT, pl.Binary) else dtype
    values: pl.Series = pl.Series(name, [array]).str.json_decode(pl.List(told))[0].alias(name)
    if dtype == pl.Binary:
        return values.str.decode("hex")
    if dtype != INSTANT:
        return values
    # Hardly any instant comes twice: to remember what each text means would only cost time.
    plain = values.str.to_datetime(_ALL_DIGITS, time_unit="ms", cache=False, strict=False)
    if plain.null_count() == values.null_count():
        return plain
    return values.str.to_datetime("%Y-%m-%d %H:%M:%S%.3f", time_unit="ms", cache=False)
