"""Documents as PDF, set by Typst."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

import typst

from app.language import style_of
from app.reports.document import Chart, Document, Reader
from app.reports.layout import Page, Sheet, as_data, laid_out
from app.reports.picture import description
from app.reports.writers.pictures import svg
from warehouse.files import replacing

_TEMPLATE: Final = Path(__file__).parents[1] / "templates" / "report.typ"
_MOST_ROWS: Final = 5_000
"""Some hundred pages: more belongs into a spreadsheet, and the page says so."""
_SETTING: Final = Lock()
"""A compiler works on one document at a time."""
_WIDE_FROM: Final = 9
"""Columns that no longer fit side by side on an upright page."""


def write_pdf(document: Document, path: Path, reader: Reader) -> list[Path]:
    """A4 pages; of each table the first 5,000 rows, which the page then says."""
    with replacing(path) as temporary:
        temporary.write_bytes(pdf(document, reader))
    return [path]


def pdf(document: Document, reader: Reader) -> bytes:
    """The pages as bytes."""
    style = style_of(reader.locale)
    page = laid_out(document, style, reader, _MOST_ROWS)

    def part_of(part: Any) -> dict[str, Any]:
        if isinstance(part, Chart):
            return {"kind": "picture", "svg": svg(part, style), "words": description(part, style)}
        return as_data(part)

    given = {
        "title": page.title,
        "purpose": page.purpose,
        "company": page.company,
        "period": page.period,
        "parts": [part_of(part) for part in page.parts],
        "about": page.about,
        "as_of": page.as_of,
        "is_wide": _is_wide(page),
        "language": page.language,
        "logo": None,
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


def _is_wide(page: Page) -> bool:
    return any(len(part.heads) >= _WIDE_FROM for part in page.parts if isinstance(part, Sheet))
