"""From the bytes of a call file to cells of text, each with the line it stands on."""

from __future__ import annotations

import csv
import io
from itertools import islice

import polars as pl

from pipeline.callfile.format import LINE
from pipeline.cells import NotCsv, csv_rows
from warehouse.errors import InvalidInput, Problem


def split(name: str, data: bytes) -> tuple[pl.DataFrame, list[Problem]]:
    """The rows as text columns plus `LINE`, and the rows that are not of the header's length.

    Raises `InvalidInput` where not even the header can be used.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InvalidInput(
            [Problem(name, "not UTF-8 text", "Write call files in UTF-8", line=line)]
        ) from None
    header = _header(name, text)
    fast = _split_plain(data, header)
    return (fast, []) if fast is not None else _split_quoted(name, text, header)


def _header(name: str, text: str) -> list[str]:
    end = text.find("\n")
    first = text if end < 0 or '"' in text[:end] else text[:end]
    try:
        _, cells = next(csv_rows(first, strict=False), (1, []))
    except NotCsv:
        cells = []
    header = [cell.strip() for cell in cells]
    if not any(header):
        raise InvalidInput([Problem(name, "no header", "Begin with the names of columns", line=1)])
    doubled = sorted({column for column in header if header.count(column) > 1})
    if doubled:
        raise InvalidInput(
            Problem(name, "column given twice", "Keep one of them", line=1, column=column or None)
            for column in doubled
        )
    return header


def _split_plain(data: bytes, header: list[str]) -> pl.DataFrame | None:
    """Without quotes and empty lines, a line is a row: by far the usual case."""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    if any(mark in data for mark in (b'"', b"\r", b"\n\n")):
        return None
    _, _, body = data.partition(b"\n")
    try:
        cells = pl.read_csv(
            body,
            has_header=False,
            schema=dict.fromkeys(header, pl.String),
            quote_char=None,
            raise_if_empty=False,
        )
    except pl.exceptions.PolarsError:
        return None
    # Rows too long are an error above: of others none is too short if all commas are there.
    if body.count(b",") != cells.height * (len(header) - 1):
        return None
    is_tidy = body.isascii() and not any(space in body for space in (b" ", b"\t", b"\v", b"\f"))
    lines = pl.int_range(2, pl.len() + 2, dtype=pl.Int64).alias(LINE)
    return (cells if is_tidy else _tidy(cells)).with_columns(lines)


def _split_quoted(name: str, text: str, header: list[str]) -> tuple[pl.DataFrame, list[Problem]]:
    rows: list[list[str]] = []
    lines: list[int] = []
    problems: list[Problem] = []
    try:
        for start, cells in islice(csv_rows(text, strict=False), 1, None):
            if len(cells) == len(header):
                rows.append(cells)
                lines.append(start)
            elif any(cells):
                problems.append(_unfit(name, start, cells, len(header)))
    except NotCsv as error:
        mend = "Look for a quote that is not closed"
        raise InvalidInput(
            [Problem(name, str(error), mend, None, error.line, error.column)]
        ) from None
    frame = pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row")
    return _tidy(frame).with_columns(pl.Series(LINE, lines, dtype=pl.Int64)), problems


def _unfit(name: str, line: int, cells: list[str], width: int) -> Problem:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return Problem(
        name,
        f"{len(cells)} cells where the header has {width}",
        "Quote cells that contain a comma, or add the missing cells",
        value=text.getvalue(),
        line=line,
    )


def _tidy(cells: pl.DataFrame) -> pl.DataFrame:
    stripped = pl.all().str.strip_chars()
    return cells.with_columns(pl.when(stripped != "").then(stripped).name.keep())
