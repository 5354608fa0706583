"""Prices: what a call would cost, all of them, their versions, and a new list on its way in."""

from __future__ import annotations

import polars as pl
import streamlit as st

from app import data
from app.administration import price_quote, price_tables, price_upload
from app.data import current_view
from app.frame import link, parts, report_view, take_away
from app.frame.rights import may_edit

PARTS = {
    "quote": "What would it cost?",
    "prices": "Prices",
    "versions": "Versions",
    "new": "New price list",
}

view = current_view()
style = view.style
shown = [part for part in PARTS if part != "new" or may_edit()]
link.bind("shown", link.one_of(shown), "quote")
parts.head(style.say("Tariffs"), view)

part = st.segmented_control(
    style.say("Part"),
    shown,
    format_func=lambda name: style.say(PARTS[name]),
    required=True,
    label_visibility="collapsed",
    key="shown",
)
try:
    if part == "versions":
        document = data.document(view, "tariff-changes", {})
        with st.container(horizontal=True):
            take_away.offer(document, view)
        report_view.show(document, view)
    elif part == "new":
        price_upload.show(view)
    elif part == "prices":
        price_tables.browse(view)
    else:
        names = price_tables.current_prices()["tariff"].drop_nulls().unique().sort().to_list()
        price_quote.show(view, names)
except (OSError, pl.exceptions.PolarsError):
    st.error(
        style.say("The price list cannot be read. `tollbook check` says what is wrong with it."),
        icon=":material/error:",
    )
