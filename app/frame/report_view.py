"""The parts of a report on a page."""

from __future__ import annotations

from typing import Any, Final

import polars as pl
import streamlit as st

from app.data import View
from app.format import literal
from app.frame.columns import config, values
from app.reports.cells import currencies_of, only_currency, shown_columns, totals, writer
from app.reports.document import CURRENCY, Chart, Column, Document, Facts, Table
from app.reports.layout import NOTHING_FOUND, Tiles, laid_out
from app.reports.picture import description, undressed
from app.reports.spoken import spoken

_INKS: Final = {"light": "#1d2a2e", "dark": "#e7e4da"}
"""The text colours of the themes in config.toml."""
_LETTER_PX: Final = 7


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
            with st.container(border=True, height="stretch", gap="xxsmall"):
                st.caption(tile.title)
                st.markdown(f"**{literal(tile.value)}**")
                if tile.change:
                    st.markdown(f":{colours[tile.is_good]}[{literal(tile.change)}]")


def _chart(chart: Chart, view: View, key: str) -> None:
    with st.container(border=True):
        st.subheader(chart.title, anchor=False)
        st.vega_lite_chart(
            dressed(undressed(chart, view.style), st.context.theme.type),
            key=key,
            alt=description(chart, view.style),
        )


def dressed(specification: dict[str, Any], theme: str | None) -> dict[str, Any]:
    """A picture with what the page's theme leaves out: the ink of its texts, and room for them."""
    ink = _INKS.get(theme or "", _INKS["light"])
    beside = [len(row["told"]) for row in specification["data"]["values"] if "told" in row]
    room = max(beside, default=0) * _LETTER_PX
    return {
        **specification,
        "config": {"text": {"color": ink}},
        "padding": {"left": 5, "top": 5, "right": 5 + room},
    }


def _table(table: Table, view: View, key: str) -> None:
    st.subheader(table.title, anchor=False)
    if table.rows.is_empty():
        st.caption(view.style.say(NOTHING_FOUND))
        return
    columns, currency = _with_currency(table, view)
    frame = pl.DataFrame({column.title: values(table, column, view) for column in columns})
    st.dataframe(
        frame,
        hide_index=True,
        key=key,
        column_config={
            column.title: config(column, column.title, frame[column.title], currency, view.style)
            for column in columns
        },
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


def _with_currency(table: Table, view: View) -> tuple[tuple[Column, ...], str | None]:
    """The columns, with that of the currency where there are several, and the only one."""
    columns = shown_columns(table)
    if len(currencies_of(table.rows)) > 1:
        columns = (*columns, Column(CURRENCY, view.style.say("Currency")))
    return columns, only_currency(table.rows)
