"""Every single call: search, sort, open, download."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from app import call_list, downloads, parts, sidebar
from app.access import gate
from app.call_list import ORDERS, ROWS
from app.data import ask, current_view
from app.details import show_call
from app.format import counted, literal, money, number
from app.kpis import currencies, in_currency, minutes, total_cost

view = current_view()
parts.head("Calls", view)

with st.container(horizontal=True, vertical_alignment="bottom"):
    text = st.text_input(
        "Search",
        placeholder="Number, name, address or destination",
        icon=":material/search:",
        type="search",
        key=sidebar.SEARCH_KEY,
        bind="query-params",
        width=360,
    )
    order = st.selectbox(
        "Order", list(ORDERS), key=sidebar.ORDER_KEY, bind="query-params", width=180
    )
    view = replace(view, filters=replace(view.filters, text=text or ""))
    st.download_button(
        "Download CSV",
        gate.taken(
            "calls",
            view.filters,
            partial(downloads.calls_csv, view.snapshot, view.scope, view.filters),
            form="csv",
        ),
        file_name=downloads.file_name("calls", view.period),
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        help="All calls of this list, not just this page of it.",
        key="csv",
    )

counted_calls = ask(view, "count")
if not counted_calls.rows:
    parts.no_calls(view)
    st.stop()

totals = counted_calls.totals
told = [
    counted(counted_calls.rows, "call", view.style),
    f"{number(minutes(totals), view.style)} minutes",
    *(
        money(total_cost(in_currency(totals, currency)), currency, view.style)
        for currency in currencies(totals)
    ),
]
st.markdown(f"**{literal(' · '.join(told))}**")

pages = -(-counted_calls.rows // ROWS)
call_list.keep_page_within(pages, (view.filters, order))
slot = st.container()
chosen = st.pagination(pages, key=sidebar.PAGE_KEY, bind="query-params")
measure, descending = ORDERS[order]
rows = ask(
    view, "page", limit=ROWS, offset=(chosen - 1) * ROWS, order=measure, descending=descending
)
with slot:
    call_list.show(rows, view.style)
show_call(view)
