"""Every single call: search, sort, open, download."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from app.access import gate
from app.calls import call_bounds, call_list
from app.calls.call_list import MOST_PAGES, ORDERS, ROWS
from app.calls.details import show_call
from app.data import ask, current_view
from app.figures.kpis import currencies, in_currency, minutes, total_cost
from app.format import counted, literal, money, round_half_up
from app.frame import about, downloads, link, parts, sidebar

view = current_view()
style = view.style
link.bind(sidebar.SEARCH_KEY, link.TEXT, "")
link.bind(sidebar.ORDER_KEY, link.one_of(ORDERS), next(iter(ORDERS)))
link.bind(sidebar.PAGE_KEY, link.within(1, MOST_PAGES), 1)
link.bind(parts.OPENED_KEY, call_list.OPENED, None)
view = replace(view, filters=replace(view.filters, **call_bounds.bound()))
parts.head(style.say("Calls"), view)

with st.container(horizontal=True, vertical_alignment="bottom"):
    text = st.text_input(
        style.say("Search"),
        placeholder=style.say("Number, name, address or destination"),
        icon=":material/search:",
        type="search",
        key=sidebar.SEARCH_KEY,
        persist_state="session",
        width=360,
    )
    order = st.selectbox(
        style.say("Order"),
        list(ORDERS),
        format_func=lambda name: style.say(ORDERS[name].label),
        key=sidebar.ORDER_KEY,
        persist_state="session",
        width=180,
    )
    call_bounds.choose(style)
    chosen_columns = call_list.choose_columns(style)
    view = replace(view, filters=replace(view.filters, text=text or ""))
    st.download_button(
        style.say("Download CSV"),
        gate.taken(
            "calls",
            view.filters,
            partial(downloads.calls_zip, view.snapshot, view.scope, view.filters),
            form="csv",
        ),
        file_name=downloads.file_name("calls", view.period),
        mime="application/zip",
        on_click="ignore",
        icon=":material/download:",
        help=style.say("All calls of this list, with the filters beside them, as a ZIP file."),
        key="csv",
    )

counted_calls = ask(view, "count")
if not counted_calls.rows:
    parts.no_calls(view)

totals = counted_calls.totals
told = [
    counted(counted_calls.rows, "call", style),
    counted(int(round_half_up(minutes(totals), 0)), "minute", style),
    *(
        money(total_cost(in_currency(totals, currency)), currency, style)
        for currency in currencies(totals)
    ),
]
with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    st.markdown(f"**{literal(' · '.join(told))}**")
    about.offer(view, int(totals["unrated"].sum()), ("Calls", "Minutes", "Cost"))

pages = -(-counted_calls.rows // ROWS)
call_list.keep_page_within(pages, (view.filters, order))
slot = st.container()
chosen = st.pagination(pages, key=sidebar.PAGE_KEY)
by = ORDERS[order]
rows = ask(
    view,
    "page",
    limit=ROWS,
    offset=(chosen - 1) * ROWS,
    order=by.measure,
    descending=by.is_descending,
)
with slot:
    call_list.show(rows, chosen_columns, style)
show_call(view)
