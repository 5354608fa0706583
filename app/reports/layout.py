"""A document as texts in their places, which HTML and PDF only have to draw."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any, Final

from app import format as fmt
from app.format import Style
from app.reports.cells import shown_columns, texts, totals, writer
from app.reports.document import (
    CURRENCY,
    TEXTS,
    TIMES,
    About,
    Chart,
    Document,
    Fact,
    Facts,
    Kind,
    Reader,
    Table,
)
from app.reports.spoken import spoken

NOTHING_FOUND: Final = "No calls match."


@dataclass(frozen=True, slots=True)
class Head:
    title: str
    is_number: bool
    is_whole: bool = False
    """Whether its cells are not to be broken over lines."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table in texts; `cut` says how many of how many rows are shown, where not all are."""

    title: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[str, ...], ...]
    sums: tuple[tuple[str, ...], ...]
    note: str
    cut: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A key figure in texts."""

    title: str
    value: str
    change: str
    is_good: bool | None
    """None where the change is neither."""


@dataclass(frozen=True, slots=True)
class Tiles:
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """All of a report, in order."""

    title: str
    purpose: str
    company: str
    period: str
    parts: tuple[Sheet | Tiles | Chart, ...]
    about: tuple[tuple[str, str], ...]
    as_of: str
    """How old the figures are."""
    nothing: str
    """What stands in place of a table without rows."""
    language: str


def laid_out(
    document: Document, style: Style, reader: Reader, most_rows: int | None = None
) -> Page:
    """The page for a reader, in their language; of each table at most so many rows."""
    document = spoken(document, style)
    return Page(
        title=document.title,
        purpose=document.purpose,
        company=document.about.company,
        period=fmt.days(document.about.first, document.about.last, style),
        parts=tuple(
            _sheet(part, style, reader, most_rows)
            if isinstance(part, Table)
            else _tiles(part, style)
            if isinstance(part, Facts)
            else part
            for part in document.parts
            if not (isinstance(part, Chart) and part.rows.is_empty())
        ),
        about=told(document.about, style, reader),
        as_of=style.say("Calls as of {time}", time=_published(document.about, style, reader)),
        nothing=style.say(NOTHING_FOUND),
        language=style.language,
    )


def as_data(part: Sheet | Tiles) -> dict[str, Any]:
    """A part as templates are given it."""
    if isinstance(part, Tiles):
        return {"kind": "tiles", "tiles": [asdict(tile) for tile in part.tiles]}
    return {
        "kind": "sheet",
        "title": part.title,
        "heads": [asdict(head) for head in part.heads],
        "rows": part.rows,
        "sums": part.sums,
        "note": part.note,
        "cut": part.cut,
    }


def told(about: About, style: Style, reader: Reader) -> tuple[tuple[str, str], ...]:
    """What a page says of itself, by name."""
    write = writer(Kind.INSTANT, style, reader.zone)
    zone = str(reader.zone or "UTC")
    say = style.say
    masked = (
        say("the last {digits} digits", digits=about.mask_digits)
        if about.mask_digits
        else say("none")
    )
    return (
        (say("Company"), about.company),
        (say("Period"), fmt.days(about.first, about.last, style)),
        *((say(name.capitalize()), value) for name, value in about.filters),
        (say("Numbers hidden"), masked),
        (say("Calls as of"), _published(about, style, reader)),
        (say("Written"), f"{write(about.made_at, None)} ({zone})"),
        (say("Version of the calls"), about.version),
    )


def _published(about: About, style: Style, reader: Reader) -> str:
    write = writer(Kind.INSTANT, style, reader.zone)
    return f"{write(about.published_at, None)} ({reader.zone or 'UTC'})"


def _sheet(table: Table, style: Style, reader: Reader, most: int | None) -> Sheet:
    columns = shown_columns(table)
    many = table.rows.height
    shown = table if most is None or many <= most else replace(table, rows=table.rows.head(most))
    cells = [texts(shown, column, style, reader.zone) for column in columns]
    return Sheet(
        title=table.title,
        heads=tuple(
            Head(column.title, column.kind not in TEXTS, column.kind not in TEXTS - TIMES)
            for column in columns
        ),
        rows=tuple(zip(*cells, strict=True)),
        sums=tuple(_sum(row, columns, style) for row in totals(table)),
        note=table.note,
        cut=""
        if shown is table
        else style.say(
            "{shown} of {all} rows are shown.",
            shown=fmt.number(most or 0, style),
            all=fmt.number(many, style),
        ),
    )


def _sum(row: dict[str, Any], columns: Any, style: Style) -> tuple[str, ...]:
    """The cells of a row of sums; the first says what it is."""
    cells = [
        writer(column.kind, style)(row[column.name], row.get(CURRENCY)) if column.summed else ""
        for column in columns
    ]
    if cells and not columns[0].summed:
        cells[0] = style.say("Total")
    return tuple(cells)


def _tiles(facts: Facts, style: Style) -> Tiles:
    return Tiles(tuple(_tile(fact, style) for fact in facts.facts))


def _tile(fact: Fact, style: Style) -> Tile:
    change, is_good = "", None
    if fact.value is not None and fact.before is not None:
        now, before = Decimal(str(fact.value)), Decimal(str(fact.before))
        found = (
            fmt.change_in_share(now, before, style)
            if fact.kind is Kind.SHARE
            else fmt.change(now, before, style)
        )
        if found is not None:
            change = style.say("{change} on before", change=found or style.say("unchanged"))
        if now != before:
            is_good = (now < before) if fact.less_is_good else None
    return Tile(fact.title, writer(fact.kind, style)(fact.value, fact.currency), change, is_good)
