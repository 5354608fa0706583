"""Every report of the catalogue, on screen and as a file."""

from __future__ import annotations

import streamlit as st

from app import data
from app.data import current_view
from app.format import literal
from app.frame import link, parts, report_view, take_away
from app.reports.catalogue import REPORTS

view = current_view()
style = view.style
link.bind("report", link.one_of(REPORTS), next(iter(REPORTS)))
parts.head(style.say("Reports"), view)

name = st.selectbox(
    style.say("Report"),
    list(REPORTS),
    format_func=lambda one: f"{style.say(REPORTS[one].group)} · {style.say(REPORTS[one].title)}",
    key="report",
)
report = REPORTS[name]
options = {}
if report.options:
    with st.container(horizontal=True):
        for option in report.options:
            key = f"{name}_{option.name}"
            most = min(option.most, data.MOST_ROWS)
            link.bind(key, link.within(option.least, most), min(option.usual, most))
            options[option.name] = int(
                st.number_input(
                    style.say(option.meaning).capitalize(),
                    min_value=option.least,
                    max_value=most,
                    key=key,
                    width=240,
                )
            )
document = data.document(view, name, options)
with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown(literal(style.say(report.purpose)))
    with st.container(horizontal=True, gap="small", width="content"):
        take_away.offer(document, view, options)
report_view.show(document, view)
