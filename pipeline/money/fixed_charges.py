"""Reads fixed_charges.csv, and says everything that is wrong with it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Final

import polars as pl

from pipeline.directory.tables import (
    DAYS,
    faulty,
    missing_cells,
    not_among,
    overlaps,
    with_dates,
)
from pipeline.rating.currencies import CURRENCIES
from pipeline.tables import read_table
from warehouse.errors import InvalidInput
from warehouse.legs import MONEY

FIXED: Final = ("what", "id", "name", "amount", "currency")
FIXED_OPTIONAL: Final = ("valid_from", "valid_to", "proration")

_AMOUNT: Final = r"^[0-9]{1,8}(\.[0-9]{1,6})?$"
_NUMBER: Final = r"^(\+[0-9]{2,15}|[0-9]{2,15}@.+)$"


class What(StrEnum):
    """What is charged for."""

    USER = "user"
    NUMBER = "number"
    GATEWAY = "gateway"
    DEPARTMENT = "department"
    SITE = "site"


class Proration(StrEnum):
    """What a month costs of which only a part is charged."""

    DAYS = "days"
    """As many parts of the amount as days are charged, of as many as the month has."""
    WHOLE = "whole"
    """All of the amount, borne by the days that are charged in equal parts."""


def no_fixed_charges() -> pl.DataFrame:
    """What a home without the file has."""
    schema = {
        **dict.fromkeys((*FIXED, "proration", "key"), pl.String),
        **dict.fromkeys(DAYS, pl.Date),
    }
    return pl.DataFrame(schema=schema | {"amount": MONEY, "line": pl.Int64})


def read_fixed_charges(path: Path) -> pl.DataFrame:
    """The rows of the file, dated, and the `key` that each thing is looked up by.

    A file that is absent has none. Raises `InvalidInput` with every problem.
    """
    if not path.exists():
        return no_fixed_charges()
    table = read_table(path, required=FIXED, optional=FIXED_OPTIONAL, notes=True)
    file = table.file
    problems = [*missing_cells(file, table.rows, FIXED)]
    rows = with_dates(file, table.rows, problems)
    for column, words in (("what", What), ("proration", Proration)):
        problems.extend(
            not_among(
                *(file, rows, column, {*words}.__contains__),
                *(f"not a word for {column}", f"Use one of {', '.join(words)}"),
            )
        )
    problems.extend(
        not_among(
            *(file, rows, "currency", CURRENCIES.__contains__),
            *("not a currency in use", "Use three capital letters of ISO 4217, as EUR"),
        )
    )
    problems.extend(
        faulty(
            *(file, rows, "amount", ~pl.col("amount").str.contains(_AMOUNT)),
            *("not an amount", "Write it as 12.50: below 100,000,000, at most six decimals"),
        )
    )
    is_number = pl.col("what") == What.NUMBER.value
    problems.extend(
        faulty(
            *(file, rows, "id", is_number & ~pl.col("id").str.contains(_NUMBER)),
            "not a number",
            "Write +, country code and number, or an extension with its site, as 101@Rome",
        )
    )
    rows = rows.with_columns(
        _key().alias("key"), pl.col("proration").fill_null(Proration.DAYS.value)
    )
    same = pl.concat_str("what", "key", "name", separator=" ")
    problems.extend(overlaps(file, rows.with_columns(same.alias("same")), "same", "id", value="id"))
    if problems:
        raise InvalidInput(problems)
    return rows.select(*FIXED, "proration", "key", *DAYS, "line").with_columns(
        pl.col("amount").cast(MONEY)
    )


def _key() -> pl.Expr:
    is_cased = pl.col("what").is_in([What.DEPARTMENT.value, What.SITE.value])
    return pl.when(is_cased).then("id").otherwise(pl.col("id").str.to_lowercase())
