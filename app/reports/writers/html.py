"""Documents as HTML: one file that holds its pictures, and the body of a mail."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, Template, select_autoescape
from markupsafe import Markup, escape

from app.format import Style
from app.language import style_of
from app.reports.document import Chart, Document, Reader
from app.reports.layout import Page, as_data, laid_out
from app.reports.picture import WIDTH, description
from app.reports.writers.pictures import png
from warehouse.files import write_text

_PAGE_PX: Final = 1080
_MAIL_PX: Final = 760
_BETWEEN: Final = "\x1f"
"""Stands in no text that people can read."""
_CLOSING: Final = Markup("</td>")


@dataclass(frozen=True, slots=True)
class Letter:
    """The body of a mail."""

    html: str
    pictures: tuple[tuple[str, bytes], ...]
    """By the name under which the body asks for each (`cid:`)."""


def write_html(document: Document, path: Path, reader: Reader) -> list[Path]:
    """One file with all rows and its pictures inside."""
    style = style_of(reader.locale)

    def inside(chart: Chart) -> str:
        return _data(png(chart, style))

    page = laid_out(document, style, reader)
    logo = _data(reader.logo) if reader.logo else ""
    write_text(path, _drawn(page, inside, style, _PAGE_PX, logo=logo))
    return [path]


def letter(
    document: Document,
    reader: Reader,
    most_rows: int | None = None,
    link: str = "",
    logo: str = "",
) -> Letter:
    """A mail that says the whole without its pictures; of each table at most `most_rows`."""
    style = style_of(reader.locale)
    pictures: list[tuple[str, bytes]] = []

    def attached(chart: Chart) -> str:
        name = f"chart-{len(pictures) + 1}.png"
        pictures.append((name, png(chart, style)))
        return f"cid:{name}"

    page = laid_out(document, style, reader, most_rows)
    html = _drawn(page, attached, style, _MAIL_PX, link, logo)
    return Letter(html, tuple(pictures))


def _drawn(
    page: Page,
    source: Callable[[Chart], str],
    style: Style,
    width: int,
    link: str = "",
    logo: str = "",
) -> str:
    return _template().render(
        page=page,
        parts=[_part(part, source, style) for part in page.parts],
        language=page.language,
        open_words=style.say("Open in Tollbook"),
        width=width,
        link=link,
        logo=logo,
        nothing=page.nothing,
    )


def _data(picture: bytes) -> str:
    return f"data:image/png;base64,{b64encode(picture).decode()}"


def _part(part: Any, source: Callable[[Chart], str], style: Style) -> dict[str, Any]:
    if isinstance(part, Chart):
        return {
            "kind": "picture",
            "source": source(part),
            "words": description(part, style),
            "width": WIDTH,
        }
    return as_data(part)


def _cells(row: Sequence[str], openings: Sequence[Markup]) -> Markup:
    """The cells of a row behind their opening tags: a template's loop takes ten times as long."""
    texts = escape(_BETWEEN.join(row)).split(_BETWEEN)
    return Markup("").join(
        part
        for opening, text in zip(openings, texts, strict=True)
        for part in (opening, text, _CLOSING)
    )


@cache
def _template() -> Template:
    places = PackageLoader("app.reports", "templates")
    made = Environment(loader=places, autoescape=select_autoescape(["j2", "html"]))
    made.filters["cells"] = _cells
    return made.get_template("report.html.j2")
