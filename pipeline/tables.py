"""Text tables that people write: CSV files whose every fault can be pointed at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
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


COMMENT = "#"
"""Begins a line of notes in a table that may have any."""


def read_table(
    path: Path, *, required: Sequence[str], optional: Sequence[str] = (), notes: bool = False
) -> Table:
    """Reads a CSV file whose columns are known; raises `InvalidInput` with every fault of its form.

    Faults of form: no file, not UTF-8, a missing, unknown or doubled column, a row that is longer
    or shorter than the header. `notes` as in `parse_table`.
    """
    return parse_table(
        path.name, read_text(path), required=required, optional=optional, notes=notes
    )


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
    name: str,
    text: str,
    *,
    required: Sequence[str] = (),
    optional: Sequence[str] | None = (),
    notes: bool = False,
) -> Table:
    """As `read_table`, for text that is already at hand; `name` is used in messages.

    With `optional=None` any further column is welcome. With `notes`, people may keep notes in the
    table: lines that begin with #, and columns of any name that is not almost a known one's.
    """
    try:
        # Without quotes a line is a row: no need to look at every character one by one.
        split = _written if '"' in text or re.search(r"\r(?!\n)", text) else _plain
        header, lines, rows = split(text, notes=notes)
    except NotCsv as error:
        raise InvalidInput(
            [Problem(name, str(error), "Mend the quoting", None, error.line, error.column)]
        ) from None
    problems = _faults_of_header(name, header, required, optional, notes=notes)
    problems = problems or _faults_of_length(name, header, lines, rows)
    if problems:
        raise InvalidInput(problems)
    absent = [column for column in optional or () if column not in header]
    cells = rows.list.to_struct(fields=header).struct.unnest() if header else pl.DataFrame()
    frame = cells.select(
        pl.all().str.strip_chars().replace("", None),
        pl.Series("line", lines, dtype=pl.Int64),
        *(pl.lit(None, dtype=pl.String).alias(column) for column in absent),
    )
    return Table(name, frame)


_Split = tuple[list[str], pl.Series, pl.Series]
"""The header; the line of each row; and its cells, of type List(String)."""


def _written(text: str, *, notes: bool) -> _Split:
    """Splits any CSV."""
    header: list[str] = []
    lines: list[int] = []
    rows: list[list[str]] = []
    for start, cells in csv_rows(text):
        if not any(map(str.strip, cells)):
            continue
        if notes and cells[0].lstrip().startswith(COMMENT):
            continue
        if header:
            lines.append(start)
            rows.append(cells)
        else:
            header = [cell.strip() for cell in cells]
    return header, pl.Series(lines, dtype=pl.Int64), pl.Series(rows, dtype=pl.List(pl.String))


def _plain(text: str, *, notes: bool) -> _Split:
    """Splits text without quotes, as `_written` does."""
    rows = pl.Series("row", text.replace("\r\n", "\n").split("\n"), dtype=pl.String)
    numbered = (
        pl.DataFrame(rows).with_row_index("line", 1).filter(pl.col("row").str.contains(r"[^,\s]"))
    )
    if notes:
        numbered = numbered.filter(~pl.col("row").str.contains(rf"^\s*{COMMENT}"))
    header = [cell.strip() for cell in numbered["row"].head(1).str.split(",").explode()]
    body = numbered.slice(1)
    return header, body["line"].cast(pl.Int64), body["row"].str.split(",")


def _faults_of_length(
    name: str, header: list[str], lines: pl.Series, rows: pl.Series
) -> list[Problem]:
    is_other = rows.list.len() != len(header)
    return [
        Problem(
            name,
            f"{len(row)} cells where the header has {len(header)}",
            "Quote cells that contain a comma, or add the missing cells",
            value=",".join(map(str.strip, row)),
            line=line,
        )
        for line, row in zip(lines.filter(is_other), rows.filter(is_other), strict=True)
    ]


def _faults_of_header(
    name: str,
    header: list[str],
    required: Sequence[str],
    optional: Sequence[str] | None,
    *,
    notes: bool,
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
        if column not in known and not (notes and _is_own_name(column, known))
    ]
    problems += [
        Problem(name, "column given twice", "Keep one of them", line=1, column=column)
        for column in sorted({column for column in header if header.count(column) > 1})
    ]
    return problems


def _is_own_name(column: str, known: Sequence[str]) -> bool:
    """Whether a column is a person's own rather than a known one, misspelt."""
    plain = column.strip().lower().replace(" ", "_").replace("-", "_")
    return bool(plain) and not get_close_matches(plain, known, n=1, cutoff=0.8)
