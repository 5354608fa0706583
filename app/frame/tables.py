"""Tables of pages: sortable, as wide as the page, and rows that lead somewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import polars as pl
import streamlit as st

from app.data import MOST_ROWS, View
from app.format import literal, number
from app.phrase import said
from app.reports.cells import shown_columns, texts
from app.reports.document import CURRENCY, Column, Kind, Table

_MINUTE: Final = 60
_FORMATS: Final = {
    Kind.COUNT: "localized",
    Kind.DURATION: "%,.1f",
    Kind.WAIT: "%,.1f",
    Kind.MONEY: "accounting",
    Kind.FINE_MONEY: "%,.4f",
    Kind.SHARE: "percent",
    Kind.ERLANGS: "%,.2f",
    Kind.HOUR: "%02d:00",
}
_CURRENCIES: Final = {"EUR": "euro", "USD": "dollar", "JPY": "yen"}
_UNITS: Final = {Kind.DURATION: "min", Kind.WAIT: "s"}


def show(
    table: Table,
    view: View,
    key: str,
    on_row: Callable[[int], None] | None = None,
    *,
    height: Any = "auto",
) -> None:
    """Draws a table; `on_row` is told the place of the row that is clicked.

    Of very long ones the first rows are drawn: a file has all.
    """
    style = view.style
    if table.rows.is_empty():
        st.caption(style.say("No calls match."))
        return
    rows = table.rows.head(MOST_ROWS)
    drawn = Table(table.title, table.columns, rows, table.note)
    columns = shown_columns(drawn)
    has_money = CURRENCY in rows.columns
    currencies: list[str] = rows[CURRENCY].drop_nulls().unique().to_list() if has_money else []
    if len(currencies) > 1:
        columns = (*columns, Column(CURRENCY, "Currency"))
    currency = currencies[0] if len(currencies) == 1 else None
    # Another view is another table: a row would else stay marked in what it has narrowed.
    name = f"{key}_{hash(view.filters)}"

    def clicked() -> None:
        event: Any = st.session_state[name]
        if on_row is not None and event["selection"]["rows"]:
            on_row(event["selection"]["rows"][0])

    frame = pl.DataFrame({column.name: _values(drawn, column, view) for column in columns})
    options: dict[str, Any] = (
        {"on_select": clicked, "selection_mode": "single-row"} if on_row else {}
    )
    st.dataframe(
        frame,
        hide_index=True,
        key=name,
        height=height,
        placeholder="",
        column_config={column.name: _config(column, currency, view) for column in columns},
        alt=said(table.title, style),
        **options,
    )
    if rows.height < table.rows.height:
        st.caption(
            style.say(
                "The first {shown} of {all} rows; the file has all.",
                shown=number(rows.height, style),
                all=number(table.rows.height, style),
            )
        )
    if table.note:
        st.caption(literal(style.say(table.note)))


def _values(table: Table, column: Column, view: View) -> pl.Series:
    """Numbers stay numbers, so that the reader can sort by them; what is exact is in the file."""
    values = table.rows[column.name]
    if column.kind is Kind.DURATION:
        return values.cast(pl.Float64) / _MINUTE
    if column.kind in (Kind.COUNT, Kind.HOUR):
        return values.cast(pl.Int64)
    if column.kind in _FORMATS:
        return values.cast(pl.Float64)
    if column.kind in (Kind.DAY, Kind.LOCAL_TIME):
        return values
    return pl.Series(texts(table, column, view.style, view.zone), dtype=pl.String)


def _config(column: Column, currency: str | None, view: View) -> Any:
    title = view.style.say(column.title)
    if unit := _UNITS.get(column.kind):
        title = f"{title} ({unit})"
    if column.kind is Kind.MONEY and currency in _CURRENCIES:
        return st.column_config.NumberColumn(title, format=_CURRENCIES[currency])
    if column.kind in (Kind.MONEY, Kind.FINE_MONEY) and currency:
        title = f"{title} ({currency})"
    if column.kind in _FORMATS:
        return st.column_config.NumberColumn(title, format=_FORMATS[column.kind])
    if column.kind is Kind.DAY:
        return st.column_config.DateColumn(title, format="ddd D MMM YYYY")
    if column.kind is Kind.LOCAL_TIME:
        return st.column_config.DatetimeColumn(title, format="D MMM YYYY, HH:mm")
    return st.column_config.TextColumn(title)
