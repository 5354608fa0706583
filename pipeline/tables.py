"""Text tables that people write: CSV files whose every fault can be pointed at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.cells import NotCsv, csv_rows
from warehouse.errors import InvalidInput, Problem


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of one CSV file as text, stripped; an empty cell is null.

    `rows` has the file's columns and `line`, the line (1 is the header) on which each row starts.
    """

    file: str
    rows: pl.DataFrame


def read_table(path: Path, *, required: Sequence[str], optional: Sequence[str] = ()) -> Table:
    """Reads a CSV file whose columns are known; raises `InvalidInput` with every fault of its form.

    Faults of form: no file, not UTF-8, a missing, unknown or doubled column, a row that is longer
    or shorter than the header.
    """
    return parse_table(path.name, read_text(path), required=required, optional=optional)


def read_text(path: Path) -> str:
    """The text of a file; raises `InvalidInput` where there is none, or it is not UTF-8."""
    name = path.name
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InvalidInput(
            [Problem(name, "file not found", f"Put it into {path.parent}, or run `tollbook init`")]
        ) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise InvalidInput(
            [Problem(name, "not UTF-8 text", "Save the file as CSV UTF-8", line=line)]
        ) from None


def parse_table(
    name: str, text: str, *, required: Sequence[str] = (), optional: Sequence[str] | None = ()
) -> Table:
    """As `read_table`, for text that is already at hand; `name` is used in messages.

    With `optional=None` any further column is welcome.
    """
    try:
        header, lines, rows = _split(text)
    except NotCsv as error:
        raise InvalidInput(
            [Problem(name, str(error), "Mend the quoting", None, error.line, error.column)]
        ) from None
    problems = _faults_of_header(name, header, required, optional)
    if not problems:
        problems = [
            Problem(
                name,
                f"{len(row)} cells where the header has {len(header)}",
                "Quote cells that contain a comma, or add the missing cells",
                value=",".join(row),
                line=line,
            )
            for line, row in zip(lines, rows, strict=True)
            if len(row) != len(header)
        ]
    if problems:
        raise InvalidInput(problems)
    columns = {
        column: pl.Series([row[at] or None for row in rows], dtype=pl.String)
        for at, column in enumerate(header)
    }
    absent = [column for column in optional or () if column not in header]
    frame = pl.DataFrame(columns).with_columns(
        pl.Series("line", lines, dtype=pl.Int64),
        *(pl.lit(None, dtype=pl.String).alias(column) for column in absent),
    )
    return Table(name, frame)


def _split(text: str) -> tuple[list[str], list[int], list[list[str]]]:
    header: list[str] = []
    lines: list[int] = []
    rows: list[list[str]] = []
    for start, cells in csv_rows(text):
        stripped = [cell.strip() for cell in cells]
        if not header and any(stripped):
            header = stripped
        elif any(stripped):
            lines.append(start)
            rows.append(stripped)
    return header, lines, rows


def _faults_of_header(
    name: str, header: list[str], required: Sequence[str], optional: Sequence[str] | None
) -> list[Problem]:
    known = header if optional is None else [*required, *optional]
    problems = [
        Problem(name, "column missing", f"Add the column {column}", line=1, column=column)
        for column in required
        if column not in header
    ]
    problems += [
        Problem(
            name,
            "unknown column",
            f"Known columns: {', '.join(known)}",
            value=column,
            line=1,
            column=at,
        )
        for at, column in enumerate(header, start=1)
        if column not in known
    ]
    problems += [
        Problem(name, "column given twice", "Keep one of them", line=1, column=column)
        for column in sorted({column for column in header if header.count(column) > 1})
    ]
    return problems
