"""The grain of time that a page is drawn by, in links."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, cast

import streamlit as st

from app.format import Style
from app.frame import link
from app.periods import Period
from warehouse.queries.keys import Grain

_GRAINS: Final[dict[Grain, str]] = {"day": "Day", "week": "Week", "month": "Month"}
_FITTING: Final = "fitting"
_DAYS_BY_DAY: Final = 62
_DAYS_BY_WEEK: Final = 280
"""Up to so many days, bars of days and of weeks are wide enough to be seen."""


def choose(key: str, period: Period, style: Style) -> Grain:
    """Asks for day, week or month; what fits the period is the usual, and changes with it."""
    link.bind(key, link.one_of([_FITTING, *_GRAINS]), _FITTING)
    chosen = st.segmented_control(
        style.say("By"),
        [_FITTING, *_GRAINS],
        format_func=lambda one: (
            style.say("Auto") if one == _FITTING else style.say(_GRAINS[cast("Grain", one)])
        ),
        key=key,
        required=True,
        label_visibility="collapsed",
    )
    return fitting(period) if chosen in (None, _FITTING) else cast("Grain", chosen)


def fitting(period: Period) -> Grain:
    """The finest grain whose bars can be told apart."""
    if period.days <= _DAYS_BY_DAY:
        return "day"
    return "week" if period.days <= _DAYS_BY_WEEK else "month"


def days_of(start: date, grain: Grain, period: Period) -> tuple[date, date]:
    """The first and last day that a bar stands for, within the period."""
    last = {
        "day": start,
        "week": start + timedelta(days=6),
        "month": (start + timedelta(days=31)).replace(day=1) - timedelta(days=1),
    }[grain]
    return max(start, period.first), min(last, period.last)
