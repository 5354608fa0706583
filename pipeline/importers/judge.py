"""Holds imported rows to the columns of `tariffs.csv`, pointing at the foreign file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from pipeline.importers.imported import TARIFF_COLUMNS, rows_frame
from pipeline.rating.columns import COLUMNS
from warehouse.errors import Problem

_KEY = (
    *("tariff", "prefix", "days", "from_time", "to_time", "from_second", "weight"),
    *("valid_from", "valid_to"),
)
_LINE = "line"


def judged(
    rows: Sequence[Mapping[str, str | None]],
    lines: Sequence[int],
    file: str,
    source_of: Mapping[str, str],
) -> tuple[pl.DataFrame, list[Problem], list[Problem]]:
    """The rows that `tariffs.csv` can hold, the problems of the others, and warnings.

    Args:
        rows: By columns of `tariffs.csv`.
        lines: Where each row stands in the foreign file.
        file: Name of the foreign file.
        source_of: The foreign file's name of each column.
    """
    frame = rows_frame(rows).with_columns(pl.Series(_LINE, lines, dtype=pl.Int64))
    problems: list[Problem] = []
    faulty = pl.lit(False)
    for column in COLUMNS:
        empty = pl.col(column.name).is_null()
        wrong = (empty & column.required) | (~empty & ~column.valid.fill_null(False))
        place = source_of.get(column.name, column.name)
        for value, line in (
            frame.filter(wrong).select(column.name, _LINE).unique(maintain_order=True).iter_rows()
        ):
            rule = column.rule if value is not None else "must have a value"
            problems.append(Problem(file, rule, column.mend, value, line, place))
        faulty |= wrong
    return _without_doubles(frame.filter(~faulty), problems, file, source_of["prefix"])


def _without_doubles(
    frame: pl.DataFrame, problems: list[Problem], file: str, place: str
) -> tuple[pl.DataFrame, list[Problem], list[Problem]]:
    priced = [name for name in TARIFF_COLUMNS if name not in {*_KEY, "destination"}]
    counted = frame.with_columns(
        first=pl.col(_LINE).first().over(_KEY),
        nth=pl.int_range(pl.len()).over(_KEY),
        is_equal=pl.all_horizontal(
            pl.col(name).eq_missing(pl.col(name).first().over(_KEY)) for name in priced
        ),
    )
    warnings: list[Problem] = []
    columns = ("prefix", _LINE, "first", "is_equal")
    for prefix, line, first, is_equal in (
        counted.filter(pl.col("nth") > 0).select(columns).iter_rows()
    ):
        if is_equal:
            rule, mend = f"the same as in line {first}", "It was taken once."
            warnings.append(Problem(file, rule, mend, prefix, line, place))
        else:
            rule = f"has another price in line {first}, which was taken"
            mend = "Keep one of the lines, or give each its days of validity."
            problems.append(Problem(file, rule, mend, prefix, line, place))
    return counted.filter(nth=0).select(TARIFF_COLUMNS), problems, warnings
