"""The columns of the directory files, and how their cells become values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

import polars as pl

from warehouse.errors import Problem

USERS = ("user", "name", "department")
USERS_OPTIONAL = (
    "kind",
    "aliases",
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
SITES_OPTIONAL = ("area_code", "currency", "language", "private_prefix")
GATEWAYS = ("gateway", "site", "tariff")
GATEWAYS_OPTIONAL = ("channels", "valid_from", "valid_to")
PRIVATE_NUMBERS = ("user", "number")
PRIVATE_NUMBERS_OPTIONAL = ("valid_from", "valid_to", "note")

DAYS = ("valid_from", "valid_to")
_LINE_BITS = 32


def with_dates(file: str, rows: pl.DataFrame, problems: list[Problem]) -> pl.DataFrame:
    """Turns `valid_from` (inclusive) and `valid_to` (exclusive) into dates; empty is open."""
    parsed = rows.with_columns(
        pl.col(column).str.to_date("%Y-%m-%d", strict=False).alias(f"{column}_date")
        for column in DAYS
    )
    for column in DAYS:
        bad = pl.col(column).is_not_null() & pl.col(f"{column}_date").is_null()
        rule, mend = "not a date", "Write it as YYYY-MM-DD, for example 2026-01-31"
        problems.extend(faulty(file, parsed, column, bad, rule, mend))
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
        for line, start, end in backwards.select("line", *DAYS).iter_rows()
    )
    return parsed.with_columns(
        pl.col("valid_from_date").fill_null(date.min).alias("valid_from"),
        pl.col("valid_to_date").fill_null(date.max).alias("valid_to"),
    ).drop("valid_from_date", "valid_to_date")


def exploded(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """`line`, the dates, and one row for each of the `;`-separated entries of a column."""
    return (
        rows.select("line", "user", "site", *DAYS, pl.col(column).str.split(";"))
        .drop_nulls(column)
        .explode(column)
        .with_columns(pl.col(column).str.strip_chars())
        .filter(pl.col(column) != "")
    )


def overlaps(
    file: str, rows: pl.DataFrame, key: str, column: str | pl.Expr, value: str | None = None
) -> Iterator[Problem]:
    """Rows that are valid on the same day as an earlier row with the same `key`.

    `column` is the column to name, or an expression for it; `value` the column of `rows` whose
    cell to show, the key where it is left out.
    """
    named = column if isinstance(column, pl.Expr) else pl.lit(column)
    # The latest end so far and the line that has it, in one number: rows may lie within others.
    end = pl.col("valid_to").to_physical().cast(pl.Int64) * (1 << _LINE_BITS) + pl.col("line")
    # Numbers are quicker to sort than texts.
    alike = pl.col(key).cast(pl.Categorical).to_physical()
    ordered = rows.with_columns(alike.alias("alike")).sort("alike", "valid_from", "line")
    is_same = pl.col("alike") == pl.col("alike").shift()
    # Where no row meets the one before it, none meets any.
    meeting = ordered.filter(is_same & (pl.col("valid_from") < pl.col("valid_to").shift()))
    clashing = (
        ordered.filter(pl.col("alike").is_in(meeting["alike"].unique().implode()))
        .with_columns(end.cum_max().shift().over("alike").alias("before"))
        .with_columns(
            (pl.col("before") // (1 << _LINE_BITS)).cast(pl.Int32).cast(pl.Date).alias("until"),
            (pl.col("before") % (1 << _LINE_BITS)).alias("before_line"),
        )
        .filter(pl.col("valid_from") < pl.col("until"))
        .select(pl.col(value or key).alias("value"), "line", "before_line", named.alias("column"))
        .unique(maintain_order=True)
        .sort("line", maintain_order=True)
    )
    for shown, line, before, at in clashing.iter_rows():
        yield Problem(
            file,
            f"stands in line {before} too, for some of the same days",
            "Give the rows valid_from and valid_to that do not overlap, or remove one",
            value=shown,
            line=line,
            column=at,
        )


def missing_cells(file: str, rows: pl.DataFrame, columns: Iterable[str]) -> Iterator[Problem]:
    """Empty cells where a value is needed."""
    for column in columns:
        for (line,) in rows.filter(pl.col(column).is_null()).select("line").iter_rows():
            yield Problem(file, "empty", f"Fill in the {column}", line=line, column=column)


def faulty(
    file: str, rows: pl.DataFrame, column: str, is_bad: pl.Expr, rule: str, mend: str
) -> Iterator[Problem]:
    """The filled cells of a column for which `is_bad` holds."""
    for line, value in rows.filter(is_bad).drop_nulls(column).select("line", column).iter_rows():
        yield Problem(file, rule, mend, value=value, line=line, column=column)


def not_among(
    file: str,
    rows: pl.DataFrame,
    column: str,
    is_known: Callable[[str], bool],
    rule: str,
    mend: str,
) -> Iterator[Problem]:
    """The cells of a column with a word that is not known; each word is asked about once."""
    strangers = [word for word in rows[column].drop_nulls().unique() if not is_known(word)]
    yield from faulty(file, rows, column, pl.col(column).is_in(strangers), rule, mend)


def unknown(
    file: str, rows: pl.DataFrame, column: str, known: set[str] | None, where: str
) -> Iterator[Problem]:
    """Names that another file should hold and does not; nothing where that one cannot be read."""
    if known is not None:
        yield from not_among(
            file,
            rows,
            column,
            known.__contains__,
            f"no such {column} in {where}",
            f"Known: {', '.join(sorted(known)) or 'none'}. Add it to {where} or correct the name",
        )
