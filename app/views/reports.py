"""Every report of the catalogue, on screen and as a file."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import data, parts, report_view
from app.access import gate
from app.data import current_view
from app.downloads import report_file
from app.format import literal
from app.reports.catalogue import REPORTS
from app.reports.writers import WRITERS

LABELS = {"csv": "CSV", "xlsx": "Excel", "pdf": "PDF", "html": "HTML"}

view = current_view()
parts.head("Reports", view)

name = st.selectbox(
    "Report",
    list(REPORTS),
    format_func=lambda one: f"{REPORTS[one].group} · {REPORTS[one].title}",
    key="report",
    bind="query-params",
)
report = REPORTS[name]
options = {}
if report.options:
    with st.container(horizontal=True):
        for option in report.options:
            options[option.name] = int(
                st.number_input(
                    option.meaning.capitalize(),
                    min_value=option.least,
                    max_value=min(option.most, data.MOST_ROWS),
                    value=min(option.usual, data.MOST_ROWS),
                    key=f"{name}_{option.name}",
                    width=240,
                )
            )
document = data.document(view, name, options)
with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown(literal(report.purpose))
    for form in WRITERS:
        st.download_button(
            LABELS[form],
            data=gate.taken(
                f"report {name}",
                view.filters,
                partial(report_file, document, form, view),
                form=form,
                **options,
            ),
            file_name=f"{name}_{view.period.first}_{view.period.last}."
            f"{'zip' if form == 'csv' else form}",
            icon=":material/download:",
            on_click="ignore",
            key=f"download_{form}",
            type="tertiary",
        )
report_view.show(document, view)
