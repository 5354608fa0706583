"""The overview: what a period cost, what it was spent on, and by whom."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs

import streamlit as st

from app.calls import call_list
from app.charts import base as charts
from app.data import ask, current_view, now
from app.figures.kpis import currencies, in_currency, key_figures, total_cost
from app.format import counted, days, literal, money
from app.frame import about, clicks, link, pages, parts
from warehouse.words import UNRATED

RANKED = 8
# Rankings are asked for in one go and cut per currency.
MOST_RANKED = 500

view = current_view()
style = view.style
parts.head(style.say("Overview"), view)

totals = ask(view, "totals")
if not totals["calls"].sum():
    parts.no_calls(view)

before = ask(view, "totals", replace(view.filters, first=view.before.first, last=view.before.last))
by_day = ask(view, "cost_by_day")
parts.tiles(key_figures(totals, before, by_day, view.period, style), style)
running = view.period.last == now().astimezone(view.zone).date()
compared = style.say("Compared with {days}.", days=days(view.before.first, view.before.last, style))
unrated = int(totals["unrated"].sum())
with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    st.caption(f"{compared} {style.say('Today is still running.')}" if running else compared)
    about.offer(view, unrated, ("Cost", "Calls", "Minutes", "Answered", "Change"))

if unrated:
    st.warning(
        style.say(
            "{calls} should have a price and none was found: the cost here is too low. The status "
            "in the list of calls says why.",
            calls=counted(unrated, "call", style),
        ),
        icon=":material/sell:",
    )
    st.page_link(
        pages.script_of("calls"),
        label=style.say("Show these calls"),
        icon=":material/call:",
        query_params=parse_qs(link.current())
        | {"status": sorted(UNRATED), call_list.COLUMNS_KEY: ["Status", *call_list.USUAL]},
    )

paid_in = currencies(totals)
for currency in paid_in:
    total = total_cost(in_currency(totals, currency))
    if len(paid_in) > 1:
        st.header(currency, anchor=False)
    with st.container(border=True):
        weekly = charts.weekly(view.period)
        st.subheader(style.say("Cost per week" if weekly else "Cost per day"), anchor=False)
        costs = in_currency(by_day, currency)
        clicks.days(
            charts.cost_over_time(costs, view.period, currency, style),
            f"cost_over_time_{currency}",
            charts.steps(costs, view.period)["day"].to_list(),
            7 if weekly else 1,
            style.say("Cost over time, {cost} in all", cost=money(total, currency, style)),
        )
    rankings = {
        "Call types": ("by_call_type", {}, charts.call_types_of, "call_type", "call_type"),
        "Departments": (
            "top_departments",
            {"limit": MOST_RANKED},
            charts.departments_of,
            "department",
            "department",
        ),
        "People": ("top_people", {"limit": MOST_RANKED}, charts.people_of, "person", "user"),
    }
    with st.grid(3, min_column_width=300):
        for title, (query, options, name, facet, column) in rankings.items():
            rows = in_currency(ask(view, query, **options), currency)
            rows = rows.filter(rows["cost"] > 0).sort("cost", descending=True).head(RANKED)
            with st.container(border=True, height="stretch"):
                st.subheader(style.say(title), anchor=False)
                clicks.bars(
                    charts.ranking(name(rows, style), rows, total, currency, style),
                    f"{query}_{currency}",
                    facet,
                    rows[column].to_list(),
                    literal(style.say("{what} by cost, the dearest first", what=style.say(title))),
                )
