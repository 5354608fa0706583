"""The sheet of one person or department: everything about them on one page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote

import polars as pl
import streamlit as st

from app import data
from app.calls import call_list
from app.calls.details import show_call
from app.charts import base as charts
from app.charts import costs as charts_costs
from app.charts import traffic as charts_traffic
from app.data import View, ask
from app.figures import cost_figures, grains, money_choice, service_figures
from app.figures.breakdowns import BREAKDOWNS
from app.figures.kpis import cost_figures as cost_tiles
from app.figures.kpis import total_cost
from app.figures.money_choice import Choice
from app.format import days, literal, money
from app.frame import about, clicks, pages, parts, sidebar, tables
from app.reports.catalogue.columns import SEEN, TRAFFIC
from app.reports.catalogue.service import inbound
from app.reports.document import Column, Kind, Table
from warehouse.errors import TollbookError
from warehouse.queries.service import PROMPT_S

_RANKED: Final = 8
_NUMBERS: Final = 15
_LATEST: Final = 10
_TARGET: Final = 80


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose sheet it is: one value of a filter."""

    facet: str
    value: str


def facts(found: list[tuple[str, str]]) -> None:
    """What is known of them, beside each other."""
    with st.container(border=True), st.grid(len(found), min_column_width=150):
        for title, value in found:
            with st.container(gap="xxsmall"):
                st.caption(title)
                st.markdown(_fact(value))


def _fact(value: str) -> str:
    """As it stands; an address is broken behind its @ where it does not fit, not in a word."""
    if "@" not in value or " " in value:
        return literal(value)
    label = literal(value).replace("@", "@\u200b")
    return f"[{label}](mailto:{quote(value, safe='@+')})"


def earlier(view: View) -> Any:
    """The filters of the period that is compared with."""
    return replace(view.filters, first=view.before.first, last=view.before.last)


def spending(view: View) -> Choice:
    """What they spent: tiles, over time by call type, and where it went."""
    style = view.style
    chosen = money_choice.choose(view)
    totals, before = (
        ask(view, "totals", one, money=chosen.money) for one in (view.filters, earlier(view))
    )
    parts.tiles(
        cost_tiles(
            chosen.of(totals),
            chosen.of(before),
            chosen.of(ask(view, "cost_by_day", money=chosen.money)),
            chosen.currency,
            view.period,
            style,
        ),
        style,
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(
            style.say(
                "Compared with {days}.", days=days(view.before.first, view.before.last, style)
            )
        )
        about.offer(
            view,
            int(totals["unrated"].sum()),
            ("Cost", "Charge", "Calls", "Minutes", "Cost per minute", "Answered", "Lost",
             "Abandoned", "Time to answer", "Service level", "Fixed charges"),
        )  # fmt: skip
    grain = grains.choose("owner_grain", view.period, style)
    with st.grid(2, min_column_width=380):
        if chosen.currency:
            _over_time(view, chosen, grain)
        with st.container(border=True, height="stretch"):
            st.subheader(style.say("Calls over time"), anchor=False)
            volume = ask(view, "traffic", grain=grain, keys=("direction",))
            starts = [
                volume.filter(pl.col("direction").eq_missing(pl.lit(one, pl.String)))["period"]
                for one in volume["direction"].unique().sort()
            ]
            clicks.points(
                charts_traffic.volume(volume, grain, style),
                f"owner_calls_{grain}",
                lambda curve, place: sidebar.zoom(
                    *grains.days_of(starts[curve][place], grain, view.period)
                ),
                style.say("Calls over time, by direction"),
            )
    return chosen


def _over_time(view: View, chosen: Choice, grain: Any) -> None:
    style = view.style
    rows = chosen.of(
        ask(view, "costs", keys=("call_type",), grain=grain, money=chosen.money)
    ).filter(pl.col("cost") > 0)
    by_type = rows.group_by("call_type").agg(pl.col("cost").sum())
    types = by_type.sort("cost", "call_type", descending=[True, False])["call_type"].to_list()
    names = [BREAKDOWNS["call_type"].shown({"call_type": one}, style) for one in types]
    bars = cost_figures.stacked(rows, rows, "call_type", types)
    figure = charts_costs.over_time(
        bars, [*names, style.say("Others")], grain, chosen.currency or "", style
    )
    figure.update_layout(height=charts_traffic.HEIGHT_PX)
    starts = [list(trace.x) for trace in figure.data]
    with st.container(border=True, height="stretch"):
        st.subheader(style.say("Cost over time"), anchor=False)
        if not bars.height:
            st.caption(style.say("Nothing was spent."))
            return
        clicks.points(
            figure,
            f"owner_cost_{grain}",
            lambda curve, place: sidebar.zoom(
                *grains.days_of(starts[curve][place], grain, view.period)
            ),
            style.say(
                "Cost over time, {cost} in all",
                cost=money(total_cost(rows), chosen.currency, style),
            ),
        )


def dearest(view: View, chosen: Choice, by: str, title: str) -> None:
    """The values of a breakdown that cost most; a click narrows to one."""
    style = view.style
    what = BREAKDOWNS[by]
    keys = (what.column,)
    now, before = (
        ask(view, "costs", one, keys=keys, money=chosen.money)
        for one in (view.filters, earlier(view))
    )
    rows = chosen.of(cost_figures.beside(now, before, keys)).filter(pl.col("cost") > 0)
    with st.container(border=True, height="stretch"):
        st.subheader(title, anchor=False)
        if rows.is_empty() or not chosen.currency or not what.facet:
            st.caption(style.say("Nothing was spent."))
            return
        top = rows.head(_RANKED)
        values = [value or "" for value in top[what.column]]
        facet = what.facet
        clicks.points(
            charts.ranking(
                [what.shown(row, style) for row in top.iter_rows(named=True)],
                top,
                total_cost(rows),
                chosen.currency,
                style,
            ),
            f"owner_top_{by}",
            lambda _, place: sidebar.toggle(facet, values[place]),
            style.say("{what} by cost, the dearest first", what=title),
        )


def numbers(view: View) -> None:
    """The outside numbers called and calling most."""
    style = view.style
    with st.grid(2, min_column_width=380):
        for side, title in (("called", "Numbers called"), ("calling", "Numbers that call")):
            with st.container():
                st.subheader(style.say(title), anchor=False)
                found = ask(view, "frequent_numbers", side=side, limit=_NUMBERS)
                columns = (Column("number", "Number"), *TRAFFIC, SEEN[1])
                tables.show(Table(title, columns, found), view, f"owner_numbers_{side}")


def answering(view: View) -> None:
    """How calls to them are answered."""
    style = view.style
    asked = inbound(view.filters)
    then = replace(asked, first=view.before.first, last=view.before.last)
    now, before, by_day = (
        service_figures.with_level(ask(view, "answering", one, keys=(), grain=grain), None, [])
        for one, grain in ((asked, None), (then, None), (asked, "day"))
    )
    if not now["calls"].sum():
        return
    st.header(style.say("Service"), anchor=False)
    parts.tiles(
        service_figures.figures(
            now.row(0, named=True),
            before.row(0, named=True),
            by_day,
            PROMPT_S,
            _TARGET,
            view.period,
            style,
        ),
        style,
    )


def budgets(view: View, owner: Owner) -> None:
    """How far their budgets of today are spent."""
    style = view.style
    try:
        found = data.budgets_today(view)
    except TollbookError:
        st.caption(style.say("Budgets cannot be read at the moment."))
        return
    column = "user" if owner.facet == "person" else "department"
    rows = found.filter(pl.col(column) == owner.value)
    if rows.is_empty():
        return
    st.header(style.say("Budgets"), anchor=False)
    share = pl.when(pl.col("amount") + pl.col("carried") > 0).then(
        pl.col("spent").cast(pl.Float64) / (pl.col("amount") + pl.col("carried")).cast(pl.Float64)
    )
    columns = (
        Column("budget", "Budget"),
        Column("name", "For"),
        Column("first", "From", Kind.DAY),
        Column("last", "To", Kind.DAY),
        Column("amount", "Amount", Kind.MONEY),
        Column("carried", "Carried over", Kind.MONEY, hidden_if_zero=True),
        Column("spent", "Spent", Kind.MONEY),
        Column("share", "Spent, %", Kind.SHARE),
        Column("left", "Left", Kind.MONEY),
        Column("forecast", "At this pace", Kind.MONEY),
    )
    table = Table("Budgets", columns, rows.with_columns(share.alias("share")))
    tables.show(table, view, "owner_budgets")


def fixed_charges(view: View) -> None:
    """What is owed call or no call."""
    found = ask(view, "fixed", keys=("what", "id", "name"))
    if found.is_empty():
        return
    st.header(view.style.say("Fixed charges"), anchor=False)
    columns = (
        Column("what", "What", Kind.WORD),
        Column("id", "Which"),
        Column("name", "For"),
        Column("fixed", "Fixed charge", Kind.MONEY, summed=True),
    )
    note = view.style.say("Each day bears its part of its month.")
    tables.show(Table("Fixed charges", columns, found, note), view, "owner_fixed")


def latest(view: View) -> None:
    """Their newest calls; a click opens one."""
    style = view.style
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(style.say("Latest calls"), anchor=False)
        st.page_link(pages.script_of("calls"), label=style.say("All calls"), icon=":material/call:")
    call_list.show(ask(view, "page", limit=_LATEST, offset=0), call_list.USUAL, style)
    show_call(view)
