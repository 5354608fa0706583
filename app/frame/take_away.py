"""What is seen, as a file: every part of a document complete, with the filters written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import streamlit as st

from app import data
from app.access import gate
from app.data import View
from app.frame.downloads import report_file
from app.reports.document import Document
from app.reports.writers import WRITERS

_LABELS: Final = {"csv": "CSV", "xlsx": "Excel", "pdf": "PDF", "html": "HTML"}


def offer(
    document: Document,
    view: View,
    options: Mapping[str, object] | None = None,
    key: str = "download",
) -> None:
    """A button for each format; the file is made, and noted in the audit, when it is asked for."""
    _buttons(
        document.name, view, lambda form: report_file(document, form, view), options or {}, key
    )


def offer_report(report: str, view: View, options: dict[str, int], key: str) -> None:
    """The same for a report of the catalogue, which is written when asked for."""

    def written(form: str) -> bytes:
        return report_file(data.document(view, report, options), form, view)

    _buttons(report, view, written, options, key)


def _buttons(
    name: str,
    view: View,
    make: Callable[[str], bytes],
    options: Mapping[str, object],
    key: str,
) -> None:
    for form in WRITERS:
        st.download_button(
            _LABELS[form],
            data=gate.taken(
                f"report {name}", view.filters, partial(make, form), form=form, **options
            ),
            file_name=f"{name}_{view.period.first}_{view.period.last}."
            f"{'zip' if form == 'csv' else form}",
            icon=":material/download:",
            on_click="ignore",
            key=f"{key}_{form}",
            type="tertiary",
        )
