"""From the bytes of a call file to cells of text, each with the line it stands on."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import polars as pl

from pipeline.callfile.format import LINE
from pipeline.cells import NotCsv, csv_rows
from warehouse.errors import InvalidInput, Problem

_NEW_LINE, _COMMA, _QUOTE = b'\n,"'
_BLOCK = 1 << 17
"""Bytes that are counted at a time, so few that they stay near the processor."""


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


def join(files: Sequence[bytes]) -> tuple[pl.DataFrame, list[int]] | None:
    """The rows of several files as text columns plus `LINE`, and how many each file has.

    None where their headers differ, or any of them does not lend itself to being read so.
    """
    heads, bodies = zip(*(_parts(data.removeprefix(BOM_UTF8)) for data in files), strict=True)
    if len(set(heads)) > 1 or b'"' in heads[0]:
        return None
    counts = [_Counts.of(body) for body in bodies]
    try:
        cells = _cells(b"".join(bodies), _header("", heads[0].decode()), sum(counts, _Counts()))
    except (UnicodeDecodeError, InvalidInput):
        return None
    if cells is None:
        return None
    heights = [count.lines for count in counts]
    lines = np.concatenate([np.arange(2, height + 2, dtype=np.int64) for height in heights])
    return cells.with_columns(pl.Series(LINE, lines)), heights


def _split_plain(data: bytes, header: list[str]) -> pl.DataFrame | None:
    head, body = _parts(data)
    cells = None if b'"' in head else _cells(bytes(body), header, _Counts.of(body))
    lines = pl.int_range(2, pl.len() + 2, dtype=pl.Int64).alias(LINE)
    return None if cells is None else cells.with_columns(lines)


def _parts(data: bytes) -> tuple[bytes, memoryview]:
    """Header and body of a file in which each line is a row; each line of the body ends."""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    if not data.endswith(b"\n"):
        data += b"\n"
    end = data.index(b"\n")
    return data[:end], memoryview(data)[end + 1 :]


@dataclass(frozen=True, slots=True)
class _Counts:
    """How often some characters are in a text."""

    lines: int = 0
    commas: int = 0
    rare: int = 0
    """Characters up to the quote in the order of ASCII: blanks, ends of lines, quotes."""

    @classmethod
    def of(cls, text: memoryview) -> _Counts:
        whole = np.frombuffer(text, dtype=np.uint8)
        lines = commas = rare = 0
        for begin in range(0, len(whole), _BLOCK):
            block = whole[begin : begin + _BLOCK]
            lines += int(np.count_nonzero(block == _NEW_LINE))
            commas += int(np.count_nonzero(block == _COMMA))
            rare += int(np.count_nonzero(block <= _QUOTE))
        return cls(lines, commas, rare)

    def __add__(self, other: _Counts) -> _Counts:
        return _Counts(self.lines + other.lines, self.commas + other.commas, self.rare + other.rare)


def _cells(body: bytes, header: list[str], counts: _Counts) -> pl.DataFrame | None:
    """The rows of a body in which each line is one: without quotes and empty lines, the usual case.

    None where it is not such a body, or not all rows are of the header's length.
    """
    has_rare = counts.rare > counts.lines
    if has_rare and (b'"' in body or b"\r" in body):
        return None
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
    if cells.height != counts.lines or counts.commas != cells.height * (len(header) - 1):
        return None
    return _tidy(cells) if has_rare or not body.isascii() else cells


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
