"""Tables of pages: sortable, as wide as the page, and rows that lead somewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import streamlit as st

from app.data import MOST_ROWS, View
from app.format import literal, number
from app.frame.columns import config, values
from app.phrase import said
from app.reports.cells import currencies_of, only_currency, shown_columns
from app.reports.document import CURRENCY, Column, Table


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
    if len(currencies_of(rows)) > 1:
        columns = (*columns, Column(CURRENCY, "Currency"))
    currency = only_currency(rows)
    # Another view is another table: a row would else stay marked in what it has narrowed.
    name = f"{key}_{hash(view.filters)}"

    def clicked() -> None:
        event: Any = st.session_state[name]
        if on_row is not None and event["selection"]["rows"]:
            on_row(event["selection"]["rows"][0])

    frame = pl.DataFrame({column.name: values(drawn, column, view) for column in columns})
    options: dict[str, Any] = (
        {"on_select": clicked, "selection_mode": "single-row"} if on_row else {}
    )
    st.dataframe(
        frame,
        hide_index=True,
        key=name,
        height=height,
        placeholder="",
        column_config={
            column.name: config(
                column, style.say(column.title), frame[column.name], currency, style
            )
            for column in columns
        },
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
