"""Charts whose bars narrow what the page shows; a click on the same bar again widens it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

import plotly.graph_objects as go
import streamlit as st

from app.data import View
from app.frame.sidebar import toggle, zoom

STILL: Final = {"displayModeBar": False}


def bars(figure: go.Figure, key: str, facet: str, values: Sequence[str | None], alt: str) -> None:
    """A chart, the n-th bar of which stands for the n-th value of a filter."""

    def narrow(place: int) -> None:
        toggle(facet, values[place] or "")

    _chart(figure, key, narrow, alt)


def days(figure: go.Figure, key: str, starts: Sequence[date], step_days: int, alt: str) -> None:
    """A chart, the n-th bar of which stands for so many days from the n-th date on."""

    def narrow(place: int) -> None:
        zoom(starts[place], starts[place] + timedelta(days=step_days - 1))

    _chart(figure, key, narrow, alt)


def points(
    figure: go.Figure,
    key: str,
    picked: Callable[[int, int], None],
    alt: str,
    config: Mapping[str, Any] = STILL,
) -> None:
    """A chart of several traces; told is the number of the trace and of the point in it."""
    view: View = st.session_state["view"]
    # Another view is another chart: a bar would else stay marked in what it has narrowed.
    name = f"{key}_{hash(view.filters)}"

    def clicked() -> None:
        event: Any = st.session_state[name]
        found = event["selection"]["points"]
        if found:
            picked(found[0]["curve_number"], found[0]["point_index"])

    st.plotly_chart(
        figure, config=dict(config), key=name, alt=alt, on_select=clicked, selection_mode="points"
    )


def _chart(figure: go.Figure, key: str, narrow: Callable[[int], None], alt: str) -> None:
    points(figure, key, lambda _, place: narrow(place), alt)
