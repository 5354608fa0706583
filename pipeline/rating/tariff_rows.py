"""Reads a price list from text cells, or says everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from difflib import get_close_matches

import polars as pl

from pipeline.rating.columns import COLUMNS, MONEY_UNIT, Column
from warehouse.errors import InvalidInput, Problem

LINE = "line"
REQUIRED = tuple(column.name for column in COLUMNS if column.required)
OPTIONAL = tuple(column.name for column in COLUMNS if not column.required)
ROW_COLUMNS = (
    *("tariff", "prefix", "destination", "call_type", "connect_fee", "price_per_minute"),
    *("first_increment_s", "next_increment_s", "free_below_s", "min_charge", "max_charge"),
    *("currency", "valid_from", "valid_to"),
)


def parse_tariffs(table: pl.DataFrame, file: str) -> pl.DataFrame:
    """Reads the text cells of a price list.

    Args:
        table: The cells as String columns, empty or null where there is nothing, and `line`
            (Int64), the place of each row in the file.
        file: Name of the file, for the problems.

    Returns:
        One row per price, in the order of the file: `ROW_COLUMNS` and `line`. Money is Int64 in
        units of 1e-8, increments are Int64 seconds, validity is Date (`valid_to` exclusive, null
        where open), the rest String.

    Raises:
        InvalidInput: With every problem of every row.
    """
    problems = list(_heading_problems(table.columns, file))
    cells = _trimmed(table)
    for column in COLUMNS:
        if column.name in table.columns:
            problems += _cell_problems(cells, column, file)
    faulty_lines = {problem.line for problem in problems}
    rows = cells.filter(~pl.col(LINE).is_in(list(faulty_lines))).select(
        *(_read(column) for column in COLUMNS if column.name in ROW_COLUMNS), LINE
    )
    for rule in (_empty_validity, _minimum_above_cap, _second_currency, _overlaps):
        problems += rule(rows, file)
    if problems:
        raise InvalidInput(sorted(problems, key=lambda problem: problem.line or 0))
    return rows


def _heading_problems(names: Iterable[str], file: str) -> Iterator[Problem]:
    known = [column.name for column in COLUMNS]
    present = set(names) - {LINE}
    for name in sorted(present.difference(known)):
        near = get_close_matches(name.lower(), known, n=1)
        mend = f"Did you mean {near[0]}?" if near else f"The columns are: {', '.join(known)}."
        yield Problem(file, "is no column of a price list", mend, name, 1, name)
    for column in COLUMNS:
        if column.required and column.name not in present:
            mend = f"Add it to the header. {column.mend}"
            yield Problem(file, f"the column {column.name} is missing", mend, None, 1, column.name)


def _trimmed(table: pl.DataFrame) -> pl.DataFrame:
    """The cells without blanks around them, empty ones null, columns left out as empty ones."""
    absent = [
        pl.lit(None, pl.String).alias(column.name)
        for column in COLUMNS
        if column.name not in table.columns
    ]
    text = pl.col(pl.String).str.strip_chars()
    return table.with_columns(absent).with_columns(pl.when(text != "").then(text))


def _cell_problems(cells: pl.DataFrame, column: Column, file: str) -> Iterator[Problem]:
    empty = pl.col(column.name).is_null()
    if column.required:
        for (line,) in cells.filter(empty).select(LINE).iter_rows():
            yield Problem(file, "must have a value", column.mend, None, line, column.name)
    faulty = cells.filter(~empty & ~column.valid.fill_null(False)).select(column.name, LINE)
    for value, line in faulty.iter_rows():
        yield Problem(file, column.rule, column.mend, value, line, column.name)


def _read(column: Column) -> pl.Expr:
    filled = column.read
    if column.default is not None:
        default = pl.DataFrame({column.name: [column.default]}).select(column.read).item()
        filled = filled.fill_null(default)
    return filled.alias(column.name)


def _empty_validity(rows: pl.DataFrame, file: str) -> Iterator[Problem]:
    faulty = rows.filter(pl.col("valid_to") <= pl.col("valid_from"))
    for start, end, line in faulty.select("valid_from", "valid_to", LINE).iter_rows():
        yield Problem(
            file,
            f"must be later than valid_from, {start}",
            "The price holds until the day before valid_to; give a later day or none.",
            str(end),
            line,
            "valid_to",
        )


def _minimum_above_cap(rows: pl.DataFrame, file: str) -> Iterator[Problem]:
    faulty = rows.filter(pl.col("min_charge") > pl.col("max_charge"))
    minimum = pl.col("min_charge").cast(pl.Decimal(20, 0)) * pl.lit(MONEY_UNIT)
    for value, line in faulty.select(minimum, LINE).iter_rows():
        yield Problem(
            file,
            "the minimum is above the cap of the same row",
            "Lower min_charge or raise max_charge.",
            format(value.normalize(), "f"),
            line,
            "min_charge",
        )


def _second_currency(rows: pl.DataFrame, file: str) -> Iterator[Problem]:
    first = pl.col("currency").first().over("tariff")
    faulty = rows.filter(pl.col("currency") != first)
    columns = ("tariff", "currency", LINE)
    for tariff, currency, line in faulty.select(columns).iter_rows():
        yield Problem(
            file,
            f"the tariff {tariff} has another currency above",
            "Keep one currency in a tariff; put the other prices into a tariff of their own.",
            currency,
            line,
            "currency",
        )


def _overlaps(rows: pl.DataFrame, file: str) -> Iterator[Problem]:
    same = ("tariff", "prefix")
    faulty = (
        rows.with_columns(
            start=pl.col("valid_from").fill_null(date.min),
            end=pl.col("valid_to").fill_null(date.max),
        )
        .sort(*same, "start", LINE)
        .with_columns(
            taken_until=pl.col("end").cum_max().shift().over(same),
            other=pl.col(LINE).shift().over(same),
        )
        .filter(pl.col("start") < pl.col("taken_until"))
    )
    for prefix, line, other in faulty.select("prefix", LINE, "other").iter_rows():
        yield Problem(
            file,
            f"the same tariff and prefix has a price at the same time in line {min(line, other)}",
            "Keep one of the lines, or let the older one end (valid_to) where the newer begins.",
            prefix,
            max(line, other),
            "prefix",
        )
