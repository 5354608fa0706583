"""The rows of one delimited file, from a place in it on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import polars as pl

from pipeline.sources.tables.files import Bytes
from pipeline.sources.tables.gather import Rows
from pipeline.sources.tables.place import Place, digest, tail_of
from pipeline.sources.tables.records import LONGEST, Form, records
from pipeline.sources.tables.settings import CsvSettings
from warehouse.errors import Problem, Unavailable

PAGE_BYTES = 8 << 20
HEAD_BYTES = 1 << 18
"""The top of a file, up to the end of its first row, is not longer."""

SHOWN = 300
"""Characters of a header that a message shows."""

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Top:
    """What a file begins with."""

    header: tuple[str, ...]
    text: bytes
    """The header and what is above it, as they stand in the file."""
    head: str
    """Digest of the first row."""
    begin: Place
    """The place of the first row."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a file."""

    name: str
    """Of the file, in messages."""
    rows: pl.DataFrame
    """The foreign columns as text, `row` (the number of a row's first line) and `digest`."""
    lines: dict[int, bytes]
    """The text of every row and of every bad line, by the number of the first line."""
    problems: tuple[Problem, ...]
    """Of lines that are no rows."""
    place: Place
    """Behind these rows."""
    is_last: bool
    """Whether the file has no more whole rows."""
    has_rest: bool
    """Whether a part of a row follows, which may still be being written."""


class CsvText:
    """One open file, called `name` in messages."""

    def __init__(
        self,
        name: str,
        text: Bytes,
        settings: CsvSettings,
        *,
        quiet: bool,
        page_bytes: int = PAGE_BYTES,
    ) -> None:
        self._name = name
        self._text = text
        self._settings = settings
        self._quiet = quiet
        self._page_bytes = page_bytes
        self._form = Form(settings.delimiter, settings.quote)

    def top(self, path: str) -> Top | None:
        """None while the file has no whole row.

        Raises:
            Unavailable: the header does not name the columns that the settings do.
        """
        data = self._text.read(0, HEAD_BYTES)
        bom = len(_BOM) if data.startswith(_BOM) else 0
        lines, rest = _split(data[bom:])
        lines += [rest] if rest and self._quiet else []
        first, header = self._settings.skip_lines, self._settings.names
        if not header:
            texts = self._decoded(lines[first : first + LONGEST])
            found, _ = records(texts, self._form, at_end=False)
            if not found:
                return None
            header = found[0].cells
            first += found[0].at + found[0].lines
        row = next((line for line in lines[first:] if line.strip()), None)
        if row is None:
            return None
        self._look_at(header)
        offset = bom + sum(map(len, lines[:first]))
        begin = Place(
            path=path,
            head=digest(row.rstrip(b"\r\n")),
            offset=offset,
            line=first + 1,
            tail=tail_of(self._text, offset),
            back_offset=offset,
            back_line=first + 1,
        )
        return Top(header, b"".join(lines[:first]), begin.head, begin)

    def page(self, top: Top, place: Place) -> Page:
        """The next rows from a place on, which may be none."""
        wanted = place.offset - place.back_offset + self._page_bytes
        data = self._text.read(place.back_offset, wanted)
        is_full = len(data) == wanted
        lines, rest = _split(data)
        whole = len(lines)
        takes_rest = bool(rest) and self._quiet and not is_full
        if takes_rest or (is_full and not whole):
            lines.append(rest)
        texts = self._decoded(lines)
        found, used = records(texts, self._form, at_end=not is_full and self._quiet)
        if takes_rest:
            # It is read where it is a row, and will be read again if it should grow.
            used = next((one.at for one in found if one.at + one.lines > whole), min(used, whole))
            found = [one for one in found if one.at < used or len(one.cells) == len(top.header)]
        is_taken = any(one.at >= used for one in found)
        starts = list(accumulate(map(len, lines), initial=place.back_offset))
        rows = Rows(self._settings, top.header, self._name)
        texts_by_line: dict[int, bytes] = {}
        for record in found:
            begin, line = starts[record.at], place.back_line + record.at
            its = slice(record.at, record.at + record.lines)
            is_new = begin >= place.offset
            rows.take(record, "".join(texts[its]), begin, line, is_new=is_new)
            if is_new:
                texts_by_line[line] = b"".join(lines[its])
        end = starts[used]
        back_offset, back_line = rows.back_from(end) or (place.back_offset, place.back_line)
        return Page(
            name=self._name,
            rows=rows.frame(),
            lines=texts_by_line,
            problems=tuple(rows.problems),
            place=place.model_copy(
                update={
                    "offset": end,
                    "line": place.back_line + used,
                    "tail": tail_of(self._text, end),
                    "back_offset": back_offset,
                    "back_line": back_line,
                }
            ),
            is_last=not is_full,
            has_rest=not is_full and not is_taken and end < place.back_offset + len(data),
        )

    def _decoded(self, lines: Sequence[bytes]) -> list[str]:
        encoding = self._settings.encoding
        return [line.decode(encoding, "surrogateescape") for line in lines]

    def _look_at(self, header: Sequence[str]) -> None:
        for column in self._settings.foreign_columns():
            if header.count(column) != 1:
                rule = f"column {'missing' if column not in header else 'given twice'}"
                mend = (
                    f"It has: {_shown(header)}. "
                    "Correct the source's columns, delimiter or skip_lines, or move the file away"
                )
                raise Unavailable(str(Problem(self._name, rule, mend, column, line=1)))


def _shown(header: Sequence[str]) -> str:
    """The names in one short line, even those of a file that is no text at all."""
    names = "".join(one if one.isprintable() else "\ufffd" for one in ", ".join(header))
    return names if len(names) <= SHOWN else f"{names[:SHOWN]}…"


def _split(data: bytes) -> tuple[list[bytes], bytes]:
    """The whole lines, with their ends, and what follows the last one."""
    *whole, rest = data.split(b"\n")
    return [line + b"\n" for line in whole], rest
