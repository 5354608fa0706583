"""Reports in another language."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal

from app.language import style_of
from app.reports.catalogue import REPORTS
from app.reports.document import Chart, Reader
from app.reports.layout import laid_out
from app.reports.picture import description, specification
from app.reports.spoken import spoken
from tests.app.listening import Listening
from tests.app.reports.conftest import OCTOBER, written
from warehouse.scope import LISTS, Filters, OfficeHours
from warehouse.snapshot import Snapshot

MOST_ROWS = 50
SLICE = Filters(
    OCTOBER.first,
    OCTOBER.last,
    **dict.fromkeys(LISTS, ("x",)),
    text="x",
    min_cost=Decimal(1),
    max_cost=Decimal(2),
    min_talk_s=Decimal(1),
    max_talk_s=Decimal(2),
    emergency=True,
    outside_hours=OfficeHours(),
)


def test_no_report_has_a_text_that_a_reader_does_not_understand(
    reported: Snapshot, heard: Listening
) -> None:
    style, reader = style_of("it-IT"), Reader("it-IT", UTC)
    for name, report in REPORTS.items():
        style.say(report.group)
        for option in report.options:
            style.say(option.meaning)
        least = {option.name: option.least for option in report.options}
        for options in ({}, least) if least else ({},):
            document = written(reported, name, **options)
            laid_out(document, style, reader, most_rows=MOST_ROWS)
            for part in spoken(document, style).parts:
                if isinstance(part, Chart) and not part.rows.is_empty():
                    description(part, style)
                    specification(part, style)
    assert set() == heard.missed


def test_what_a_report_is_limited_to_is_said(reported: Snapshot, heard: Listening) -> None:
    document = written(reported, "costs-summary", filters=SLICE)
    about = dict(laid_out(document, style_of("it-IT"), Reader("it-IT", UTC)).about)
    assert "x" == about["Centri di costo"]
    assert "08:00–18:00" == about["Fuori dall'orario"]
    assert set() == heard.missed


def test_a_department_is_called_by_its_name(reported: Snapshot, heard: Listening) -> None:
    document = written(reported, "departmental-bill")
    heard.known["Sales"] = "Vendite"
    said = spoken(document, style_of("it-IT"))
    assert "Sales" in [table.title for table in said.tables]
