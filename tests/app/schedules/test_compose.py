"""A mail in the language of who gets it."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from app.reports.catalogue import REPORTS
from app.schedules.cadence import Cadence, Every
from app.schedules.compose import composed
from app.schedules.schedule import Schedule
from tests.app.homes import leg, make_home
from tests.app.reports.conftest import EVERYTHING, OCTOBER
from warehouse.home import Home
from warehouse.snapshot import Snapshots

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
    mail = composed(schedule, document, "key", "anna@aurora.example")
    assert subject == mail.subject
    assert told.upper() in mail.text
    assert told in mail.html
