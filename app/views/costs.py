"""Costs: what money is spent on, by whom, when and where, down to the single call."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import streamlit as st

from app.charts import base as charts
from app.charts import costs as charts_costs
from app.data import ask, current_view
from app.figures import cost_figures, grains, ladder, money_choice
from app.figures.breakdowns import BREAKDOWNS, COUNTRY
from app.figures.kpis import cost_figures as cost_tiles
from app.figures.kpis import total_cost
from app.figures.sheet import sheet
from app.format import counted, days, money
from app.frame import about, clicks, pages, parts, sidebar, tables, take_away
from app.frame.facets import BY_KEY
from app.reports.document import Column, Kind, Table
from warehouse.queries.keys import Grain
from warehouse.scope import Filters

RANKED = 10
STACKED = 6
LEAVE_KEY = "costs_leave"

view = current_view()
style = view.style
if page := st.session_state.pop(LEAVE_KEY, None):
    st.switch_page(pages.script_of(page))
by = ladder.bind()
parts.head(style.say("Costs"), view)
ladder.crumbs(view, view.people)

totals = ask(view, "totals")
if not totals["calls"].sum():
    parts.no_calls(view)
    st.stop()

with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    st.selectbox(
        style.say("Told apart by"),
        list(BREAKDOWNS),
        format_func=lambda name: style.say(BREAKDOWNS[name].label),
        key=ladder.BY_KEY,
        on_change=ladder.start,
        width=220,
    )
    chosen = money_choice.choose(view)
    actions = st.container(horizontal=True, horizontal_alignment="right", gap="small")

earlier = replace(view.filters, first=view.before.first, last=view.before.last)


def by_what(filters: Filters, grain: Grain | None = None) -> pl.DataFrame:
    """Costs by what is chosen, in the money that is chosen."""
    options: dict[str, Any] = {"grain": grain, "money": chosen.money}
    if by.name != COUNTRY:
        options["keys"] = (by.column,)
    found: pl.DataFrame = ask(
        view, "countries" if by.name == COUNTRY else "costs", filters, **options
    )
    return found


totals, before = (ask(view, "totals", one, money=chosen.money) for one in (view.filters, earlier))
by_day = ask(view, "cost_by_day", money=chosen.money)
unrated = int(totals["unrated"].sum())
parts.tiles(
    cost_tiles(
        chosen.of(totals), chosen.of(before), chosen.of(by_day), chosen.currency, view.period, style
    ),
    style,
)
with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    told = style.say("Compared with {days}.", days=days(view.before.first, view.before.last, style))
    if chosen.unconverted:
        told += " " + style.say(
            "{calls} could not be converted and are in no sum.",
            calls=counted(chosen.unconverted, "call", style),
        )
    st.caption(told)
    about.offer(view, unrated, ("Cost", "Charge", "Calls", "Minutes", "Cost per minute", "Change"))

rows = chosen.of(cost_figures.beside(by_what(view.filters), by_what(earlier), (by.column,)))
rows = rows.with_columns(
    pl.Series("shown", [by.shown(row, style) for row in rows.iter_rows(named=True)], pl.String)
)
values = [value or "" for value in rows[by.column]]


def destinations(country: str) -> list[str]:
    """The destinations that calls with a country have."""
    found: list[str] = ask(view, "destinations_in", country=country)["destination"].to_list()
    return found


def narrow(place: int) -> None:
    """Narrows what is shown to the value of a row; of a country to its destinations."""
    value = values[place]
    if by.facet:
        sidebar.toggle(by.facet, value)
        return
    found = destinations(value)
    st.session_state["destination"] = [] if st.session_state["destination"] == found else found


def descend(place: int) -> None:
    """Opens a row: what it is made of, a person's own page, or its calls."""
    value = values[place]
    if by.name == COUNTRY:
        ladder.descend(
            by, value, ask(view, "destinations_in", country=value)["destination"].to_list()
        )
        return
    ladder.descend(by, value, [value])
    if by.below is None:
        st.session_state[LEAVE_KEY] = "person"


total = total_cost(rows)
spent = rows.filter(pl.col("cost") > 0)
if chosen.currency and not spent.is_empty():
    with st.grid(2, min_column_width=380):
        with st.container(border=True, height="stretch"):
            st.subheader(style.say("Highest costs"), anchor=False)
            top = spent.head(RANKED)
            clicks.points(
                charts.ranking(top["shown"].to_list(), top, total, chosen.currency, style),
                f"costs_top_{by.name}",
                lambda _, place: narrow(place),
                style.say("{what} by cost, the dearest first", what=style.say(by.label)),
            )
        with st.container(border=True, height="stretch"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.subheader(style.say("Cost over time"), anchor=False)
                grain = grains.choose("costs_grain", view.period, style)
            shown = spent.head(STACKED)
            if by.facet:
                asked = tuple(value or "" for value in shown[by.column])
                narrow_to: dict[str, Any] = {BY_KEY[by.facet].field: asked}
                narrowed = replace(view.filters, **narrow_to)
            else:
                narrowed = view.filters
            bars = cost_figures.stacked(
                chosen.of(by_what(narrowed, grain)),
                chosen.of(ask(view, "costs", keys=(), grain=grain, money=chosen.money)),
                by.column,
                shown[by.column].to_list(),
            )
            figure = charts_costs.over_time(
                bars, [*shown["shown"], style.say("Others")], grain, chosen.currency, style
            )
            starts = [list(trace.x) for trace in figure.data]
            clicks.points(
                figure,
                f"costs_over_time_{by.name}_{grain}",
                lambda curve, place: sidebar.zoom(
                    *grains.days_of(starts[curve][place], grain, view.period)
                ),
                style.say(
                    "Cost over time, {cost} in all", cost=money(total, chosen.currency, style)
                ),
            )

if by.name == COUNTRY and chosen.currency and not spent.is_empty():
    with st.container(border=True):
        st.subheader(style.say("Map"), anchor=False)
        places = charts_costs.on_map(spent)
        clicks.points(
            charts_costs.countries(spent, chosen.currency, style),
            "costs_map",
            lambda curve, place: narrow(values.index(places[curve]["country"][place])),
            style.say("The world, darker where more was spent"),
            charts_costs.MAP,
        )

table = Table(
    f"By {by.label.lower()}",
    (
        Column("shown", by.label),
        Column("cost", "Cost", Kind.MONEY, summed=True),
        Column("share", "Share", Kind.SHARE),
        Column("cost_before", "Before", Kind.MONEY, summed=True),
        Column("cost_change", "Change", Kind.MONEY, summed=True),
        Column("change_share", "Change, %", Kind.SHARE),
        Column("charge", "Charge", Kind.MONEY, summed=True, hidden_if_like="cost"),
        Column("calls", "Calls", Kind.COUNT, summed=True),
        Column("talk_s", "Talk time", Kind.DURATION, summed=True),
        Column("per_minute", "Cost per minute", Kind.FINE_MONEY),
        Column("unrated", "Unrated", Kind.COUNT, summed=True, hidden_if_zero=True),
    ),
    rows,
)
st.subheader(style.say("All"), anchor=False)
below = by.below and BREAKDOWNS[by.below].label
st.caption(
    style.say("A click on a row shows it by {what}.", what=style.say(below).lower())
    if below
    else style.say("A click on a row opens the sheet of that person.")
)
tables.show(table, view, f"costs_{by.name}", descend)
with actions:
    take_away.offer(
        sheet(
            view,
            f"costs-by-{by.name.replace('_', '-')}",
            f"Costs by {by.label.lower()}",
            "What calls cost, beside the period before.",
            (table,),
            {"compared with": days(view.before.first, view.before.last, style)}
            | (
                {"money": style.say("all in {currency}", currency=chosen.currency)}
                if chosen.money == "reporting"
                else {}
            ),
        ),
        view,
        key="costs",
    )
