"""Reads a price list from text cells, or says everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

import polars as pl

from pipeline.rating.columns import COLUMNS, Column
from pipeline.rating.rules import rule_problems
from warehouse.errors import InvalidInput, Problem

LINE = "line"
REQUIRED = tuple(column.name for column in COLUMNS if column.required)
OPTIONAL = tuple(column.name for column in COLUMNS if not column.required)
ROW_COLUMNS = (
    *("tariff", "prefix", "destination", "call_type", "days", "from_time", "to_time"),
    *("from_second", "weight", "connect_fee", "price_per_minute", "first_increment_s"),
    *("next_increment_s", "free_below_s", "min_charge", "max_charge"),
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
        units of 1e-8, increments and `from_second` are Int64 seconds, `days` a set of kinds of days
        (Int64, see `pipeline.rating.days`), times Int64 minutes, `weight` Int64, validity is Date
        (`valid_to` exclusive, null where open), the rest String.

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
    problems += rule_problems(rows, file)
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
