"""Charts whose bars narrow what the page shows; a click on the same bar again widens it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final

import plotly.graph_objects as go
import streamlit as st

from app.data import View
from app.sidebar import toggle, zoom

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


def _chart(figure: go.Figure, key: str, narrow: Callable[[int], None], alt: str) -> None:
    view: View = st.session_state["view"]
    # Another view is another chart: a bar would else stay marked in what it has narrowed.
    name = f"{key}_{hash(view.filters)}"

    def clicked() -> None:
        event: Any = st.session_state[name]
        points = event["selection"]["points"]
        if points:
            narrow(points[0]["point_index"])

    st.plotly_chart(
        figure, config=STILL, key=name, alt=alt, on_select=clicked, selection_mode="points"
    )
