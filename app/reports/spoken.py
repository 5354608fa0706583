"""A document in the language of who reads it; names and values of calls stay what they are."""

from __future__ import annotations

from dataclasses import replace

from app.format import Style
from app.reports.document import Chart, Column, Document, Fact, Facts, Part, Table


def spoken(document: Document, style: Style) -> Document:
    """The same figures under titles of the reader's language."""
    return replace(
        document,
        title=style.say(document.title),
        purpose=style.say(document.purpose),
        parts=tuple(_part(part, style) for part in document.parts),
    )


def _part(part: Part, style: Style) -> Part:
    if isinstance(part, Facts):
        return Facts(tuple(_fact(fact, style) for fact in part.facts))
    if isinstance(part, Chart):
        return replace(
            part,
            title=style.say(part.title),
            across=_column(part.across, style),
            up=_column(part.up, style),
            by=_column(part.by, style) if part.by else None,
        )
    return _table(part, style)


def _table(table: Table, style: Style) -> Table:
    return replace(
        table,
        title=style.say(table.title),
        columns=tuple(_column(column, style) for column in table.columns),
        note=style.say(table.note),
    )


def _fact(fact: Fact, style: Style) -> Fact:
    return replace(fact, title=style.say(fact.title))


def _column(column: Column, style: Style) -> Column:
    return replace(column, title=style.say(column.title))
