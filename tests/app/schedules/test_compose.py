"""A mail in the language of who gets it."""

from __future__ import annotations

import html
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from app.cli.letterheads import letterhead_of
from app.cli.settings import MailSettings, Settings
from app.mail.letterhead import LOGO_NAME, Letterhead
from app.reports.catalogue import REPORTS
from app.schedules.audience import Recipient
from app.schedules.cadence import Cadence, Every
from app.schedules.compose import composed, mail_of
from app.schedules.schedule import Schedule
from tests.app.homes import leg, make_home
from tests.app.reports.conftest import EVERYTHING, OCTOBER
from warehouse.errors import InvalidInput
from warehouse.home import Home
from warehouse.snapshot import Snapshots
from warehouse.state.state import State

_PNG = b"\x89PNG\r\n\x1a\n"
DAILY = Cadence(Every.DAY, time(6), "Europe/Rome")


@pytest.mark.parametrize(
    ("locale", "subject", "told"),
    [
        ("en-GB", "Cost summary, 1 – 31 Oct 2024", "By department"),
        ("it-IT", "Riepilogo dei costi, 1 – 31 ott 2024", "Per reparto"),
        ("fr-FR", "Cost summary, 1 – 31 Oct 2024", "By department"),
    ],
)
def test_a_mail_speaks_the_language_of_its_schedule(
    empty_home: Home, locale: str, subject: str, told: str
) -> None:
    home = make_home(empty_home.path, [leg("A1", datetime(2024, 10, 30, 9))])
    snapshots = Snapshots(home.warehouse)
    made_at = datetime(2024, 11, 1, 6, tzinfo=UTC)
    document = REPORTS["costs-summary"].write(
        snapshots.current(), EVERYTHING, OCTOBER, "Aurora Instruments", made_at
    )
    snapshots.close()
    schedule = Schedule("Costs", "costs-summary", DAILY, locale=locale)
    mail = composed(
        schedule, document, "key", "anna@aurora.example", Letterhead("Aurora Instruments")
    )
    assert subject == mail.subject
    assert told.upper() in mail.text
    assert told in mail.html


def test_a_mail_bears_the_logo_and_leads_to_the_same_figures_on_the_pages(
    empty_home: Home,
) -> None:
    home = make_home(empty_home.path, [leg("A1", datetime(2024, 10, 30, 9))])
    snapshots = Snapshots(home.warehouse)
    head = Letterhead("Aurora Instruments", "https://calls.aurora.example/", b"a picture")
    chosen = {"departments": ("Sales", "")}
    state = State.open(home.state)
    schedule = Schedule("Costs", "costs-by-department", DAILY, filters=chosen)
    mail = mail_of(
        schedule,
        snapshots.current(),
        Recipient("anna@aurora.example", EVERYTHING),
        (date(2024, 10, 1), date(2024, 10, 31)),
        head,
        datetime(2024, 11, 1, 6, tzinfo=UTC),
        "key",
        state,
    )
    state.close()
    snapshots.close()
    link = (
        "https://calls.aurora.example/reports?report=costs-by-department&period=custom"
        "&days=2024-10-01&days=2024-10-31&department=Sales&department="
    )
    assert f"Open in Tollbook: {link}" in mail.text
    assert html.escape(link) in mail.html
    assert (LOGO_NAME, b"a picture") in mail.pictures
    assert f"cid:{LOGO_NAME}" in mail.html


@pytest.mark.parametrize(
    ("content", "rule"),
    [(None, "cannot be read"), (b"GIF89a", "no PNG picture"), (_PNG + b"." * 200_000, "larger")],
)
def test_a_logo_that_mails_cannot_bear_is_refused(
    tmp_path: Path, content: bytes | None, rule: str
) -> None:
    if content is not None:
        (tmp_path / "logo.png").write_bytes(content)
    mail = MailSettings(host="smtp.example.com", sender="calls@example.com", logo=Path("logo.png"))
    with pytest.raises(InvalidInput, match=rule):
        letterhead_of(Home(tmp_path), Settings(mail=mail))


def test_a_logo_that_is_a_picture_is_read(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(_PNG)
    pages = "https://calls.example.com"
    mail = MailSettings(
        host="smtp.example.com", sender="a@b.example", pages=pages, logo=Path("logo.png")
    )
    found = letterhead_of(Home(tmp_path), Settings(company="Aurora", mail=mail))
    assert Letterhead("Aurora", pages, _PNG) == found
