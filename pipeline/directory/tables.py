"""The columns of the directory files, and how their cells become values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import polars as pl

from warehouse.errors import Problem

USERS = ("user", "name", "department")
USERS_OPTIONAL = (
    "email",
    "numbers",
    "cost_centre",
    "site",
    "manager",
    "role",
    "valid_from",
    "valid_to",
)
SITES = ("site", "country", "time_zone")
SITES_OPTIONAL = ("area_code", "currency", "language")
GATEWAYS = ("gateway", "site", "tariff")
GATEWAYS_OPTIONAL = ("channels", "valid_from", "valid_to")


def with_dates(file: str, rows: pl.DataFrame, problems: list[Problem]) -> pl.DataFrame:
    """Turns `valid_from` (inclusive) and `valid_to` (exclusive) into dates; empty is open."""
    parsed = rows.with_columns(
        pl.col(column).str.to_date("%Y-%m-%d", strict=False).alias(f"{column}_date")
        for column in ("valid_from", "valid_to")
    )
    for column in ("valid_from", "valid_to"):
        bad = parsed.filter(pl.col(column).is_not_null() & pl.col(f"{column}_date").is_null())
        problems.extend(
            Problem(
                file,
                "not a date",
                "Write it as YYYY-MM-DD, for example 2026-01-31",
                value=value,
                line=line,
                column=column,
            )
            for line, value in bad.select("line", column).iter_rows()
        )
    backwards = parsed.filter(pl.col("valid_to_date") <= pl.col("valid_from_date"))
    problems.extend(
        Problem(
            file,
            f"ends on or before its start {start}",
            "valid_to is the first day that is no longer valid: make it later than valid_from",
            value=end,
            line=line,
            column="valid_to",
        )
        for line, start, end in backwards.select("line", "valid_from", "valid_to").iter_rows()
    )
    return parsed.with_columns(
        pl.col("valid_from_date").fill_null(date.min).alias("valid_from"),
        pl.col("valid_to_date").fill_null(date.max).alias("valid_to"),
    ).drop("valid_from_date", "valid_to_date")


def overlaps(file: str, rows: pl.DataFrame, key: str, column: str) -> Iterator[Problem]:
    """Rows that are valid on the same day as an earlier row with the same `key`."""
    ordered = rows.sort(key, "valid_from", "line").with_columns(
        pl.col("valid_to", "line").shift().over(key).name.prefix("before_")
    )
    clashing = ordered.filter(pl.col("valid_from") < pl.col("before_valid_to"))
    for value, line, before in clashing.select(key, "line", "before_line").iter_rows():
        yield Problem(
            file,
            f"stands in line {before} too, for some of the same days",
            "Give the rows valid_from and valid_to that do not overlap, or remove one",
            value=value,
            line=line,
            column=column,
        )


def missing_cells(file: str, rows: pl.DataFrame, columns: Iterable[str]) -> Iterator[Problem]:
    """Empty cells where a value is needed."""
    for column in columns:
        for (line,) in rows.filter(pl.col(column).is_null()).select("line").iter_rows():
            yield Problem(file, "empty", f"Fill in the {column}", line=line, column=column)
