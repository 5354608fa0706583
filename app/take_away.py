"""What is seen, as a file: every part of a document complete, with the filters written in."""

from __future__ import annotations

from typing import Final

import streamlit as st

from app import data
from app.data import View
from app.downloads import report_file
from app.reports.document import Document
from app.reports.writers import WRITERS

_LABELS: Final = {"csv": "CSV", "xlsx": "Excel", "pdf": "PDF", "html": "HTML"}


def offer(document: Document, view: View, key: str = "download") -> None:
    """A button for each format; the file is made when it is asked for."""
    for form in WRITERS:
        st.download_button(
            _LABELS[form],
            data=lambda form=form: report_file(document, form, view),
            file_name=f"{document.name}_{view.period.first}_{view.period.last}."
            f"{'zip' if form == 'csv' else form}",
            icon=":material/download:",
            on_click="ignore",
            key=f"{key}_{form}",
            type="tertiary",
        )


def offer_report(report: str, view: View, options: dict[str, int], key: str) -> None:
    """A button for each format of a report of the catalogue, which is written when asked for."""
    for form in WRITERS:
        st.download_button(
            _LABELS[form],
            data=lambda form=form: report_file(data.document(view, report, options), form, view),
            file_name=f"{report}_{view.period.first}_{view.period.last}."
            f"{'zip' if form == 'csv' else form}",
            icon=":material/download:",
            on_click="ignore",
            key=f"{key}_{form}",
            type="tertiary",
        )
