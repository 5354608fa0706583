"""The parts of a report on a page."""

from __future__ import annotations

from typing import Any, Final

import polars as pl
import streamlit as st

from app.data import View
from app.format import Style, literal, table_day
from app.reports.cells import shown_columns, texts, totals, writer
from app.reports.document import CURRENCY, Chart, Column, Document, Facts, Kind, Table
from app.reports.layout import NOTHING_FOUND, Tiles, laid_out
from app.reports.picture import description, undressed
from app.reports.spoken import spoken

_MINUTE: Final = 60
_STEPS: Final = {
    Kind.COUNT: 1,
    Kind.DURATION: 0.1,
    Kind.WAIT: 0.1,
    Kind.MONEY: 0.01,
    Kind.FINE_MONEY: 0.0001,
    Kind.SHARE: 0.001,
    Kind.ERLANGS: 0.01,
}
"""The places that browsers show, with the separators that their reader is used to."""
_UNITS: Final = {Kind.DURATION: "min", Kind.WAIT: "s"}


def show(document: Document, view: View) -> None:
    """Draws a report part by part, in its order."""
    page = laid_out(document, view.style, view.reader)
    document = spoken(document, view.style)
    tiles = iter([part for part in page.parts if isinstance(part, Tiles)])
    for number, part in enumerate(document.parts):
        if isinstance(part, Facts):
            _tiles(next(tiles))
        elif isinstance(part, Chart):
            if not part.rows.is_empty():
                _chart(part, view, f"chart_{number}")
        else:
            _table(part, view, f"table_{number}")


def _tiles(found: Tiles) -> None:
    colours = {True: "green", False: "red", None: "gray"}
    with st.grid(len(found.tiles), min_column_width=150):
        for tile in found.tiles:
            with st.container(border=True, height="stretch"):
                st.caption(tile.title)
                st.markdown(f"**{literal(tile.value)}**")
                if tile.change:
                    st.markdown(f":{colours[tile.is_good]}[{literal(tile.change)}]")


def _chart(chart: Chart, view: View, key: str) -> None:
    with st.container(border=True):
        st.subheader(chart.title, anchor=False)
        st.vega_lite_chart(
            undressed(chart, view.style), key=key, alt=description(chart, view.style)
        )


def _table(table: Table, view: View, key: str) -> None:
    st.subheader(table.title, anchor=False)
    if table.rows.is_empty():
        st.caption(view.style.say(NOTHING_FOUND))
        return
    columns = _with_currency(table, view)
    st.dataframe(
        pl.DataFrame({column.title: _values(table, column, view) for column in columns}),
        hide_index=True,
        key=key,
        column_config={column.title: _config(column, view.style) for column in columns},
        alt=table.title,
    )
    for row in totals(table):
        st.caption(literal(f"{view.style.say('Total')}: {', '.join(_sums(row, columns, view))}"))
    if table.note:
        st.caption(literal(table.note))


def _sums(row: dict[str, Any], columns: tuple[Column, ...], view: View) -> list[str]:
    return [
        f"{column.title.lower()} "
        + writer(column.kind, view.style)(row[column.name], row.get(CURRENCY))
        for column in columns
        if column.summed
    ]


def _with_currency(table: Table, view: View) -> tuple[Column, ...]:
    """The columns, with that of the currency where there is more than one."""
    columns = shown_columns(table)
    if CURRENCY not in table.rows.columns or table.rows[CURRENCY].drop_nulls().n_unique() < 2:
        return columns
    return (*columns, Column(CURRENCY, view.style.say("Currency")))


def _values(table: Table, column: Column, view: View) -> pl.Series:
    """Numbers stay numbers, so that the reader can sort by them."""
    values = table.rows[column.name]
    if column.kind is Kind.DURATION:
        return values.cast(pl.Float64) / _MINUTE
    if column.kind in _STEPS:
        return values.cast(pl.Int64 if column.kind is Kind.COUNT else pl.Float64)
    if column.kind in (Kind.DAY, Kind.LOCAL_TIME):
        return values
    return pl.Series(texts(table, column, view.style, view.zone), dtype=pl.String)


def _config(column: Column, style: Style) -> Any:
    unit = _UNITS.get(column.kind)
    label = f"{column.title} ({unit})" if unit else column.title
    if column.kind in _STEPS:
        form = "percent" if column.kind is Kind.SHARE else "localized"
        return st.column_config.NumberColumn(label, format=form, step=_STEPS[column.kind])
    if column.kind is Kind.DAY:
        return st.column_config.DateColumn(label, format=table_day(style, weekday=True))
    if column.kind is Kind.LOCAL_TIME:
        return st.column_config.DatetimeColumn(label, format=f"{table_day(style)}, HH:mm")
    return st.column_config.TextColumn(label)
