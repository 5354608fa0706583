"""Documents as plain text, for mail programs that show nothing else."""

from __future__ import annotations

from typing import Final

from app.language import style_of
from app.reports.document import Document, Reader
from app.reports.layout import Page, Sheet, Tiles, laid_out

_GAP: Final = "  "
_LONGEST: Final = 40
"""Characters of a cell."""


def text(document: Document, reader: Reader, most_rows: int | None = None, link: str = "") -> str:
    """The figures of a report in columns of a fixed-width font; pictures are left out."""
    style = style_of(reader.locale)
    lines = _lines(laid_out(document, style, reader, most_rows))
    if link:
        lines += ["", f"{style.say('Open in Tollbook')}: {link}"]
    return "\n".join(lines) + "\n"


def _lines(page: Page) -> list[str]:
    lines = [page.title, page.period, page.purpose]
    for part in page.parts:
        if isinstance(part, Tiles):
            lines.append("")
            lines += [
                f"{tile.title}: {tile.value}{f' ({tile.change})' if tile.change else ''}"
                for tile in part.tiles
            ]
        elif isinstance(part, Sheet):
            lines += ["", part.title.upper(), *_table(part, page.nothing)]
            lines += [line for line in (part.cut, part.note) if line]
    return [*lines, "", *(f"{name}: {value}" for name, value in page.about)]


def _table(sheet: Sheet, nothing: str) -> list[str]:
    if not sheet.rows:
        return [nothing]
    rows = [tuple(head.title for head in sheet.heads), *sheet.rows, *sheet.sums]
    cells = [[_short(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        _GAP.join(
            cell.rjust(width) if head.is_number else cell.ljust(width)
            for cell, width, head in zip(row, widths, sheet.heads, strict=True)
        ).rstrip()
        for row in cells
    ]


def _short(cell: str) -> str:
    return cell if len(cell) <= _LONGEST else f"{cell[: _LONGEST - 1]}…"
