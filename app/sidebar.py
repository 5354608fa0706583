"""The filters that all pages share. They live in the URL: a copied link shows the same."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import streamlit as st

from app import data
from app.data import View
from app.format import days, style_of, words
from app.periods import Period, Preset, custom, named, previous
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot
from warehouse.words import Direction

NONE_LABEL: Final = "(none)"
SEARCH_KEY: Final = "search"
ORDER_KEY: Final = "order"
PAGE_KEY: Final = "page"
_RESET: Final[dict[str, Any]] = {
    "period": Preset.LAST_30_DAYS.value,
    "site": [],
    "department": [],
    "direction": [],
    SEARCH_KEY: "",
    PAGE_KEY: 1,
}


def choose_view(snapshot: Snapshot, scope: Scope) -> View:
    """Draws the filters and gives what they choose."""
    zone = data.reader_zone()
    today = data.now().astimezone(zone).date()
    with st.sidebar:
        period = _period(today)
        filters = Filters(
            period.first,
            period.last,
            sites=_several("Site", data.sites(snapshot, scope), "All sites"),
            departments=_several(
                "Department", ["", *data.departments(snapshot, scope)], "All departments"
            ),
            directions=tuple(
                st.pills(
                    "Direction",
                    [direction.value for direction in Direction],
                    selection_mode="multi",
                    format_func=words,
                    key="direction",
                    bind="query-params",
                )
            ),
        )
        st.button(
            "Reset filters",
            icon=":material/filter_alt_off:",
            on_click=reset,
            disabled=not filtered(),
            width="stretch",
            key="reset",
        )
    locale = st.context.locale
    return View(snapshot, scope, filters, period, previous(period), style_of(locale), zone, locale)


def reset() -> None:
    """Takes every filter back to where it starts; for use as a callback."""
    for key, start in _RESET.items():
        st.session_state[key] = start
    st.session_state.pop("days", None)


def filtered() -> bool:
    """Whether any filter is set."""
    return any(
        list(value) != list(start) if isinstance(start, list | tuple) else value != start
        for key, start in _RESET.items()
        if key != PAGE_KEY
        for value in [st.session_state.get(key, start)]
    )


def subtitle(view: View) -> str:
    """The period and the filters that are set, in words."""
    chosen = view.filters
    parts = [
        days(chosen.first, chosen.last),
        ", ".join(chosen.sites),
        ", ".join(name or "no department" for name in chosen.departments),
        ", ".join(words(direction) for direction in chosen.directions),
        f"“{chosen.text.strip()}”" if chosen.text.strip() else "",
    ]
    return " · ".join(part for part in parts if part)


def _period(today: date) -> Period:
    preset = Preset(
        st.selectbox(
            "Period",
            [preset.value for preset in Preset],
            format_func=_preset_label,
            key="period",
            bind="query-params",
        )
    )
    if preset is not Preset.CUSTOM:
        return named(preset, today)
    chosen = st.date_input(
        "First and last day",
        value=[],
        max_value=today,
        min_value=date(2000, 1, 1),
        format="DD/MM/YYYY",
        key="days",
        bind="query-params",
    )
    if not isinstance(chosen, tuple) or not chosen:
        return named(Preset.LAST_30_DAYS, today)
    # While the second day is still to be chosen, the first stands alone.
    return custom(chosen[0], chosen[-1])


def _several(label: str, options: list[str], everything: str) -> tuple[str, ...]:
    return tuple(
        st.multiselect(
            label,
            options,
            format_func=lambda name: name or NONE_LABEL,
            placeholder=everything,
            key=label.lower(),
            bind="query-params",
        )
    )


def _preset_label(value: str) -> str:
    return Preset(value).label
