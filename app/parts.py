"""Pieces that every page shows: its head, the freshness of its data, and why there is none."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from app import data
from app.data import View
from app.format import age, instant, literal
from app.sidebar import filtered, reset, subtitle
from warehouse.errors import TollbookError
from warehouse.snapshot import NothingPublished

LOOK_EVERY_S = 5
"""How often a page looks for newly published calls."""

OPENED_KEY = "opened"
"""In the session state while a reader has a single call open: source and call_id."""


def head(title: str, view: View) -> None:
    """Title, what is shown, and how fresh it is."""
    st.title(title, anchor=False)
    with st.container(gap="xxsmall"):
        st.markdown(f"**{literal(data.company())}** · {literal(subtitle(view))}")
        freshness(view)


@st.fragment(run_every=LOOK_EVERY_S)
def freshness(view: View) -> None:
    """A caption on the age of the data; draws the page anew when newer calls are published."""
    try:
        newest = data.newest_snapshot()
    except TollbookError:
        st.caption(":orange[:material/sync_problem: New calls cannot be read at the moment.]")
        return
    # Who reads about one call is not to lose it; the page follows when it is closed.
    if newest.version != view.snapshot.version and OPENED_KEY not in st.session_state:
        st.rerun()
    sources = data.sources(view.snapshot, view.scope)
    names = sources["source"].to_list()
    now = data.now()
    parts = [
        _reached(name if len(names) > 1 else "", reached.astimezone(view.zone), now)
        for name, reached in zip(names, sources["newest_started_at"], strict=True)
    ]
    st.caption(f":material/schedule: Data until {' · '.join(parts)}")


def _reached(source: str, reached: datetime, now: datetime) -> str:
    told = age(reached, now)
    text = f"{instant(reached)}, {told}" if told else instant(reached)
    return f"{literal(source)} {text}" if source else text


@st.fragment(run_every=LOOK_EVERY_S)
def nothing_to_read(error: TollbookError, version: int | None) -> None:
    """Why there is nothing to show; draws the page anew as soon as there may be.

    `version` is that of the snapshot that failed, if one could be opened.
    """
    try:
        newest = data.newest_snapshot()
    except TollbookError as latest:
        error = latest
    else:
        if newest.version != version:
            st.rerun()
    if isinstance(error, NothingPublished):
        st.info(
            "They appear here by themselves as soon as `tollbook mine` has published some. "
            "`tollbook status` says what every process is doing.",
            title="Tollbook has no calls yet",
            icon=":material/hourglass_empty:",
        )
    else:
        st.error(
            f"{literal(str(error))}\n\nThis page tries again by itself. "
            "`tollbook verify` checks what is stored.",
            title="The calls cannot be read at the moment",
            icon=":material/database_off:",
        )


def no_calls(view: View) -> None:
    """Says that the filters leave nothing, and offers a way out."""
    with st.container(border=True, horizontal_alignment="center"):
        st.markdown("**No calls match these filters**", text_alignment="center")
        st.caption(literal(subtitle(view)), text_alignment="center")
        if filtered():
            st.button(
                "Reset filters",
                on_click=reset,
                icon=":material/filter_alt_off:",
                type="primary",
                key="reset_here",
            )
