"""Service: how calls are answered and lost, how long callers wait, who was not called back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

import polars as pl
import streamlit as st

from app.charts import service as charts_service
from app.data import ask, current_view
from app.figures import grains, service_figures
from app.figures.breakdowns import BREAKDOWNS
from app.figures.service_figures import beside, figures, is_rolled_up, whole_percent, with_level
from app.figures.sheet import sheet
from app.format import days, percent
from app.frame import about, clicks, link, pages, parts, sidebar, tables, take_away
from app.phrase import Name
from app.reports.catalogue.columns import KEYS
from app.reports.catalogue.service import group_table, inbound, unreturned_table
from app.reports.document import Column, Kind, Table
from warehouse.queries.keys import Grain
from warehouse.scope import Filters

LEAVE_KEY: Final = "service_leave"
BY_KEY: Final = "service_by"
SECONDS: Final = ("10", "15", "20", "30", "45", "60", "120")
TARGETS: Final = ("70", "75", "80", "85", "90", "95", "98")
HOUR: Final = "hour"
GROUPS: Final = "group"
UNRETURNED: Final = "unreturned"
HOURS_TO_CALL_BACK: Final = 24
MOST_UNRETURNED: Final = 1000
SHOWN: Final = {
    "department": "Departments",
    "person": "People",
    "site": "Sites",
    HOUR: "Hours of the day",
    GROUPS: "Response groups",
    UNRETURNED: "Not called back",
}
BELOW: Final = {"site": "department", "department": "person"}
ON_TARGET: Final = {True: "met", False: "missed"}

view = current_view()
style = view.style
if page := st.session_state.pop(LEAVE_KEY, None):
    st.switch_page(pages.script_of(page))
parts.head(style.say("Service"), view)
link.bind("service_within", link.one_of(SECONDS), "20")
link.bind("service_target", link.one_of(TARGETS), "80")
link.bind(BY_KEY, link.one_of(SHOWN), "department")

asked = inbound(view.filters)
earlier = replace(asked, first=view.before.first, last=view.before.last)
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    target = int(
        st.selectbox(
            style.say("Service level"),
            TARGETS,
            format_func=lambda one: whole_percent(int(one), style),
            key="service_target",
            width=130,
        )
    )
    seconds = int(
        st.selectbox(
            style.say("Answered within"),
            SECONDS,
            format_func=lambda one: style.say("{seconds} s", seconds=one),
            key="service_within",
            width=130,
        )
    )
    actions = st.container(horizontal=True, horizontal_alignment="right", gap="small")


def answering(
    filters: Filters, keys: tuple[str, ...] = (), grain: Grain | None = None
) -> pl.DataFrame:
    """How calls were answered, with the service level of the seconds that are chosen."""
    found = ask(view, "answering", filters, keys=keys, grain=grain)
    waits = None
    if not is_rolled_up(seconds):
        waits = ask(view, "waits", filters, keys=keys, grain=grain, within_s=Decimal(seconds))
    return with_level(found, waits, [*(["period"] if grain else []), *keys])


whole = answering(asked)
if not whole["calls"].sum():
    parts.no_calls(view)
    st.stop()
now, before = whole.row(0, named=True), answering(earlier).row(0, named=True)
parts.tiles(
    figures(now, before, answering(asked, (), "day"), seconds, target, view.period, style), style
)
with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    told = style.say("Compared with {days}.", days=days(view.before.first, view.before.last, style))
    if not view.filters.directions:
        told += " " + style.say("Calls that came in.")
    st.caption(told)
    about.offer(
        view,
        0,
        ("Answered", "Lost", "Abandoned", "Time to answer", "Service level", "Not called back"),
    )
level = now[service_figures.LEVEL]
if level is not None and level * 100 < target:
    st.warning(
        style.say(
            "{share} were answered within {seconds} s; the service level is {target}.",
            share=percent(Decimal(str(level)), 1, style),
            seconds=seconds,
            target=whole_percent(target, style),
        ),
        icon=":material/hourglass_bottom:",
    )

with st.grid(2, min_column_width=380):
    with st.container(border=True, height="stretch"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(style.say("Over time"), anchor=False)
            grain = grains.choose("service_grain", view.period, style)
        course = answering(asked, (), grain)
        starts = course["period"].to_list()
        clicks.points(
            charts_service.over_time(course, grain, style),
            f"service_over_time_{grain}",
            lambda _, place: sidebar.zoom(*grains.days_of(starts[place], grain, view.period)),
            style.say("Answered and lost calls over time"),
        )
    with st.container(border=True, height="stretch"):
        st.subheader(style.say("By hour"), anchor=False)
        hours = ask(view, "answering", asked, keys=(HOUR,)).sort(HOUR)
        st.plotly_chart(
            charts_service.by_hour(hours, style),
            config=clicks.STILL,
            key="service_by_hour",
            alt=style.say("Answered and lost calls by hour of the day"),
        )

shown = st.segmented_control(
    style.say("Show"),
    list(SHOWN),
    format_func=lambda one: style.say(SHOWN[one]),
    key=BY_KEY,
    required=True,
    label_visibility="collapsed",
)


def compared(by: str) -> Table:
    """How each value answers, beside what it did before; those who lose most stand first."""
    column = HOUR if by == HOUR else BREAKDOWNS[by].column
    keys = (column,)
    rows = beside(answering(asked, keys), answering(earlier, keys), keys)
    judged = [
        None if share is None else style.say(ON_TARGET[share * 100 >= target])
        for share in rows[service_figures.LEVEL]
    ]
    if by == HOUR:
        rows = rows.sort(HOUR)
        names = [f"{hour:02}:00" for hour in rows[HOUR]]
    else:
        names = [BREAKDOWNS[by].shown(row, style) for row in rows.iter_rows(named=True)]
    rows = rows.with_columns(
        pl.Series("shown", names, pl.String), pl.Series("target", judged, pl.String)
    )
    label = KEYS[column].title
    return Table(
        f"By {label.lower()}",
        (
            Column("shown", label),
            Column("calls", "Calls", Kind.COUNT, summed=True),
            Column("asr", "Answered", Kind.SHARE),
            Column("asr_change", "Change", Kind.SHARE),
            Column("lost", "Lost", Kind.COUNT, summed=True),
            Column("lost_before", "Lost before", Kind.COUNT, summed=True),
            Column("abandoned", "Abandoned", Kind.COUNT, summed=True),
            Column("voicemail", "Voice mail", Kind.COUNT, summed=True),
            Column("mean_wait_s", "Time to answer", Kind.WAIT),
            Column("level", f"Within {seconds} s", Kind.SHARE),
            Column("target", "Target"),
        ),
        rows,
    )


def descend(by: str, value: str) -> None:
    """Narrows to a value and shows what is below it."""
    st.session_state[by] = [value]
    if by in BELOW:
        st.session_state[BY_KEY] = BELOW[by]
    else:
        st.session_state[LEAVE_KEY] = "person"


if shown == GROUPS:
    table = group_table(ask(view, "response_groups", asked))
    tables.show(table, view, "service_groups")
elif shown == UNRETURNED:
    found = ask(view, "unreturned", asked, hours=HOURS_TO_CALL_BACK, limit=MOST_UNRETURNED)
    table = unreturned_table(found, MOST_UNRETURNED)
    tables.show(table, view, "service_unreturned")
else:
    by = shown or "department"
    table = compared(by)
    if by == HOUR:
        tables.show(table, view, "service_hours")
    else:
        values = [value or "" for value in table.rows[BREAKDOWNS[by].column]]
        st.caption(style.say("A click on a row narrows to it and shows what is below."))
        tables.show(table, view, f"service_{by}", lambda place: descend(by, values[place]))
with actions:
    take_away.offer(
        sheet(
            view,
            "service",
            Name(
                style.say("Service: {what}", what=style.say(SHOWN[shown or "department"]).lower())
            ),
            "How calls are answered, beside the period before.",
            (table,),
            {
                "service level": style.say(
                    "{share}% within {seconds} s", share=target, seconds=seconds
                ),
                "compared with": days(view.before.first, view.before.last, style),
            },
        ),
        view,
        key="service",
    )
