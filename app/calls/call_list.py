"""The list of calls: one page of rows as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import polars as pl
import streamlit as st

from app.format import Style, duration, money, table_day, words
from app.frame import link
from app.frame.parts import OPENED_KEY
from app.frame.sidebar import PAGE_KEY
from warehouse.queries.calls import Order

ROWS: Final = 25
MOST_PAGES: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class Sorting:
    """An order of the list, by its name in links."""

    label: str
    measure: Order
    is_descending: bool


ORDERS: Final = {
    "newest": Sorting("Newest first", "started", is_descending=True),
    "oldest": Sorting("Oldest first", "started", is_descending=False),
    "longest": Sorting("Longest first", "talk", is_descending=True),
    "dearest": Sorting("Dearest first", "cost", is_descending=True),
}

_WIDTHS: Final = {
    "From": 120,
    "To": 120,
    "Person": 146,
    "Duration": 72,
    "Cost": 80,
    "Destination": 132,
    "Direction": 80,
    "Outcome": 96,
    "Department": 110,
    "Status": 110,
    "Site": 90,
    "Cost centre": 90,
    "Trunk": 130,
    "Tariff": 90,
    "Call type": 90,
    "Answered by": 100,
    "Ring": 64,
    "Charge": 80,
    "Purpose": 80,
    "Account code": 90,
}
"""Pixels, of columns of text."""
_ALIGNED: Final[dict[str, Literal["right"]]] = dict.fromkeys(
    ("Duration", "Ring", "Cost", "Charge"), "right"
)
COLUMNS_KEY: Final = "columns"
USUAL: Final = ("From", "To", "Person", "Duration", "Cost", "Destination", "Direction", "Outcome")
"""What is shown beside the start of a call until somebody chooses: what fits beside the filters."""
OPENED: Final = link.Form(lambda texts: _key_in(texts[-1]), lambda key: [f"{key[0]}:{key[1]}"])
"""The open call in a link: its source, which has no colon, and its key."""

_LISTED_KEY: Final = "listed"
_ROUND_KEY: Final = "list_round"
"""Part of the table's key: a new one forgets the selected row."""


def display(rows: pl.DataFrame, style: Style) -> pl.DataFrame:
    """The columns that are shown, in order, of calls as the warehouse lists them."""
    return rows.select(
        pl.col("started_local").alias("Start"),
        pl.coalesce("from_number", _name("from_user")).alias("From"),
        pl.coalesce("to_number", _name("dialled"), _name("to_user")).alias("To"),
        pl.coalesce("person", "user").alias("Person"),
        pl.Series("Duration", [duration(seconds) for seconds in rows["talk_s"]], pl.String),
        _amounts(rows, "cost", style),
        pl.col("destination").alias("Destination"),
        _worded(rows, "direction", style),
        _worded(rows, "outcome", style),
        pl.col("department").alias("Department"),
        _worded(rows, "status", style),
        pl.col("site").alias("Site"),
        pl.col("cost_centre").alias("Cost centre"),
        pl.col("gateway").alias("Trunk"),
        pl.col("tariff").alias("Tariff"),
        _worded(rows, "call_type", style),
        _worded(rows, "answered_by", style),
        pl.Series("Ring", [duration(seconds) for seconds in rows["ring_s"]], pl.String),
        _amounts(rows, "charge", style),
        _worded(rows, "purpose", style),
        pl.col("account_code").alias("Account code"),
    )


def choose_columns(style: Style) -> list[str]:
    """Draws the choice of columns and gives them, in the order in which they were chosen."""
    link.bind(COLUMNS_KEY, link.some_of(list(_WIDTHS)), list(USUAL))
    with st.popover(style.say("Columns"), icon=":material/view_column:", key="choose_columns"):
        chosen: list[str] = st.multiselect(
            style.say("Columns"),
            list(_WIDTHS),
            format_func=style.say,
            label_visibility="collapsed",
            width=360,
            key=COLUMNS_KEY,
        )
    return chosen


def show(rows: pl.DataFrame, columns: Sequence[str], style: Style) -> None:
    """Draws one page; a selected row is noted as the call that is open."""
    key = f"calls_{st.session_state.get(_ROUND_KEY, 0)}"
    keys = [tuple(row) for row in rows.select("source", "call_id").iter_rows()]
    st.dataframe(
        display(rows, style).select("Start", *columns),
        hide_index=True,
        height="content",
        placeholder="",
        key=key,
        on_select=lambda: _open(st.session_state[key], keys),
        selection_mode="single-row",
        column_config={
            "Start": st.column_config.DatetimeColumn(
                style.say("Start"),
                format=f"{table_day(style)}, HH:mm",
                help=style.say("Wall clock of the site"),
                width=128,
            ),
            **{
                name: st.column_config.TextColumn(
                    style.say(name), width=width, alignment=_ALIGNED.get(name)
                )
                for name, width in _WIDTHS.items()
            },
        },
        alt=style.say("Calls that match the filters"),
    )


def close_call() -> None:
    """Forgets the open call and its selected row; for use as a callback."""
    st.session_state[OPENED_KEY] = None
    st.session_state[_ROUND_KEY] = st.session_state.get(_ROUND_KEY, 0) + 1


def keep_page_within(pages: int, listed: Any) -> None:
    """Goes back to the first page when another list is shown, or the list has become shorter."""
    before = st.session_state.get(_LISTED_KEY, listed)
    st.session_state[_LISTED_KEY] = listed
    page = st.session_state.get(PAGE_KEY, 1)
    if before != listed:
        st.session_state[PAGE_KEY] = 1
    elif page > pages:
        st.session_state[PAGE_KEY] = pages


def _open(event: Any, keys: list[tuple[str, str]]) -> None:
    rows = event["selection"]["rows"]
    if rows:
        st.session_state[OPENED_KEY] = keys[rows[0]]


def _name(column: str) -> pl.Expr:
    """An address without its domain, which is the same in nearly every row."""
    return pl.col(column).str.split("@").list.first()


def _key_in(text: str) -> tuple[str, str]:
    source, colon, call_id = text.partition(":")
    if not (source and colon and call_id):
        raise ValueError(text)
    return source, call_id


def _amounts(rows: pl.DataFrame, column: str, style: Style) -> pl.Series:
    told = [
        money(amount if currency else None, currency, style, fine=True)
        for amount, currency in rows.select(column, "currency").iter_rows()
    ]
    return pl.Series(column.capitalize(), told, pl.String)


def _worded(rows: pl.DataFrame, column: str, style: Style) -> pl.Series:
    told = [words(value, style) if value else None for value in rows[column]]
    return pl.Series(words(column), told, pl.String)
