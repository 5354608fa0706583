"""Documents as PDF, set by Typst."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

import typst

from app.language import style_of
from app.reports.document import Chart, Document, Reader
from app.reports.layout import Sheet, as_data, laid_out
from app.reports.picture import description
from app.reports.writers.pictures import framed, svg
from warehouse.files import replacing

_TEMPLATE: Final = Path(__file__).parents[1] / "templates" / "report.typ"
_MOST_ROWS: Final = 5_000
"""Some hundred pages: more belongs into a spreadsheet, and the page says so."""
_SETTING: Final = Lock()
"""A compiler works on one document at a time."""
_UPRIGHT: Final = 504.0
"""Points between the margins of a page of A4."""
_LYING: Final = 751.0
"""The same of one that lies on its side."""
_LETTER, _BESIDE = 4.9, 7.0
"""Points of a letter of a table in a wide font, and of the room beside a cell."""
_UNBREAKABLE: Final = "\u00a0"
_ENDS: Final = re.compile(r"(?<=[.@/_])(?=\w)")
_BREAKABLE: Final = "\u200b"


def write_pdf(document: Document, path: Path, reader: Reader) -> list[Path]:
    """A4 pages; of each table the first 5,000 rows, which the page then says."""
    with replacing(path) as temporary:
        temporary.write_bytes(pdf(document, reader))
    return [path]


def pdf(document: Document, reader: Reader) -> bytes:
    """The pages as bytes."""
    style = style_of(reader.locale)
    page = laid_out(document, style, reader, _MOST_ROWS)

    widths = [_width(part) if isinstance(part, Sheet) else 0 for part in page.parts]
    lies = max(widths, default=0) > _UPRIGHT
    room = _LYING if lies else _UPRIGHT

    def part_of(part: Any, width: float) -> dict[str, Any]:
        if isinstance(part, Chart):
            return {"kind": "picture", "svg": svg(part, style), "words": description(part, style)}
        if isinstance(part, Sheet):
            is_tight = width > room
            return as_data(_set(part, is_tight=is_tight)) | {"is_tight": is_tight}
        return as_data(part)

    given = {
        "title": page.title,
        "purpose": page.purpose,
        "company": page.company,
        "period": page.period,
        "parts": [part_of(*each) for each in zip(page.parts, widths, strict=True)],
        "about": page.about,
        "as_of": page.as_of,
        "is_wide": lies,
        "language": page.language,
        "logo": framed(reader.logo) if reader.logo else None,
        "nothing": page.nothing,
    }
    with _SETTING:
        made = _compiler().compile(sys_inputs={"page": json.dumps(given)})
    assert isinstance(made, bytes)  # noqa: S101  (of a PDF there is one file)
    return made


@cache
def _compiler() -> typst.Compiler:
    """One for all: to find the fonts of the machine takes it longer than to set some pages."""
    return typst.Compiler(_TEMPLATE)


def _width(sheet: Sheet) -> float:
    """About as many points as a table would take with every cell on one line."""
    lines = (tuple(head.title for head in sheet.heads), *sheet.rows, *sheet.sums)
    longest = (max(map(len, column)) for column in zip(*lines, strict=True))
    return sum(letters * _LETTER + _BESIDE for letters in longest)


def _set(sheet: Sheet, *, is_tight: bool) -> Sheet:
    """The same, with where its cells may be broken over lines: addresses if there is no room."""
    whole = [head.is_whole for head in sheet.heads]

    def row_of(row: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(
            cell.replace(" ", _UNBREAKABLE)
            if is_whole
            else _ENDS.sub(_BREAKABLE, cell)
            if is_tight
            else cell
            for cell, is_whole in zip(row, whole, strict=True)
        )

    return replace(sheet, rows=tuple(map(row_of, sheet.rows)), sums=tuple(map(row_of, sheet.sums)))
