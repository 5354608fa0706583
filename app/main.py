"""What Streamlit runs: the pages with the filters that they share."""

from __future__ import annotations

import streamlit as st

from app import data, link, pages, parts, saved, sidebar
from app.access import gate
from app.language import style_of
from warehouse.errors import TollbookError

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
entry = gate.look()
page = st.navigation(pages.menu(style), position=entry.menu)
viewer = entry.admit()
link.begin()
snapshot = None
try:
    snapshot = data.newest_snapshot()
    st.session_state["view"] = sidebar.choose_view(snapshot, viewer.scope)
    saved.offer(page.url_path, viewer, style)
    page.run()
except TollbookError as error:
    st.title(page.title, anchor=False)
    parts.nothing_to_read(error, snapshot.version if snapshot else None, style)
finally:
    link.end()
