"""The mail of a report."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zoneinfo import ZoneInfo

from app import format as fmt
from app.frame.facets import query_of
from app.language import style_of
from app.mail.letterhead import Letterhead
from app.mail.message import Attachment, Mail
from app.reports.catalogue import REPORTS
from app.reports.document import Document, Reader
from app.reports.spoken import spoken
from app.reports.writers import WRITERS
from app.reports.writers.html import letter
from app.reports.writers.text import text
from app.schedules.audience import Recipient
from app.schedules.schedule import Schedule
from warehouse.snapshot import Snapshot
from warehouse.state.state import State

_IN_BODY: Final = 100
"""Rows of a table in the mail itself; what is attached has all."""


def mail_of(
    schedule: Schedule,
    snapshot: Snapshot,
    reader: Recipient,
    period: tuple[date, date],
    head: Letterhead,
    now: datetime,
    key: str,
    state: State,
) -> Mail:
    """The mail of a schedule about a period, to one reader: what of it that reader may see."""
    filters = schedule.filtered(*period)
    document = REPORTS[schedule.report].write(
        snapshot, reader.scope, filters, head.company, now, schedule.options, state
    )
    link = head.link("reports", {"report": schedule.report} | query_of(filters))
    return composed(schedule, document, key, reader.address, head, link)


def composed(
    schedule: Schedule,
    document: Document,
    key: str,
    to: str,
    head: Letterhead,
    link: str = "",
) -> Mail:
    """A report as a mail that is complete in text, in HTML, and in what is attached."""
    reader = Reader(schedule.locale, ZoneInfo(schedule.cadence.zone), head.logo)
    page = letter(document, reader, _IN_BODY, link, head.logo_source)
    style = style_of(schedule.locale)
    period = fmt.days(document.about.first, document.about.last, style)
    return Mail(
        key=key,
        to=to,
        subject=f"{spoken(document, style).title}, {period}",
        text=text(document, reader, _IN_BODY, link),
        html=page.html,
        pictures=(*head.pictures, *page.pictures),
        attachments=_attached(schedule, document, reader),
    )


def _attached(schedule: Schedule, document: Document, reader: Reader) -> tuple[Attachment, ...]:
    if schedule.format == "html":
        return ()
    about = document.about
    name = f"{document.name}-{about.first}-{about.last}.{schedule.format}"
    with TemporaryDirectory() as folder:
        files = WRITERS[schedule.format](document, Path(folder) / name, reader)
        return tuple(Attachment(path.name, path.read_bytes()) for path in files)
