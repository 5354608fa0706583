"""Reads call files: the good rows as values, the bad ones with everything that is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pipeline.callfile.cells import join, split
from pipeline.callfile.format import LINE, REJECTION, REQUIRED, RULES
from pipeline.callfile.values import values, with_defaults
from warehouse.errors import InvalidInput, Problem

_TEXT = REJECTION[-1]


@dataclass(frozen=True, slots=True)
class CallFile:
    """One call file, read.

    `legs` has the columns of `CALL_FILE_SCHEMA`, `extra` (a JSON object of the columns that the
    format does not know, or empty) and `LINE`; `rejected` holds the bad rows as text with the
    `REJECTION` columns in front; `problems` says each fault.
    """

    name: str
    legs: pl.DataFrame
    rejected: pl.DataFrame
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class RawFile:
    """The bytes of a call file; `source` is meant where the file does not say one."""

    name: str
    data: bytes
    source: str


@dataclass(frozen=True, slots=True)
class Together:
    """Call files without any fault, read as one."""

    legs: pl.DataFrame
    """As those of a `CallFile`, file after file."""
    heights: list[int]
    """How many legs each file has."""


def read_call_file(name: str, data: bytes, *, source: str) -> CallFile:
    """Reads the bytes of a call file; `source` is meant where the file does not say one.

    Raises `InvalidInput` where the file as a whole cannot be used: its text, header or a required
    column.
    """
    written, problems = split(name, data)
    cells = written.drop(REJECTION, strict=False)
    missing = [column for column in REQUIRED if column not in cells.columns]
    if missing:
        raise InvalidInput(
            Problem(name, "column missing", f"Add the column {column}", line=1, column=column)
            for column in missing
        )
    parsed = values(cells)
    problems.extend(_faults(name, cells, parsed))
    bad_lines = {problem.line for problem in problems}
    good = parsed.filter(~pl.col(LINE).is_in(list(bad_lines))) if bad_lines else parsed
    return CallFile(
        name,
        with_defaults(good, pl.lit(source)),
        _rejected(cells, problems, _texts_before(written)),
        tuple(sorted(problems, key=lambda problem: problem.line or 0)),
    )


def read_together(files: Sequence[RawFile]) -> Together | None:
    """Reads files of the same columns at once, which is faster than one by one.

    Gives what `read_call_file` would give of each; None where their columns differ, or any of them
    has a fault or is written in a way that has to be read with more care.
    """
    joined = join([file.data for file in files])
    if joined is None:
        return None
    cells, heights = joined
    cells = cells.drop(REJECTION, strict=False)
    if any(column not in cells.columns for column in REQUIRED):
        return None
    parsed = values(cells)
    if _is_faulty(cells, parsed):
        return None
    sources = pl.Series([file.source for file in files], dtype=pl.String)
    of_each = pl.lit(sources).repeat_by(pl.lit(pl.Series(heights))).explode(empty_as_null=False)
    return Together(with_defaults(parsed, of_each), heights)


def _is_faulty(cells: pl.DataFrame, parsed: pl.DataFrame) -> bool:
    return any(cells[column].null_count() for column in REQUIRED) or any(
        _is_broken(rule.column, cells, parsed) for rule in RULES
    )


def _is_broken(column: str, cells: pl.DataFrame, parsed: pl.DataFrame) -> bool:
    """Whether there are texts in a column that are no values."""
    return column in cells.columns and cells[column].null_count() < parsed[column].null_count()


def _faults(name: str, cells: pl.DataFrame, parsed: pl.DataFrame) -> list[Problem]:
    found: list[Problem] = []
    for column in REQUIRED:
        found.extend(
            Problem(name, "empty", f"Fill in the {column}", line=line, column=column)
            for line in cells[LINE].filter(cells[column].is_null())
        )
    for rule in RULES:
        if _is_broken(rule.column, cells, parsed):
            is_broken = cells[rule.column].is_not_null() & parsed[rule.column].is_null()
            found.extend(
                Problem(name, rule.rule, rule.mend, value=value, line=line, column=rule.column)
                for line, value in cells.filter(is_broken).select(LINE, rule.column).iter_rows()
            )
    return found


def _texts_before(written: pl.DataFrame) -> dict[int, str]:
    """By line the text of rows that were rejected before for their length, and nobody mended."""
    if _TEXT not in written.columns:
        return {}
    return dict(written.select(LINE, _TEXT).drop_nulls().iter_rows())


def _rejected(cells: pl.DataFrame, problems: list[Problem], texts: dict[int, str]) -> pl.DataFrame:
    by_line: dict[int, list[Problem]] = {}
    for problem in problems:
        by_line.setdefault(problem.line or 0, []).append(problem)
    lines = sorted(by_line)
    reasons = pl.DataFrame(
        {
            "rejected_line": lines,
            "rejected_column": [
                "; ".join(str(one.column) for one in by_line[line] if one.column) for line in lines
            ],
            "rejected_reason": [
                "; ".join(
                    f"{'' if one.value is None else repr(one.value) + ': '}{one.rule}. {one.mend}"
                    for one in by_line[line]
                )
                for line in lines
            ],
            _TEXT: [
                next((one.value for one in by_line[line] if one.column is None), texts.get(line))
                for line in lines
            ],
        },
        schema=dict(zip(REJECTION, (pl.Int64, pl.String, pl.String, pl.String), strict=True)),
    )
    return reasons.join(
        cells, left_on="rejected_line", right_on=LINE, how="left", maintain_order="left"
    )
