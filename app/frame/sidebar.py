"""The filters that all pages share, and how pages and links change them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import streamlit as st

from app import data
from app.calls import call_bounds
from app.data import View
from app.format import Style, days
from app.frame import link
from app.frame.facets import BY_KEY, FACETS, Facet
from app.language import style_of
from app.periods import Compared, Period, Preset, compared_with, custom, named
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot

SEARCH_KEY: Final = "search"
ORDER_KEY: Final = "order"
PAGE_KEY: Final = "page"
PERIOD_KEY: Final = "period"
DAYS_KEY: Final = "days"
COMPARE_KEY: Final = "compare"

_COMPARISONS: Final = {
    Compared.PREVIOUS: "Previous period",
    Compared.YEAR: "Same period last year",
}


def choose_view(snapshot: Snapshot, scope: Scope) -> View:
    """Draws the filters and gives what they choose."""
    zone = data.reader_zone()
    today = data.now().astimezone(zone).date()
    locale = st.context.locale
    style = style_of(locale)
    _bind()
    with st.sidebar:
        period = _period(today, style)
        compared = _compared(style)
        every = Filters(period.first, period.last)
        names = {
            facet: data.names(snapshot, scope, every, facet.choice)
            for facet in FACETS
            if facet.choice
        }
        chosen = {
            facet: _chosen(facet, names.get(facet, {}), style) for facet in FACETS if facet.is_main
        }
        rest = [facet for facet in FACETS if not facet.is_main]
        with st.expander(style.say("More filters"), icon=":material/tune:", key="more_filters"):
            chosen |= {facet: _chosen(facet, names.get(facet, {}), style) for facet in rest}
        st.button(
            style.say("Reset filters"),
            icon=":material/filter_alt_off:",
            on_click=reset,
            disabled=not filtered(),
            width="stretch",
            key="reset",
        )
    lists: dict[str, Any] = {facet.field: values for facet, values in chosen.items()}
    filters = Filters(period.first, period.last, **lists)
    before = compared_with(period, compared)
    people = names[BY_KEY["person"]]
    return View(snapshot, scope, filters, period, before, style, zone, locale, people)


def linked_view(snapshot: Snapshot, scope: Scope) -> View:
    """What the link and the filters of other pages choose, of today, with nothing drawn."""
    zone = data.reader_zone()
    today = data.now().astimezone(zone).date()
    locale = st.context.locale
    _bind()
    chosen: Any = {facet.field: tuple(st.session_state[key]) for key, facet in BY_KEY.items()}
    period = named(Preset.TODAY, today)
    before = compared_with(period, Compared(st.session_state[COMPARE_KEY]))
    filters = Filters(period.first, period.last, **chosen)
    people = data.names(snapshot, scope, Filters(period.first, period.last), "user")
    return View(snapshot, scope, filters, period, before, style_of(locale), zone, locale, people)


def toggle(key: str, value: str) -> None:
    """Narrows a filter to one value, or takes it off where it stood alone; for a callback."""
    st.session_state[key] = [] if st.session_state[key] == [value] else [value]


def zoom(first: date, last: date) -> None:
    """Takes these days for the period; for use in a callback."""
    st.session_state[PERIOD_KEY] = Preset.CUSTOM.value
    st.session_state[DAYS_KEY] = (first, last)


def remove(key: str, value: str) -> None:
    """Takes one value out of a filter, or a bound off; for use as a callback."""
    left = [one for one in st.session_state[key] if one != value] if key in BY_KEY else None
    st.session_state[key] = left


def reset() -> None:
    """Takes every filter back to where it starts; for use as a callback."""
    st.session_state[PERIOD_KEY] = Preset.LAST_30_DAYS.value
    st.session_state[COMPARE_KEY] = Compared.PREVIOUS.value
    st.session_state[SEARCH_KEY] = ""
    st.session_state[PAGE_KEY] = 1
    st.session_state.pop(DAYS_KEY, None)
    for key in BY_KEY:
        st.session_state[key] = []
    for key in call_bounds.KEYS:
        st.session_state[key] = None


def filtered() -> bool:
    """Whether any filter is set."""
    state = st.session_state
    return (
        state.get(PERIOD_KEY, Preset.LAST_30_DAYS.value) != Preset.LAST_30_DAYS.value
        or bool(state.get(SEARCH_KEY))
        or any(state.get(key) for key in BY_KEY)
        or any(state.get(key) is not None for key in call_bounds.KEYS)
    )


def active(view: View) -> list[tuple[str, str, str]]:
    """The filters that are set: key, value, and both as people read them."""
    style = view.style
    lists = [
        (key, value, f"{style.say(facet.label)}: {_shown(facet, value, view)}")
        for key, facet in BY_KEY.items()
        for value in getattr(view.filters, facet.field)
    ]
    return [*lists, *((key, "", text) for key, text in call_bounds.told(view.filters, style))]


def subtitle(view: View) -> str:
    """The period and the filters that are set, in words."""
    shown = [text for _, _, text in active(view)]
    if searched := view.filters.text.strip():
        shown.append(f"“{searched}”")
    return " · ".join([days(view.filters.first, view.filters.last, view.style), *shown])


def _shown(facet: Facet, value: str, view: View) -> str:
    name = view.people.get(value) if facet.choice == "user" else None
    return name or facet.shown(value, view.style)


def _bind() -> None:
    link.bind(PERIOD_KEY, link.one_of(list(Preset)), Preset.LAST_30_DAYS.value, always=True)
    if st.session_state[PERIOD_KEY] == Preset.CUSTOM:
        link.bind(DAYS_KEY, link.DAYS, ())
    link.bind(COMPARE_KEY, link.one_of(list(Compared)), Compared.PREVIOUS.value)
    for key, facet in BY_KEY.items():
        link.bind(key, link.some_of(list(facet.words)) if facet.words else link.TEXTS, [])


def _period(today: date, style: Style) -> Period:
    preset = Preset(
        st.selectbox(
            style.say("Period"),
            [preset.value for preset in Preset],
            format_func=lambda value: style.say(Preset(value).label),
            key=PERIOD_KEY,
        )
    )
    if preset is not Preset.CUSTOM:
        return named(preset, today)
    chosen = st.date_input(
        style.say("First and last day"),
        max_value=max(today, *st.session_state[DAYS_KEY]),
        min_value=date(2000, 1, 1),
        format="DD/MM/YYYY",
        key=DAYS_KEY,
    )
    if not isinstance(chosen, tuple) or not chosen:
        return named(Preset.LAST_30_DAYS, today)
    # While the second day is still to be chosen, the first stands alone.
    return custom(chosen[0], chosen[-1])


def _compared(style: Style) -> Compared:
    return Compared(
        st.selectbox(
            style.say("Compared with"),
            [one.value for one in Compared],
            format_func=lambda value: style.say(_COMPARISONS[Compared(value)]),
            key=COMPARE_KEY,
        )
    )


def _chosen(facet: Facet, names: Mapping[str, str], style: Style) -> tuple[str, ...]:
    options = list(facet.words or names)
    # What a link or a click asks for stands, whether or not there are calls of it in this period.
    asked = [one for one in st.session_state[facet.key] if one and one not in options]
    return tuple(
        st.multiselect(
            style.say(facet.label),
            [*options, *asked, ""],
            format_func=lambda value: names.get(value) or facet.shown(value, style),
            placeholder=style.say(facet.everything),
            key=facet.key,
        )
    )
