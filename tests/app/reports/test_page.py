"""The page of reports as Streamlit runs it."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC

from streamlit.testing.v1 import AppTest

from app.data import View
from app.frame.downloads import report_file
from app.language import style_of
from app.periods import Period
from app.reports.catalogue import REPORTS
from tests.app.reports.conftest import EVERYTHING, OCTOBER, written
from tests.app.test_pages import opened, said
from warehouse.home import Home
from warehouse.snapshot import Snapshot


def shown(app: AppTest, name: str) -> AppTest:
    found = app.selectbox(key="report").select(name).run()
    assert not found.exception, name
    return found


def test_every_report_is_drawn(small_home: Home) -> None:
    app = opened("reports")
    for name, report in REPORTS.items():
        app = shown(app, name)
        assert report.purpose in said(app)
        assert [one.value for one in app.subheader]


def test_a_report_has_the_figures_of_its_query_and_its_totals(small_home: Home) -> None:
    app = shown(opened("reports"), "costs-by-department")
    rows = app.dataframe[0].value
    assert dict(zip(rows["Department"], rows["Cost"], strict=True))["Service"] == 1.2
    assert "Total: calls 6" in said(app)


def test_options_of_a_report_can_be_set(small_home: Home) -> None:
    app = shown(opened("reports"), "dearest-calls")
    app.number_input(key="dearest-calls_rows").set_value(2).run()
    assert len(app.dataframe[0].value) == 2
    assert "These are 2 of 6 calls." in said(app)


def test_a_csv_download_has_all_its_files(reported: Snapshot) -> None:
    period = Period(OCTOBER.first, OCTOBER.last)
    view = View(reported, EVERYTHING, OCTOBER, period, period, style_of("en"), UTC)
    packed = report_file(written(reported, "costs-summary"), "csv", view)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == [
            "costs-summary.csv",
            "costs-summary-by-call-type.csv",
            "costs-summary.csv.about.json",
        ]
    assert report_file(written(reported, "costs-summary"), "pdf", view).startswith(b"%PDF")
