"""Explore: any figure, by anything, as a table and a chart."""

from __future__ import annotations

from typing import Final, cast

import streamlit as st

from app.charts import pivot as charts_pivot
from app.charts.axes import AXES
from app.charts.pivot import Shape
from app.data import ask, current_view
from app.figures import money_choice
from app.figures.pivot import MEASURES, pivoted
from app.figures.sheet import sheet
from app.format import number
from app.frame import about, link, parts, sidebar, tables, take_away
from app.frame.clicks import STILL
from app.phrase import Name

ROWS_KEY: Final = "explore_rows"
COLUMNS_KEY: Final = "explore_columns"
MEASURE_KEY: Final = "explore_measure"
SHAPE_KEY: Final = "explore_chart"
NONE: Final = "none"
MOST_ROW_AXES: Final = 2
SHAPES: Final = {"bars": "Bars", "lines": "Lines", "heat": "Heat", NONE: "No chart"}
MEANT: Final = {
    "cost": "Cost",
    "charge": "Charge",
    "calls": "Calls",
    "minutes": "Minutes",
    "cost_per_minute": "Cost per minute",
    "answered": "Answered",
    "duration": "Minutes",
}
"""What *About these figures* explains of each measure."""

view = current_view()
style = view.style
parts.head(style.say("Explore"), view)
link.bind(ROWS_KEY, link.some_of(AXES), ["department"])
link.bind(COLUMNS_KEY, link.one_of([NONE, *AXES]), NONE)
link.bind(MEASURE_KEY, link.one_of(MEASURES), "cost")
link.bind(SHAPE_KEY, link.one_of(SHAPES), "bars")
st.session_state[ROWS_KEY] = [one for one in st.session_state[ROWS_KEY] if one][:MOST_ROW_AXES]
if st.session_state[COLUMNS_KEY] in st.session_state[ROWS_KEY]:
    st.session_state[COLUMNS_KEY] = NONE

with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    measure = MEASURES[
        st.selectbox(
            style.say("Figure"),
            list(MEASURES),
            format_func=lambda one: style.say(MEASURES[one].label),
            key=MEASURE_KEY,
            width=190,
        )
    ]
    chosen_rows = st.multiselect(
        style.say("Rows"),
        list(AXES),
        format_func=lambda one: style.say(AXES[one].label),
        max_selections=MOST_ROW_AXES,
        placeholder=style.say("Choose one or two"),
        key=ROWS_KEY,
        width=300,
    )
    chosen_column = st.selectbox(
        style.say("Columns"),
        [NONE, *(one for one in AXES if one not in chosen_rows)],
        format_func=lambda one: style.say("None") if one == NONE else style.say(AXES[one].label),
        key=COLUMNS_KEY,
        width=190,
    )
    money = money_choice.choose(view) if measure.has_money else None
if not chosen_rows:
    st.info(style.say("Choose what the rows stand for."), icon=":material/table_rows:")
    st.stop()

rows = [AXES[one] for one in chosen_rows]
column = None if chosen_column == NONE else AXES[chosen_column]
keys = tuple(axis.column for axis in (*rows, *([column] if column else [])))
cells = ask(
    view,
    "cells",
    keys=keys,
    figures="money" if money else "counts",
    money=money.money if money else "own",
)
if not cells["calls"].sum():
    parts.no_calls(view)
    st.stop()
currency = money.currency if money else None
pivot = pivoted(money.of(cells) if money else cells, rows, column, measure, currency, style)

with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    # What belongs together goes to the next line together.
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        shape = st.segmented_control(
            style.say("Chart"),
            list(SHAPES),
            format_func=lambda one: style.say(SHAPES[one]),
            key=SHAPE_KEY,
            required=True,
            label_visibility="collapsed",
        )
        unrated = int(cells["unrated"].sum()) if money else 0
        about.offer(view, unrated, (MEANT[measure.name],))
    actions = st.container(horizontal=True, horizontal_alignment="right", gap="small")

label = style.say(measure.label)
if shape and shape != NONE:
    with st.container(border=True):
        st.plotly_chart(
            charts_pivot.figure(pivot, cast("Shape", shape), currency, style),
            config=STILL,
            key="explore_figure",
            alt=style.say(
                "{figure} by {rows}",
                figure=label,
                rows=", ".join(style.say(axis.label) for axis in rows),
            ),
        )

by = f" {style.say('and')} ".join(style.say(axis.label).lower() for axis in rows)
title = Name(style.say("{figure} by {rows}", figure=label, rows=by))
if column:
    across_what = style.say(column.label).lower()
    title = Name(style.say("{table} across {columns}", table=title, columns=across_what))
facet = rows[0].facet or ""
values = [value or "" for value in pivot.frame[rows[0].column]] if facet else []
if facet:
    st.caption(style.say("A click on a row narrows to it."))
tables.show(
    pivot.on_screen(title, style),
    view,
    f"explore_{'_'.join(keys)}_{measure.name}",
    (lambda place: sidebar.toggle(facet or "", values[place])) if facet else None,
)
many, across = pivot.shown
if many < pivot.frame.height or across < len(pivot.heads):
    st.caption(
        style.say(
            "Shown are {rows} of {all_rows} rows and {columns} of {all_columns} columns; the file "
            "has all.",
            rows=number(many, style),
            all_rows=number(pivot.frame.height, style),
            columns=number(across, style),
            all_columns=number(len(pivot.heads), style),
        )
    )
with actions:
    take_away.offer(
        sheet(
            view,
            "explore",
            title,
            "Figures that somebody chose.",
            (pivot.in_file(title, style),),
            {"money": style.say("all in {currency}", currency=currency)}
            if money and money.money == "reporting"
            else {},
        ),
        view,
        key="explore",
    )
