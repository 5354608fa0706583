"""Who owns calls and what carries them on a day, and what is unknown and waits to be assigned."""

from __future__ import annotations

from datetime import date

import streamlit as st

from app import data
from app.administration import directory_tables, working_off
from app.data import current_view
from app.frame import link, parts

PARTS = {
    "unmatched": "To be assigned",
    "people": "People",
    "sites": "Sites",
    "trunks": "Trunks",
}

view = current_view()
style = view.style
today = data.now().astimezone(view.zone).date()
link.bind("part", link.one_of(PARTS), "unmatched")
parts.head(style.say("Directory"), view)

part = st.segmented_control(
    style.say("Part"),
    list(PARTS),
    format_func=lambda name: style.say(PARTS[name]),
    required=True,
    label_visibility="collapsed",
    key="part",
)
if part == "unmatched":
    working_off.show(view)
    st.stop()

link.bind("find", link.TEXT, "")
link.bind("on", link.DAY, today)
with st.container(horizontal=True, vertical_alignment="bottom"):
    text = st.text_input(
        style.say("Find"),
        placeholder=style.say("Name, address, number, department …"),
        icon=":material/search:",
        type="search",
        key="find",
        width=360,
    )
    on = today
    if part != "sites":
        on = st.date_input(
            style.say("As of"),
            min_value=date(2000, 1, 1),
            format="DD/MM/YYYY",
            key="on",
            width=180,
        )
if part == "people":
    directory_tables.people(view, on, text)
elif part == "sites":
    directory_tables.sites(view, text)
else:
    directory_tables.trunks(view, on, text)
