"""Rows on their way to a server: cut to their columns, and in the form that each takes fastest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Final, TypeVar

import polars as pl

from warehouse.mirror.tables import Table

T = TypeVar("T")

CHUNK_ROWS: Final = 10_000
CHUNK_BYTES: Final = 40_000_000
"""Of a chunk in which every text is as long as it may be: the driver makes room for that."""

_CUT: Final = "…"
_DIGEST_DIGITS: Final = 16
_BEYOND_ONE_UNIT: Final = "[\U00010000-\U0010ffff]"
_SPECIAL: Final = r'["\\]'
_NOT_STORED: Final = "\x00"
_INSTEAD: Final = "\ufffd"


def chunk_rows(table: Table) -> int:
    """How many rows of a table go at a time."""
    return max(1, min(CHUNK_ROWS, CHUNK_BYTES // table.row_bytes))


def fitted(rows: pl.DataFrame, table: Table) -> tuple[pl.DataFrame, pl.Series]:
    """Rows as their columns take them, and of each row how many texts were cut for that.

    A text that is too long ends in `…`; of a key, in a digest of the whole, so that two that differ
    still do. The character 0, which no server stores, becomes the one for characters unknown.
    """
    cut = pl.zeros(rows.height, pl.Int64, eager=True)
    texts = [column for column in table.columns if column.is_text]
    # Bytes are never fewer than units: where all are few enough there is nothing to count.
    looks = rows.select(
        *((pl.col(one.name).str.len_bytes().max() > one.sizes[0]).alias(one.name) for one in texts),
        *(
            pl.col(one.name).str.contains(_NOT_STORED, literal=True).any().alias(f"{one.name} 0")
            for one in texts
        ),
    ).row(0, named=True)
    for column in texts:
        text, longest = rows[column.name], column.sizes[0]
        if looks[f"{column.name} 0"]:
            text = text.str.replace_all(_NOT_STORED, _INSTEAD, literal=True)
            rows = rows.with_columns(text)
        elif not looks[column.name]:
            continue
        units = text.str.len_chars() + text.str.count_matches(_BEYOND_ONE_UNIT)
        is_long = (units > longest).fill_null(value=False)
        if not is_long.any():
            continue
        cut += is_long.cast(pl.Int64)
        shorter = [
            _shortened(whole, longest, is_key=column.is_key) for whole in text.filter(is_long)
        ]
        rows = rows.with_columns(text.scatter(is_long.arg_true(), shorter))
    return rows, cut


def _shortened(text: str, units: int, *, is_key: bool) -> str:
    end = _CUT
    if is_key:
        end += sha256(text.encode()).hexdigest()[:_DIGEST_DIGITS]
    room = units - len(end)
    kept = text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", errors="ignore")
    return kept + end


def arrays(rows: pl.DataFrame) -> tuple[str, ...]:
    """Each column as the text of a PostgreSQL array; texts must be `fitted`."""
    if rows.is_empty():
        return ("{}",) * rows.width
    # Few texts hold what has to be escaped, and to look is a third of the work of doing so.
    special = rows.select(pl.col(pl.String).str.contains(_SPECIAL).any()).to_dict(as_series=False)
    found: tuple[str, ...] = rows.select(
        _array(name, dtype, is_special=special.get(name) == [True]).alias(name)
        for name, dtype in rows.schema.items()
    ).row(0)
    return found


def _array(name: str, dtype: pl.DataType, *, is_special: bool) -> pl.Expr:
    value = pl.col(name)
    if dtype != pl.String:
        if isinstance(dtype, pl.Datetime):
            value = value.dt.to_string("%Y-%m-%d %H:%M:%S%.6f")
        joined = value.cast(pl.String).fill_null("NULL").str.join(",")
        return pl.concat_str(pl.lit("{"), joined, pl.lit("}"))
    if is_special:
        value = value.str.replace_all("\\", "\\\\", literal=True).str.replace_all(
            '"', '\\"', literal=True
        )
    # No text has this character: one that stands alone is a text that is not there.
    joined = value.fill_null(_NOT_STORED).str.join('","')
    quoted = pl.concat_str(pl.lit('{"'), joined, pl.lit('"}'))
    return quoted.str.replace_all(f'"{_NOT_STORED}"', "NULL", literal=True)


def ahead(items: Iterable[T]) -> Iterator[T]:
    """The same items, none of them None, the next one made in another thread meanwhile."""
    source = iter(items)
    with ThreadPoolExecutor(1, "ahead") as maker:
        coming = maker.submit(next, source, None)
        while (item := coming.result()) is not None:
            coming = maker.submit(next, source, None)
            yield item
