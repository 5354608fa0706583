"""What the wallboard shows of today, and how large."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any, Final

import polars as pl
import streamlit as st

from app import data
from app.alarms.desk import Desk
from app.charts import wallboard as charts_wallboard
from app.data import View, ask
from app.figures.kpis import currencies, in_currency, total_cost
from app.format import age, instant, literal, money, number, percent
from app.frame import sidebar
from app.frame.clicks import STILL
from app.frame.pages import script_of
from warehouse.errors import TollbookError

LOOK_EVERY_S: Final = 15
_OLD_AFTER: Final = timedelta(hours=1)
WORD_JOINER: Final = "\u2060"
_MOST_ALARMS: Final = 4
_MOST_TRUNKS: Final = 6

_LARGE: Final = """
<style>
.st-key-wall [data-testid="stMetricValue"] { font-size: clamp(2.6rem, 6.2vw, 7rem);
  line-height: 1.1; }
.st-key-wall [data-testid="stMetricLabel"] p { font-size: clamp(1.1rem, 1.6vw, 1.9rem); }
.st-key-wall [data-testid="stMetricDelta"] { font-size: clamp(1rem, 1.3vw, 1.5rem); }
.st-key-wall h1 { font-size: clamp(1.8rem, 3vw, 3.4rem); }
.st-key-wall [data-testid="stCaptionContainer"] p { font-size: clamp(1rem, 1.2vw, 1.4rem); }
.st-key-wall h3 { font-size: clamp(1.1rem, 1.6vw, 1.9rem); }
.st-key-wall_alarms p { font-size: clamp(1.1rem, 1.5vw, 1.8rem); }
</style>
"""
"""Sizes that follow the width of the screen: themes have none."""


def dress() -> None:
    """Makes the figures large."""
    st.html(_LARGE)


@st.fragment(run_every=LOOK_EVERY_S)
def draw(linked: View) -> None:
    """Draws today as it is now, within the filters of the link."""
    style = linked.style
    try:
        snapshot = data.newest_snapshot()
    except TollbookError:
        snapshot = linked.snapshot
    today = data.now().astimezone(linked.zone).date()
    view = replace(
        linked, snapshot=snapshot, filters=replace(linked.filters, first=today, last=today)
    )
    with st.container(key="wall"):
        _head(view)
        _figures(view)
        _trunks(view)
        _alarms(view)
    st.page_link(
        script_of("overview"), label=style.say("Leave the wallboard"), icon=":material/close:"
    )


def _head(view: View) -> None:
    style, now = view.style, data.now()
    with st.container(
        horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"
    ):
        st.title(literal(data.company()), anchor=False, width="content")
        st.title(f"{now.astimezone(view.zone):%H:%M}", anchor=False, width="content")
    st.caption(literal(sidebar.subtitle(view)))
    newest = max((one.newest_started_at for one in view.snapshot.manifest.sources), default=None)
    if newest is not None and now - newest > _OLD_AFTER:
        told = style.say(
            "The newest call is of {at}: newer ones are not known.", at=_at(newest, view)
        )
        st.markdown(f":orange[:material/warning: {literal(told)}]")


def _figures(view: View) -> None:
    style = view.style
    found: Mapping[str, Any] = ask(view, "answering").row(0, named=True)
    calls, answered, lost = (int(found[name] or 0) for name in ("calls", "answered", "lost"))
    totals: pl.DataFrame = ask(view, "totals")
    tiles = [
        (style.say("Calls today"), number(calls, style), None),
        (style.say("Answered"), number(answered, style), percent(answered, calls, style)),
        (style.say("Lost"), number(lost, style), percent(lost, calls, style)),
        *(
            (
                style.say("Cost today"),
                money(total_cost(in_currency(totals, currency)), currency, style),
                None,
            )
            for currency in currencies(totals)
        ),
    ]
    with st.grid(len(tiles), min_column_width=260):
        for label, value, share in tiles:
            st.metric(
                label,
                literal(value),
                share,
                delta_color="off",
                delta_arrow="off",
                border=True,
                height="stretch",
            )


def _trunks(view: View) -> None:
    style = view.style
    used: pl.DataFrame = ask(view, "trunk_hours")
    if used.is_empty():
        return
    peaks = (
        used.group_by("gateway")
        .agg(pl.col("peak").max())
        .sort("peak", "gateway", descending=[True, False])
        .head(_MOST_TRUNKS)
    )
    known = ask(view, "trunks_on", on=view.filters.first)
    names = peaks["gateway"].to_list()
    channels = [channels_of(name, known) for name in names]
    with st.container(border=True):
        st.subheader(style.say("Most calls at once today"), anchor=False)
        st.plotly_chart(
            charts_wallboard.occupancy(names, peaks["peak"].to_list(), channels, style),
            config=STILL,
            key="occupancy",
            alt=style.say("Most calls at once on each trunk, of the channels that it has"),
        )


def channels_of(gateway: str, known: pl.DataFrame) -> int | None:
    """The channels of a trunk by the rows of the directory, whose names may be patterns."""
    for name, channels in known.select("gateway", "channels").iter_rows():
        if fnmatchcase(gateway.lower(), name):
            return None if channels is None else int(channels)
    return None


def _alarms(view: View) -> None:
    """The newest that nobody has acknowledged; they may be about anybody's calls."""
    if not view.scope.everything:
        return
    try:
        with data.state() as state:
            found = Desk(state).history(_MOST_ALARMS, is_open=True)
    except TollbookError:
        return
    if not found:
        return
    with st.container(border=True, key="wall_alarms"):
        st.subheader(view.style.say("Alarms"), anchor=False)
        for row in found:
            at = datetime.fromisoformat(row["happened_at"])
            # An address is no link here: nobody clicks on a wall.
            told = f"{_at(at, view)} · {row['title']}".replace("@", f"{WORD_JOINER}@")
            st.markdown(f":red[:material/notifications_active:] {literal(told)}")


def _at(value: datetime, view: View) -> str:
    told = age(value, data.now(), view.style)
    at = instant(value.astimezone(view.zone), view.style)
    return f"{at}, {told}" if told else at
