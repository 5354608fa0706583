"""Price lists as text tables: which prices hold on a day, which are for a number, what changed."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

import polars as pl

from pipeline.rating.columns import COLUMNS as PRICE_COLUMNS

COLUMNS: Final = tuple(column.name for column in PRICE_COLUMNS)

KEY: Final = ("tariff", "prefix", "days", "from_time", "to_time", "from_second", "weight")
"""What a price is for."""
RISING: Final = (
    *("price_per_minute", "connect_fee", "min_charge", "first_increment_s", "next_increment_s"),
)
"""The more of it, the dearer."""
OTHER: Final = ("free_below_s", "max_charge", "currency", "destination", "call_type")
ADDED, REMOVED, DEARER, CHEAPER, CHANGED = "added", "removed", "dearer", "cheaper", "changed"
KINDS: Final = (ADDED, REMOVED, DEARER, CHEAPER, CHANGED)

_USUAL: Final = {column.name: column.default for column in PRICE_COLUMNS if column.default}
"""What an empty cell stands for."""
_AMOUNT: Final = pl.Decimal(38, 12)
_DIGITS: Final = re.compile(r"=?\+?[0-9][0-9 ()/.-]*")


def read(source: bytes) -> pl.DataFrame:
    """The rows of a price list as text, with all `COLUMNS`; raises `pl.exceptions.PolarsError`."""
    rows = pl.read_csv(source, infer_schema=False, truncate_ragged_lines=True)
    rows = rows.rename({name: name.strip() for name in rows.columns})
    return rows.select(
        (pl.col(name).str.strip_chars().replace("", None) if name in rows.columns
         else pl.lit(None, pl.String)).alias(name)
        for name in COLUMNS
    )  # fmt: skip


def in_force(rows: pl.DataFrame, on: date) -> pl.DataFrame:
    """The prices that hold on a day."""
    day = on.isoformat()
    begun = pl.col("valid_from").is_null() | (pl.col("valid_from") <= day)
    ended = pl.col("valid_to").is_not_null() & (pl.col("valid_to") <= day)
    return rows.filter(begun & ~ended)


def newest_beginning(rows: pl.DataFrame, today: date) -> date:
    """The last day on which prices begin to hold, or today if that is over."""
    newest = rows.select(pl.col("valid_from").str.to_date("%Y-%m-%d", strict=False).max()).item()
    return max(newest or today, today)


def matching(rows: pl.DataFrame, text: str) -> pl.DataFrame:
    """The prices for a number and for all that begins with it, the longest prefix first.

    A text that is no number is looked for in the names of destinations.
    """
    wanted = text.strip()
    if not wanted:
        return rows
    if not _DIGITS.fullmatch(wanted):
        named = pl.col("destination").str.to_lowercase().str.contains(wanted.lower(), literal=True)
        return rows.filter(named.fill_null(value=False))
    number = re.sub(r"[^0-9=]", "", wanted)
    fits = pl.lit(number).str.starts_with(pl.col("prefix")) | (pl.col("prefix") == "*")
    found = rows.filter(fits | pl.col("prefix").str.starts_with(number))
    return found.sort(
        pl.col("prefix").replace("*", "").str.len_chars(), descending=True, maintain_order=True
    )


def changes(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """What differs between prices that hold on one day: `kind` and, of both, all but the validity.

    Columns are `kind`, those of `KEY`, and `RISING` and `OTHER` with `_before` and `_after`; the
    amounts and seconds are decimals. Prices that are the same are left out.
    """
    sides = [_comparable(rows) for rows in (before, after)]
    both = sides[0].join(
        sides[1], on=KEY, how="full", coalesce=True, suffix="_after", nulls_equal=True
    )
    names = (*RISING, *OTHER)
    both = both.rename({name: f"{name}_before" for name in (*names, "is_there")})
    pairs = {name: (pl.col(f"{name}_before"), pl.col(f"{name}_after")) for name in names}
    up = pl.any_horizontal(now > was for was, now in (pairs[name] for name in RISING))
    down = pl.any_horizontal(now < was for was, now in (pairs[name] for name in RISING))
    other = pl.any_horizontal(was.ne_missing(now) for was, now in (pairs[name] for name in OTHER))
    money_differs = pairs["currency"][0].ne_missing(pairs["currency"][1])
    kind = (
        pl.when(pl.col("is_there_before").is_null())
        .then(pl.lit(ADDED))
        .when(pl.col("is_there_after").is_null())
        .then(pl.lit(REMOVED))
        .when(up & ~down & ~money_differs)
        .then(pl.lit(DEARER))
        .when(down & ~up & ~money_differs)
        .then(pl.lit(CHEAPER))
        .when(up | down | other)
        .then(pl.lit(CHANGED))
    )
    return (
        both.with_columns(kind.alias("kind"))
        .filter(pl.col("kind").is_not_null())
        .select("kind", *KEY, *(f"{name}_{side}" for name in names for side in ("before", "after")))
        .sort("tariff", "prefix", "days", "from_time", "from_second")
    )


def _comparable(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with what empty cells stand for, and numbers as numbers: 0.60 is 0.6."""
    filled = rows.with_columns(pl.col(name).fill_null(value) for name, value in _USUAL.items())
    return filled.select(
        *KEY,
        *(pl.col(name).cast(_AMOUNT, strict=False) for name in RISING),
        *OTHER,
        pl.lit(value=True).alias("is_there"),
    )
