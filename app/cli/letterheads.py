"""The head of mails, as the settings have it."""

from __future__ import annotations

from typing import Final

from app.cli.settings import Settings
from app.mail.letterhead import Letterhead
from warehouse.errors import InvalidInput, Problem
from warehouse.home import Home

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_LARGEST: Final = 200_000
"""Bytes: it goes with every mail."""


def letterhead_of(home: Home, settings: Settings) -> Letterhead:
    """The head with its logo read; raises `InvalidInput` where that is no picture for mails."""
    mail = settings.mail
    if mail is None:
        return Letterhead(settings.company)
    if mail.logo is None:
        return Letterhead(settings.company, mail.pages)
    path = home.path / mail.logo
    try:
        logo = path.read_bytes()
    except OSError as error:
        rule, way_out = f"cannot be read ({error.strerror})", "Correct [mail] logo, or leave it out"
        raise InvalidInput([Problem(str(path), rule, way_out)]) from None
    if not logo.startswith(_PNG) or len(logo) > _LARGEST:
        rule = "no PNG picture" if not logo.startswith(_PNG) else f"larger than {_LARGEST:,} bytes"
        raise InvalidInput([Problem(str(path), rule, "Save it as a small PNG for [mail] logo")])
    return Letterhead(settings.company, mail.pages, logo)
