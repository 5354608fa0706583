"""The head of mails, as the settings have it."""

from __future__ import annotations

from app.cli.settings import Settings
from app.mail.letterhead import Letterhead
from app.mail.logo import read_logo
from warehouse.home import Home


def letterhead_of(home: Home, settings: Settings) -> Letterhead:
    """The head with its logo read; raises `InvalidInput` where that is no picture for mails."""
    mail = settings.mail
    if mail is None:
        return Letterhead(settings.company)
    logo = b"" if mail.logo is None else read_logo(home.path / mail.logo)
    return Letterhead(settings.company, mail.pages, logo)
