"""What Streamlit runs: the pages with the filters that they share."""

from __future__ import annotations

import streamlit as st

from app import data, link, pages, parts, saved, sidebar
from app.language import style_of
from warehouse.errors import TollbookError
from warehouse.scope import Scope

EVERYTHING = Scope(everything=True)

style = style_of(st.context.locale)
st.set_page_config(
    page_title=f"{data.company()} · Tollbook",
    page_icon=":material/receipt_long:",
    layout="wide",
    menu_items={
        "About": style.say("**Tollbook** accounts for calls: who spent what, where, when and why.")
    },
)
st.logo(":material/receipt_long:", size="large")
page = st.navigation(
    pages.menu(style), position="hidden" if pages.is_bare(st.context.url) else "sidebar"
)
entry = pages.entry_of(page.url_path)
link.begin()
snapshot = None
try:
    snapshot = data.newest_snapshot()
    if entry.is_bare:
        st.session_state["view"] = sidebar.linked_view(snapshot, EVERYTHING)
    else:
        st.session_state["view"] = sidebar.choose_view(snapshot, EVERYTHING)
        saved.offer(page.url_path, owner="", style=style)
    page.run()
except TollbookError as error:
    if entry.needs_calls:
        st.title(page.title, anchor=False)
        parts.nothing_to_read(error, snapshot.version if snapshot else None, style)
    else:
        page.run()
finally:
    link.end()
