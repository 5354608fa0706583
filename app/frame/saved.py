"""Saved views in the sidebar: open one, save what is looked at, forget one."""

from __future__ import annotations

from urllib.parse import parse_qs

import streamlit as st

from app import data
from app.access.roles import Right, Viewer
from app.format import Style, literal
from app.frame import link
from app.frame.pages import script_of
from app.state.views import SavedView, forget, save, visible
from warehouse.errors import TollbookError

NAME_KEY = "view_name"
SHARED_KEY = "view_shared"
_FAULT_KEY = "view_fault"


def offer(page: str, viewer: Viewer, style: Style) -> None:
    """Draws them below the filters."""
    owner = viewer.address
    try:
        with data.state() as state:
            found = visible(state, owner)
    except TollbookError:
        st.sidebar.caption(style.say("Saved views cannot be read at the moment."))
        return
    with st.sidebar.popover(
        style.say("Saved views"), icon=":material/bookmarks:", width="stretch", key="saved_views"
    ):
        for view in found:
            _entry(view, owner, style)
        if not found:
            st.caption(style.say("Nothing is saved yet."))
        st.text_input(style.say("Save this view as"), key=NAME_KEY, max_chars=80)
        st.checkbox(
            style.say("For everybody"),
            key=SHARED_KEY,
            disabled=not viewer.may(Right.SHARE_VIEWS),
            help=style.say("Others see in it what they may see."),
        )
        st.button(
            style.say("Save"),
            icon=":material/bookmark_add:",
            on_click=_save,
            args=(page, viewer),
            key="save_view",
        )
        if fault := st.session_state.pop(_FAULT_KEY, None):
            st.error(literal(fault))


def _entry(view: SavedView, owner: str, style: Style) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        icon = ":material/group:" if view.is_shared else ":material/person:"
        if st.button(
            literal(view.name),
            icon=icon,
            type="tertiary",
            key=f"view_{view.number}",
            width="stretch",
            help=literal(view.owner) if view.owner not in ("", owner) else None,
        ):
            st.switch_page(
                script_of(view.page), query_params=parse_qs(view.query, keep_blank_values=True)
            )
        if view.owner == owner:
            st.button(
                "",
                icon=":material/delete:",
                type="tertiary",
                on_click=_forget,
                args=(owner, view.number),
                key=f"forget_{view.number}",
                help=style.say("Forget this view"),
            )


def _save(page: str, viewer: Viewer) -> None:
    view = SavedView(
        0,
        viewer.address,
        st.session_state[NAME_KEY],
        page,
        link.current(),
        is_shared=st.session_state[SHARED_KEY] and viewer.may(Right.SHARE_VIEWS),
    )
    try:
        with data.state() as state:
            save(state, view, data.now())
    except TollbookError as error:
        st.session_state[_FAULT_KEY] = str(error)
    else:
        st.session_state[NAME_KEY] = ""


def _forget(owner: str, number: int) -> None:
    with data.state() as state:
        forget(state, owner, number)
