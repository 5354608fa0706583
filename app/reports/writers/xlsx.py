"""Documents as Excel workbooks with real types: numbers, dates and durations."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from app import format as fmt
from app.format import Style
from app.language import style_of
from app.reports.cells import in_zone, writer
from app.reports.document import CURRENCY, Column, Document, Kind, Reader, Table
from app.reports.layout import told
from app.reports.spoken import spoken
from warehouse.files import replacing

_MOST_ROWS: Final = 1_048_575
"""Of a sheet, below its header."""
_LONGEST_NAME: Final = 31
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\']")
_SECONDS_OF_DAY: Final = 86_400
_FORMATS: Final = {
    Kind.COUNT: "#,##0",
    Kind.DURATION: "[h]:mm:ss",
    Kind.WAIT: "0.0",
    Kind.MONEY: "#,##0.00",
    Kind.FINE_MONEY: "#,##0.0000##",
    Kind.SHARE: "0.0%",
    Kind.ERLANGS: "0.00",
    Kind.DAY: "yyyy-mm-dd",
    Kind.INSTANT: "yyyy-mm-dd hh:mm:ss",
    Kind.LOCAL_TIME: "yyyy-mm-dd hh:mm:ss",
    Kind.HOUR: "0",
}
_WIDTHS: Final = {
    Kind.TEXT: 28,
    Kind.COUNTRY: 22,
    Kind.WORD: 16,
    Kind.INSTANT: 19,
    Kind.LOCAL_TIME: 19,
}
_USUAL_WIDTH: Final = 13


def write_xlsx(document: Document, path: Path, reader: Reader) -> list[Path]:
    """A sheet for each table and one that says what was asked for.

    Cells have the exact value, not the one that is shown; money beside its currency. What is more
    than a sheet holds is left out, and the sheet about the report says so.
    """
    style = style_of(reader.locale)
    document = spoken(document, style)
    with replacing(path) as temporary:
        # Rows go to the disk as they come: memory does not grow with them.
        book = xlsxwriter.Workbook(
            str(temporary), {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}
        )
        book.set_properties({"title": document.title, "company": document.about.company})
        bold = book.add_format({"bold": True, "bottom": 1})
        formats = {kind: book.add_format({"num_format": text}) for kind, text in _FORMATS.items()}
        used: set[str] = {style.say("About").lower()}
        for table in document.tables:
            _sheet(book.add_worksheet(_name(table.title, used)), table, reader, formats, bold)
        _about(book.add_worksheet(_name(style.say("About"), set())), document, reader, bold)
        book.close()
    return [path]


def _sheet(
    sheet: Worksheet, table: Table, reader: Reader, formats: dict[Kind, Format], bold: Format
) -> None:
    columns = _with_currency(table, style_of(reader.locale))
    for place, column in enumerate(columns):
        width = max(_WIDTHS.get(column.kind, _USUAL_WIDTH), len(column.title) + 2)
        sheet.set_column(place, place, width, formats.get(column.kind))
        sheet.write_string(0, place, column.title, bold)
    sheet.freeze_panes(1, 0)
    puts = [_put(sheet, column, reader, formats) for column in columns]
    rows = table.rows.select(column.name for column in columns).head(_MOST_ROWS)
    for number, row in enumerate(rows.iter_rows(), start=1):
        for place, value in enumerate(row):
            if value is not None:
                puts[place](number, place, value)
    if rows.height:
        sheet.autofilter(0, 0, rows.height, len(columns) - 1)


def _put(
    sheet: Worksheet, column: Column, reader: Reader, formats: dict[Kind, Format]
) -> Callable[[int, int, Any], Any]:
    """How a value of a column goes into its cell; text is never taken for a formula."""
    form = formats.get(column.kind)
    if column.kind is Kind.TEXT:
        return lambda row, place, value: sheet.write_string(row, place, str(value))
    if column.kind in (Kind.WORD, Kind.COUNTRY, Kind.WEEKDAY):
        write = writer(column.kind, style_of(reader.locale))
        return lambda row, place, value: sheet.write_string(row, place, write(value, None))
    if column.kind is Kind.DURATION:
        return lambda row, place, value: sheet.write_number(
            row, place, Decimal(str(value)) / _SECONDS_OF_DAY, form
        )
    if column.kind is Kind.DAY:
        return lambda row, place, value: sheet.write_datetime(row, place, _midnight(value), form)
    if column.kind in (Kind.INSTANT, Kind.LOCAL_TIME):
        is_instant = column.kind is Kind.INSTANT

        def shown(value: datetime) -> datetime:
            return in_zone(value, reader.zone).replace(tzinfo=None) if is_instant else value

        return lambda row, place, value: sheet.write_datetime(row, place, shown(value), form)
    return lambda row, place, value: sheet.write_number(row, place, value, form)


def _with_currency(table: Table, style: Style) -> tuple[Column, ...]:
    """The columns, with that of the currency before the first that is money."""
    money = [place for place, column in enumerate(table.columns) if "money" in column.kind.value]
    if not money or CURRENCY not in table.rows.columns:
        return table.columns
    at = money[0]
    return (*table.columns[:at], Column(CURRENCY, style.say("Currency")), *table.columns[at:])


def _about(sheet: Worksheet, document: Document, reader: Reader, bold: Format) -> None:
    style = style_of(reader.locale)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 70)
    lines = [
        (style.say("Report"), document.title),
        (style.say("Purpose"), document.purpose),
        *told(document.about, style, reader),
        *((table.title, table.note) for table in document.tables if table.note),
        *(
            (table.title, _cut(table, style))
            for table in document.tables
            if table.rows.height > _MOST_ROWS
        ),
    ]
    for row, (name, value) in enumerate(lines):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, value)


def _cut(table: Table, style: Style) -> str:
    return style.say(
        "{shown} of {all} rows are shown.",
        shown=fmt.number(_MOST_ROWS, style),
        all=fmt.number(table.rows.height, style),
    )


def _name(title: str, used: set[str]) -> str:
    """A name that Excel takes and no other sheet has."""
    plain = _NOT_IN_NAMES.sub(" ", title).strip() or "Sheet"
    name, count = plain[:_LONGEST_NAME], 1
    while name.lower() in used:
        count += 1
        name = f"{plain[: _LONGEST_NAME - len(str(count)) - 1]} {count}"
    used.add(name.lower())
    return name


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001  (Excel knows no zones)
