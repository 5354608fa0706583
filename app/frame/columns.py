"""Columns of tables on pages: numbers that can be sorted, written as their reader is used to."""

from __future__ import annotations

from typing import Any, Final

import polars as pl
import streamlit as st

from app.data import View
from app.format import Style, places_of, table_day
from app.reports.cells import only_currency, texts
from app.reports.document import Column, Kind, Table

_MINUTE: Final = 60
_PLACES: Final = {
    Kind.DURATION: 1,
    Kind.WAIT: 1,
    Kind.MONEY: 2,
    Kind.FINE_MONEY: 4,
    Kind.SHARE: 3,
    Kind.ERLANGS: 2,
}
_CURRENCIES: Final = {"EUR": "euro", "USD": "dollar", "JPY": "yen"}
_UNITS: Final = {Kind.DURATION: "min", Kind.WAIT: "s"}
_MEASURED_ROWS: Final = 8
_LETTER_PX: Final = 6.6
_PADDING_PX: Final = 18
_WIDEST_PX: Final = 170
"""One long text is not to push other columns out of sight."""


def values(table: Table, column: Column, view: View) -> pl.Series:
    """A column as the browser is given it; what is exact is in the file.

    Numbers are rounded here, as everywhere: where a column says how many places it has, browsers
    cut the others off, and a sum would be a cent less than on the page beside it.
    """
    found = table.rows[column.name]
    if column.kind is Kind.DURATION:
        found = found.cast(pl.Float64) / _MINUTE
    if column.kind in (Kind.COUNT, Kind.HOUR):
        return found.cast(pl.Int64)
    if column.kind in _PLACES:
        places = _places(column.kind, only_currency(table.rows))
        return found.round(places, mode="half_away_from_zero").cast(pl.Float64)
    if column.kind in (Kind.DAY, Kind.LOCAL_TIME):
        return found
    return pl.Series(texts(table, column, view.style, view.zone), dtype=pl.String)


def config(column: Column, title: str, shown: pl.Series, currency: str | None, style: Style) -> Any:
    """How a column is drawn under a title; `currency` is that of all its money, if there is one."""
    if unit := _UNITS.get(column.kind):
        title = f"{title} ({unit})"
    if column.kind in (Kind.COUNT, Kind.HOUR) or column.kind in _PLACES:
        return _number(column.kind, title, currency)
    if column.kind is Kind.DAY:
        return st.column_config.DateColumn(title, format=table_day(style, weekday=True))
    if column.kind is Kind.LOCAL_TIME:
        return st.column_config.DatetimeColumn(title, format=f"{table_day(style)}, HH:mm")
    return st.column_config.TextColumn(title, width=_width(shown))


def _number(kind: Kind, title: str, currency: str | None) -> Any:
    if kind is Kind.HOUR:
        return st.column_config.NumberColumn(title, format="%02d:00")
    if kind is Kind.COUNT:
        return st.column_config.NumberColumn(title, format="localized")
    if kind is Kind.MONEY and currency in _CURRENCIES:
        return st.column_config.NumberColumn(title, format=_CURRENCIES[currency])
    if kind in (Kind.MONEY, Kind.FINE_MONEY) and currency:
        title = f"{title} ({currency})"
    form = "percent" if kind is Kind.SHARE else "localized"
    return st.column_config.NumberColumn(title, format=form, step=10 ** -_places(kind, currency))


def _places(kind: Kind, currency: str | None) -> int:
    return places_of(currency) if kind is Kind.MONEY else _PLACES[kind]


def fitting(frame: pl.DataFrame) -> dict[str, Any]:
    """Columns of texts that need more room than their first rows do, of a table without kinds."""
    widths = {name: _width(frame[name]) for name in frame.columns if frame[name].dtype == pl.String}
    return {
        name: st.column_config.TextColumn(name, width=width)
        for name, width in widths.items()
        if width
    }


def _width(shown: pl.Series) -> int | None:
    """Pixels where a browser, which measures the first rows, would cut a later text."""
    letters = shown.str.len_chars()
    measured, longest = letters.head(_MEASURED_ROWS).max(), letters.max()
    if not isinstance(measured, int) or not isinstance(longest, int):
        return None
    needed = min(_pixels(longest), _WIDEST_PX)
    return needed if needed > _pixels(measured) else None


def _pixels(letters: int) -> int:
    return round(letters * _LETTER_PX) + _PADDING_PX
