"""Pieces that every page shows: its head, the freshness of its data, and why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, NoReturn

import streamlit as st

from app import data
from app.data import View
from app.figures.kpis import Better, Kpi
from app.format import Style, age, days, instant, literal
from app.frame.pages import script_of
from app.frame.sidebar import active, filtered, remove, reset, subtitle
from warehouse.errors import TollbookError
from warehouse.snapshot import NothingPublished

_DELTA_COLOURS: Final[dict[Better, Literal["normal", "inverse", "off"]]] = {
    "more": "normal",
    "less": "inverse",
    "neither": "off",
}

LOOK_EVERY_S = 5
"""How often a page looks for newly published calls."""

OPENED_KEY = "call"
"""In the session state: source and call_id of the single call that is open, or None."""


def head(title: str, view: View, own: str = "") -> None:
    """Title, what is shown, how fresh it is, and the filters, each with a way to take it off.

    `own` is the filter whose value the page is the sheet of, which then needs no link to it.
    """
    st.title(title, anchor=False)
    with st.container(gap="xxsmall"):
        chosen = days(view.filters.first, view.filters.last, view.style)
        st.markdown(f"**{literal(data.company())}** · {literal(chosen)}")
        freshness(view)
    badges(view)
    sheets(view, own)


def sheets(view: View, own: str) -> None:
    """Links to the sheets of the one person and the one department that are chosen."""
    chosen = {"person": view.filters.people, "department": view.filters.departments}
    named = [(key, values[0]) for key, values in chosen.items()
        if key != own and len(values) == 1 and values[0]]  # fmt: skip
    if not named:
        return
    with st.container(horizontal=True, gap="small"):
        for key, value in named:
            st.page_link(
                script_of(key),
                label=view.style.say(
                    "Sheet of {name}", name=literal(view.people.get(value, value))
                ),
                icon=":material/id_card:",
            )


def tiles(figures: Sequence[Kpi], style: Style) -> None:
    """Key figures beside each other, with their course and what they were before."""
    with st.grid(len(figures), min_column_width=150):
        for figure in figures:
            st.metric(
                figure.label,
                literal(figure.value),
                figure.delta,
                delta_color=_DELTA_COLOURS[figure.better],
                delta_description=style.say("no data before") if figure.delta is None else None,
                chart_data=figure.trend if len(figure.trend) > 1 else None,
                chart_type="area",
                help=figure.meaning,
                border=True,
                height="stretch",
            )


def badges(view: View) -> None:
    """The filters that are set; a click takes one off."""
    found = active(view)
    if not found:
        return
    with st.container(horizontal=True, gap="xsmall", key="badges"):
        for key, value, text in found:
            st.button(
                literal(text),
                icon=":material/close:",
                on_click=remove,
                args=(key, value),
                key=f"badge_{key}_{value}",
                help=view.style.say("Take this filter off"),
            )


@st.fragment(run_every=LOOK_EVERY_S)
def freshness(view: View) -> None:
    """A caption on the age of the data; draws the page anew when newer calls are published."""
    try:
        newest = data.newest_snapshot()
    except TollbookError:
        told = view.style.say("New calls cannot be read at the moment.")
        st.caption(f":orange[:material/sync_problem: {told}]")
        return
    # Who reads about one call is not to lose it; the page follows when it is closed.
    if newest.version != view.snapshot.version and not st.session_state.get(OPENED_KEY):
        st.rerun()
    sources = data.sources(view.snapshot, view.scope)
    names = sources["source"].to_list()
    now = data.now()
    parts = [
        _reached(name if len(names) > 1 else "", reached.astimezone(view.zone), now, view.style)
        for name, reached in zip(names, sources["newest_started_at"], strict=True)
    ]
    told = view.style.say("Data until {times}", times=" · ".join(parts))
    st.caption(f":material/schedule: {told}")


def _reached(source: str, reached: datetime, now: datetime, style: Style) -> str:
    told = age(reached, now, style)
    at = instant(reached, style)
    text = f"{at}, {told}" if told else at
    return f"{literal(source)} {text}" if source else text


@st.fragment(run_every=LOOK_EVERY_S)
def nothing_to_read(error: TollbookError, version: int | None, style: Style) -> None:
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
            style.say(
                "They appear here by themselves as soon as `tollbook mine` has published some. "
                "`tollbook status` says what every process is doing."
            ),
            title=style.say("Tollbook has no calls yet"),
            icon=":material/hourglass_empty:",
        )
    else:
        st.error(
            literal(str(error))
            + "\n\n"
            + style.say(
                "This page tries again by itself. `tollbook verify` checks what is stored."
            ),
            title=style.say("The calls cannot be read at the moment"),
            icon=":material/database_off:",
        )


class Finished(Exception):
    """The page is drawn before its end. After `st.stop` its link could not be written any more."""


def no_calls(view: View) -> NoReturn:
    """Says that the filters leave nothing, offers a way out, and ends the page."""
    with st.container(border=True, horizontal_alignment="center"):
        told = view.style.say("No calls match these filters")
        st.markdown(f"**{told}**", text_alignment="center")
        st.caption(literal(subtitle(view)), text_alignment="center")
        if filtered():
            st.button(
                view.style.say("Reset filters"),
                on_click=reset,
                icon=":material/filter_alt_off:",
                type="primary",
                key="reset_here",
            )
    raise Finished
