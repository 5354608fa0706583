"""The numbers of users.csv: single ones, ranges, and extensions that count at their site only."""

from __future__ import annotations

import re
from collections.abc import Iterable

import polars as pl

from pipeline.directory.directory import number_key
from pipeline.directory.tables import DAYS, exploded

_NUMBER = r"^\+?[0-9]{2,15}$"
_RANGE = re.compile(r"(\+?)([0-9]{2,15})\.\.([0-9]{1,15})")
LARGEST_RANGE = 10_000

RULE = "not a phone number"
MEND = (
    "Write +, country code and number without spaces, or an extension; separate several with ; and "
    f"write a range of at most {LARGEST_RANGE:,} as +390612340100..0199"
)


def owned_numbers(rows: pl.DataFrame, sites: Iterable[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The numbers of users.csv one by one, and those that are none.

    Args:
        rows: `line, user, site, numbers` and dates.
        sites: All there are: an extension of someone without a site counts at each of them, and
            where no site is known.

    Returns:
        `line, user, site, valid_from, valid_to, numbers` (as written) and `key`, as
        `Directory.owners_of_numbers` has it; and `line` and `numbers` of the others.
    """
    written = exploded(rows, "numbers")
    is_single = pl.col("numbers").str.contains(_NUMBER)
    single = written.filter(is_single).with_columns(pl.col("numbers").alias("number"))
    others = written.filter(~is_single).with_columns(
        pl.col("numbers")
        .map_elements(range_of, return_dtype=pl.List(pl.String), skip_nulls=True)
        .alias("number")
    )
    good = pl.concat([single, others.drop_nulls("number").explode("number")])
    return _keyed(good, sites), others.filter(pl.col("number").is_null()).select("line", "numbers")


def range_of(text: str) -> list[str] | None:
    """+390612340198..201 → the four numbers: what follows the dots replaces the last digits."""
    found = _RANGE.fullmatch(text)
    if found is None:
        return None
    plus, first, tail = found.groups()
    if len(tail) > len(first):
        return None
    last = int(first[: len(first) - len(tail)] + tail)
    if not 0 < last - int(first) < LARGEST_RANGE:
        return None
    return [f"{plus}{number:0{len(first)}}" for number in range(int(first), last + 1)]


def _keyed(numbers: pl.DataFrame, sites: Iterable[str]) -> pl.DataFrame:
    is_anywhere = ~pl.col("number").str.starts_with("+") & pl.col("site").is_null()
    everywhere = pl.DataFrame({"at": [None, *sites]}, schema={"at": pl.String})
    return (
        pl.concat(
            [
                numbers.filter(~is_anywhere).with_columns(pl.col("site").alias("at")),
                numbers.filter(is_anywhere).join(everywhere, how="cross"),
            ]
        )
        .with_columns(number_key(pl.col("number"), pl.col("at")).alias("key"))
        .unique(["line", "key"], maintain_order=True)
        .select("line", "user", "site", *DAYS, "numbers", "key")
    )
