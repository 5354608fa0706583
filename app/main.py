"""What Streamlit runs: the pages with the filters that they share."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app import data
from app.access import gate
from app.frame import link, pages, parts, saved, sidebar
from app.frame.settled import settle
from app.language import style_of
from warehouse.errors import TollbookError

style = style_of(st.context.locale)
st.set_page_config(
    page_title=f"{data.company()} · Tollbook",
    # A picture of our own: the browser would fetch a symbol of Google's from there.
    page_icon=str(Path(__file__).parent / "static" / "icon.png"),
    layout="wide",
    menu_items={
        "About": style.say("**Tollbook** accounts for calls: who spent what, where, when and why.")
    },
)
st.logo(":material/receipt_long:", size="large")
visit = gate.look()
menu = "hidden" if pages.is_bare(st.context.url) else visit.menu
page = st.navigation(pages.menu(style, visit.role), position=menu, expanded=True)
entry = pages.entry_of(page.url_path)
viewer = visit.admit(is_bare=entry.is_bare)
link.begin()
snapshot = None
try:
    snapshot = data.newest_snapshot()
    if entry.is_bare:
        st.session_state["view"] = sidebar.linked_view(snapshot, viewer.scope)
    else:
        st.session_state["view"] = sidebar.choose_view(snapshot, viewer.scope)
        saved.offer(page.url_path, viewer, style)
    page.run()
except parts.Finished:
    pass
except TollbookError as error:
    if entry.needs_calls:
        st.title(page.title, anchor=False)
        parts.nothing_to_read(error, snapshot.version if snapshot else None, style)
    else:
        page.run()
finally:
    link.end()
    settle()
