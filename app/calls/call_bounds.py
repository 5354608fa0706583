"""Narrowing the list of calls by what they cost and how long they lasted."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import streamlit as st

from app.format import Style, number
from app.frame import link
from warehouse.scope import Filters

MIN_COST, MAX_COST = "min_cost", "max_cost"
MIN_MINUTES, MAX_MINUTES = "min_minutes", "max_minutes"
KEYS: Final = (MIN_COST, MAX_COST, MIN_MINUTES, MAX_MINUTES)
_MINUTE: Final = 60


def _read(texts: list[str]) -> float:
    try:
        value = float(Decimal(texts[-1]))
    except InvalidOperation:
        raise ValueError(texts[-1]) from None
    if not 0 <= value < 10**9:
        raise ValueError(texts[-1])
    return value


# The field holds a float, whose shortest text is what was typed.
BOUND: Final = link.Form(_read, lambda value: [f"{Decimal(repr(value)).normalize():f}"])


def bound() -> dict[str, Any]:
    """Before anything is drawn: the fields of `Filters` that a link or a field has set."""
    for key in KEYS:
        link.bind(key, BOUND, None)
    return fields(st.session_state.get)


def told(filters: Filters, style: Style) -> list[tuple[str, str]]:
    """The bounds that are set, by their keys, as people read them."""

    def written(value: Decimal) -> str:
        places = value.normalize().as_tuple().exponent
        return number(value, style, max(0, -places) if isinstance(places, int) else 0)

    found = list[tuple[str, str]]()
    if (cost := filters.min_cost) is not None:
        found.append((MIN_COST, style.say("Cost from {amount}", amount=written(cost))))
    if (cost := filters.max_cost) is not None:
        found.append((MAX_COST, style.say("Cost up to {amount}", amount=written(cost))))
    if (talk_s := filters.min_talk_s) is not None:
        minutes = written(talk_s / _MINUTE)
        found.append((MIN_MINUTES, style.say("From {minutes} min", minutes=minutes)))
    if (talk_s := filters.max_talk_s) is not None:
        minutes = written(talk_s / _MINUTE)
        found.append((MAX_MINUTES, style.say("Up to {minutes} min", minutes=minutes)))
    return found


def choose(style: Style) -> None:
    """Draws the fields."""
    is_set = any(st.session_state[key] is not None for key in KEYS)
    with st.popover(
        style.say("Cost and duration"),
        icon=":material/filter_alt:" if is_set else ":material/tune:",
        type="primary" if is_set else "secondary",
        key="bounds",
    ):
        with st.grid(2, min_column_width=130):
            _field(style.say("Cost, from"), MIN_COST, 0.01)
            _field(style.say("Cost, up to"), MAX_COST, 0.01)
            _field(style.say("Minutes, from"), MIN_MINUTES, 1.0)
            _field(style.say("Minutes, up to"), MAX_MINUTES, 1.0)
        st.button(
            style.say("Take these off"),
            icon=":material/filter_alt_off:",
            on_click=_clear,
            disabled=not is_set,
            key="clear_bounds",
        )


def fields(value_of: Callable[[str], float | None]) -> dict[str, Any]:
    """The fields of `Filters` for what was typed: exact decimals, durations in seconds."""

    def exact(key: str) -> Decimal | None:
        typed = value_of(key)
        return None if typed is None else Decimal(repr(typed))

    def seconds(key: str) -> Decimal | None:
        minutes = exact(key)
        return None if minutes is None else minutes * _MINUTE

    return {
        "min_cost": exact(MIN_COST),
        "max_cost": exact(MAX_COST),
        "min_talk_s": seconds(MIN_MINUTES),
        "max_talk_s": seconds(MAX_MINUTES),
    }


def _field(label: str, key: str, step: float) -> None:
    st.number_input(label, min_value=0.0, value=None, step=step, format="%.12g", key=key)


def _clear() -> None:
    for key in KEYS:
        st.session_state[key] = None
