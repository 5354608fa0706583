"""Traffic: how much is telephoned, when, and whether the channels of the trunks suffice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import polars as pl
import streamlit as st

from app.charts import traffic as charts_traffic
from app.data import ask, current_view
from app.figures import grains
from app.figures.kpis import Kpi, traffic_figures
from app.figures.sheet import sheet
from app.format import change, days, literal, number
from app.frame import about, clicks, link, pages, parts, sidebar, tables, take_away
from app.reports.catalogue.columns import KEYS, TRAFFIC
from app.reports.catalogue.traffic import busy_hours
from app.reports.document import Column, Kind, Table

LEAVE_KEY = "traffic_leave"
GRADES = {"0.1": 1, "0.5": 5, "1": 10, "2": 20, "5": 50}
"""Calls in a thousand that may find no channel, by what they are in percent."""
USUAL_GRADE = "1"

view = current_view()
style = view.style
if st.session_state.pop(LEAVE_KEY, False):
    st.switch_page(pages.script_of("reports"), query_params={"report": "traffic-by-weekday"})
parts.head(style.say("Traffic"), view)
totals = ask(view, "totals")
if not totals["calls"].sum():
    parts.no_calls(view)
    st.stop()

earlier = replace(view.filters, first=view.before.first, last=view.before.last)
week = ask(view, "heat_map")
week_before = ask(view, "heat_map", earlier)
link.bind("traffic_grade", link.one_of(GRADES), USUAL_GRADE)
grade = GRADES[st.session_state["traffic_grade"]]
load = ask(view, "trunk_load", per_mille=grade)


def busiest(rows: pl.DataFrame) -> dict[str, float | int | None]:
    """The row of the weekday and hour with most calls on average."""
    averages = charts_traffic.averaged(rows).drop_nulls("average")
    return averages.row(int(averages["average"].arg_max() or 0), named=True)


now, then = busiest(week), busiest(week_before)
average = Decimal(str(now["average"]))
parts.tiles(
    [
        *traffic_figures(
            totals, ask(view, "totals", earlier), ask(view, "cost_by_day"), view.period, style
        ),
        Kpi(
            style.say("Busiest hour"),
            f"{now['hour']:02}:00",
            change(average, Decimal(str(then["average"])), style),
            "neither",
            [float(calls) for calls in ask(view, "traffic_by_hour")["calls"]],
            style.say(
                "The hour of a weekday with most calls on average: {calls}.",
                calls=number(average, style, 1),
            ),
        ),
    ],
    style,
)
with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    st.caption(
        style.say("Compared with {days}.", days=days(view.before.first, view.before.last, style)),
        width="content",
    )
    about.offer(
        view,
        int(totals["unrated"].sum()),
        ("Calls", "Minutes", "Answered", "Seizures", "Erlangs", "Busy hour", "Channels at once",
         "Blocked"),
    )  # fmt: skip
    actions = st.container(horizontal=True, horizontal_alignment="right", gap="small")

with st.container(border=True):
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(style.say("Calls over time"), anchor=False)
        grain = grains.choose("traffic_grain", view.period, style)
    volume = ask(view, "traffic", grain=grain, keys=("direction",))
    figure = charts_traffic.volume(volume, grain, style)
    starts = [list(trace.x) for trace in figure.data]
    clicks.points(
        figure,
        f"traffic_volume_{grain}",
        lambda curve, place: sidebar.zoom(
            *grains.days_of(starts[curve][place], grain, view.period)
        ),
        style.say("Calls over time, by direction"),
    )


def to_report(_curve: int, _place: int) -> None:
    """A cell leads to the report that lists the week."""
    st.session_state[LEAVE_KEY] = True


with st.container(border=True):
    st.subheader(style.say("Weekday and hour"), anchor=False)
    st.caption(
        style.say(
            "Calls on average, by the clock of each site: the strongest colour stands for {calls} "
            "an hour. A click opens the report.",
            calls=number(average, style, 1),
        )
    )
    clicks.points(
        charts_traffic.heat(week, style),
        "traffic_heat",
        to_report,
        style.say("Calls by weekday and hour, darker where there are more"),
    )

load = load.sort("peak", descending=True)
trunk_table = busy_hours(load)
if not load.is_empty():
    st.header(style.say("Trunks"), anchor=False)
    too_small = load.filter(pl.col("needed") > pl.col("channels"))["gateway"].to_list()
    if too_small:
        st.warning(
            style.say(
                "More channels are needed than there are: {trunks}.",
                trunks=literal(", ".join(too_small)),
            ),
            icon=":material/settings_phone:",
        )
    st.selectbox(
        style.say("Calls that may find no channel"),
        list(GRADES),
        format_func=lambda one: f"{number(Decimal(one), style, 1)}%",
        key="traffic_grade",
        width=260,
    )
    named = load["gateway"].to_list()
    trunk = named[0]
    with st.grid(2, min_column_width=380):
        with st.container(border=True, height="stretch"):
            st.subheader(style.say("Channels in use"), anchor=False)
            clicks.points(
                charts_traffic.full(load, style),
                "traffic_full",
                lambda _, place: sidebar.toggle("trunk", named[place]),
                style.say("The most channels in use at once, against those there are"),
            )
        with st.container(border=True, height="stretch"):
            st.subheader(literal(trunk), anchor=False)
            length = view.period.days
            clicks.points(
                charts_traffic.trunk_days(
                    ask(view, "trunk_days").filter(pl.col("gateway") == trunk),
                    load["channels"][0],
                    [view.period.first + timedelta(days=step) for step in range(length)],
                    style,
                ),
                f"traffic_trunk_{trunk}",
                lambda _, place: sidebar.zoom(*[view.period.first + timedelta(days=place)] * 2),
                style.say("Channels of {trunk} in use, day by day", trunk=trunk),
            )
    st.caption(style.say("A click on a row narrows to its trunk."))
    tables.show(
        trunk_table,
        view,
        f"traffic_trunks_{grade}",
        lambda place: sidebar.toggle("trunk", named[place]),
    )

with actions:
    take_away.offer(
        sheet(
            view,
            "traffic",
            "Traffic",
            "How much is telephoned, when, and over which trunks.",
            (
                Table(
                    f"By {grain}",
                    (Column("period", "From", Kind.DAY), KEYS["direction"], *TRAFFIC),
                    volume,
                ),
                Table(
                    "By weekday and hour",
                    (
                        KEYS["weekday"],
                        KEYS["hour"],
                        *TRAFFIC,
                        Column("average", "Calls on such a day", Kind.ERLANGS),
                    ),
                    charts_traffic.averaged(week),
                ),
                trunk_table,
            ),
            {"blocked at most": f"{grade} in a thousand"},
        ),
        view,
        key="traffic",
    )
