"""Private calls in mails: their owner sees with whom, as far as with any call; nobody else does."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from app.mail.letterhead import Letterhead
from app.schedules.book import Book
from app.schedules.cadence import Cadence, Every
from app.schedules.schedule import Audience
from app.schedules.service import Scheduler
from tests.app.homes import leg, make_home
from tests.app.schedules.conftest import Letterbox, Time, daily, with_directory
from warehouse.scope import Scope
from warehouse.snapshot import Snapshots


def test_only_their_owner_is_told_with_whom_they_were(
    tmp_path: Path, book: Book, letterbox: Letterbox, clock: Time
) -> None:
    private = leg("P", datetime(2024, 10, 10, 9), to_number="+442079461234", purpose="private")
    home = with_directory(make_home(tmp_path / "home", [private]))
    snapshots = Snapshots(home.warehouse)
    month = Cadence(Every.MONTH, zone="Europe/Rome")
    masked = {"scope": Scope(everything=True, mask_digits=3), "cadence": month}
    own = {"audience": Audience.PEOPLE, "addresses": ()}
    book.add(daily("bills", report="personal-bill", **own, **masked), clock())
    book.add(
        daily("top", report="dearest-calls", addresses=("erin@aurora.example",), **masked),
        clock(),
    )
    clock.pass_by(days=20)
    Scheduler(book, snapshots.current, lambda: letterbox, clock, Letterhead("Aurora")).tick()
    mails = {mail.to.partition("@")[0]: mail for mail in letterbox.mails}
    assert {"anna", "erin"} == {*mails}
    for text in (mails["anna"].text, mails["anna"].html):
        assert "207946" in text.replace(" ", "").replace("\u00a0", "")
        assert "1234" not in text
    assert "207946" not in mails["erin"].html.replace(" ", "").replace("\u00a0", "")
    snapshots.close()
