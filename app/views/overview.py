"""The overview: what a period cost, what it was spent on, and by whom."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import streamlit as st

from app import charts, parts
from app.data import ask, current_view, now
from app.format import counted, days, literal, money
from app.kpis import NOTHING_BEFORE, Better, currencies, in_currency, key_figures, total_cost

DeltaColour = Literal["normal", "inverse", "off"]

RANKED = 8
# Rankings are asked for in one go and cut per currency.
MOST_RANKED = 500
DELTA_COLOURS: dict[Better, DeltaColour] = {"more": "normal", "less": "inverse", "neither": "off"}
STILL = {"displayModeBar": False}

view = current_view()
parts.head("Overview", view)

totals = ask(view, "totals")
if not totals["calls"].sum():
    parts.no_calls(view)
    st.stop()

before = ask(view, "totals", replace(view.filters, first=view.before.first, last=view.before.last))
by_day = ask(view, "cost_by_day")
figures = key_figures(totals, before, by_day, view.period, view.style)

with st.grid(len(figures), min_column_width=150):
    for figure in figures:
        st.metric(
            figure.label,
            literal(figure.value),
            figure.delta,
            delta_color=DELTA_COLOURS[figure.better],
            delta_description=NOTHING_BEFORE if figure.delta is None else None,
            chart_data=figure.trend if len(figure.trend) > 1 else None,
            chart_type="area",
            help=figure.meaning,
            border=True,
            height="stretch",
        )
running = view.period.last == now().astimezone(view.zone).date()
st.caption(
    f"Compared with {days(view.before.first, view.before.last)}"
    f"{'; today is still running' if running else ''}."
)

unrated = totals["unrated"].sum()
if unrated:
    st.warning(
        f"{counted(unrated, 'call', view.style)} should have a price and "
        f"{'has' if unrated == 1 else 'have'} none, so the cost here is too low. The status in the "
        "list of calls says why.",
        icon=":material/sell:",
    )

paid_in = currencies(totals)
for currency in paid_in:
    total = total_cost(in_currency(totals, currency))
    if len(paid_in) > 1:
        st.header(currency, anchor=False)
    with st.container(border=True):
        st.subheader(
            "Cost per week" if charts.weekly(view.period) else "Cost per day", anchor=False
        )
        st.plotly_chart(
            charts.cost_over_time(in_currency(by_day, currency), view.period, currency, view.style),
            config=STILL,
            key=f"cost_over_time_{currency}",
            alt=f"Cost over time, {money(total, currency, view.style)} in all",
        )
    rankings = {
        "Call types": ("by_call_type", {}, charts.call_types_of),
        "Departments": ("top_departments", {"limit": MOST_RANKED}, charts.departments_of),
        "People": ("top_people", {"limit": MOST_RANKED}, charts.people_of),
    }
    with st.grid(3, min_column_width=300):
        for title, (query, options, name) in rankings.items():
            rows = in_currency(ask(view, query, **options), currency)
            rows = rows.filter(rows["cost"] > 0).sort("cost", descending=True).head(RANKED)
            with st.container(border=True, height="stretch"):
                st.subheader(title, anchor=False)
                st.plotly_chart(
                    charts.ranking(name(rows), rows, total, currency, view.style),
                    config=STILL,
                    key=f"{query}_{currency}",
                    alt=f"{title} by cost, the dearest first",
                )
