"""The way down from a department, carrier or country to single calls, and back up."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile
from typing import Any, Final

import streamlit as st

from app.data import View
from app.figures.breakdowns import BREAKDOWNS, Breakdown
from app.format import literal
from app.frame import link

BY_KEY: Final = "costs_by"
TRAIL_KEY: Final = "costs_trail"
"""Where one has come from: names of breakdowns and the values that were opened, as in
`department=Sales`."""


def bind() -> Breakdown:
    """What costs are told apart by, from the link."""
    link.bind(BY_KEY, link.one_of(BREAKDOWNS), next(iter(BREAKDOWNS)))
    link.bind(TRAIL_KEY, link.TEXTS, [])
    steps = _steps()
    open_still = list(takewhile(_is_open, steps))
    if len(open_still) < len(st.session_state[TRAIL_KEY]):
        st.session_state[TRAIL_KEY] = [f"{by.name}={value}" for by, value in open_still]
    if open_still and (below := open_still[-1][0].below):
        # Streamlit forgets what stands in a list that another page does not draw.
        st.session_state[BY_KEY] = below
    return BREAKDOWNS[st.session_state[BY_KEY]]


def start() -> None:
    """Forgets where one came from: something else was chosen; for use as a callback."""
    st.session_state[TRAIL_KEY] = []


def descend(by: Breakdown, value: str, values: list[str]) -> None:
    """Opens a value and tells it apart by what is below; for use in a callback.

    `values` narrow the filter of `by`, or of what is below where it has none.
    """
    facet = by.facet or by.below
    if facet:
        st.session_state[facet] = values
    if by.below:
        st.session_state[TRAIL_KEY] = [*st.session_state[TRAIL_KEY], f"{by.name}={value}"]
        st.session_state[BY_KEY] = by.below


def crumbs(view: View, people: Mapping[str, Any]) -> None:
    """Where one is: each step leads back to it."""
    steps = _steps()
    if not steps:
        return
    style = view.style
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="crumbs"):
        st.button(
            style.say("All"),
            icon=":material/home:",
            type="tertiary",
            on_click=_back,
            args=(0,),
            key="crumb_0",
        )
        for place, (by, value) in enumerate(steps, 1):
            st.markdown(":gray[›]")
            row = {by.column: value or None, "person": people.get(value)}
            st.button(
                f"{style.say(by.label)}: {literal(by.shown(row, style))}",
                type="tertiary",
                on_click=_back,
                args=(place,),
                key=f"crumb_{place}",
                disabled=place == len(steps),
            )
        st.markdown(f":gray[›] **{style.say(BREAKDOWNS[st.session_state[BY_KEY]].label)}**")


def _steps() -> list[tuple[Breakdown, str]]:
    split = [step.partition("=") for step in st.session_state[TRAIL_KEY]]
    return [(BREAKDOWNS[name], value) for name, _, value in split if name in BREAKDOWNS]


def _is_open(step: tuple[Breakdown, str]) -> bool:
    """Whether the filter that a step has set still holds: its badge may have been clicked."""
    by, value = step
    held = st.session_state.get(by.facet or by.below or "", [])
    return value in held if by.facet else bool(held)


def _back(place: int) -> None:
    """Goes back to the n-th step; what was opened after it is open no more."""
    steps = _steps()
    for by, _ in steps[place:]:
        if facet := by.facet or by.below:
            st.session_state[facet] = []
    st.session_state[BY_KEY] = steps[place][0].name
    st.session_state[TRAIL_KEY] = st.session_state[TRAIL_KEY][:place]
