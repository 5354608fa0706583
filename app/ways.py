"""What the settings say of the ways on which people are told of something, as the pages know it."""

from __future__ import annotations

import json
import os
from typing import Any

from app import data
from app.environment import WAYS_VARIABLE
from app.mail.letterhead import Letterhead
from app.mail.logo import read_logo
from warehouse.errors import InvalidInput


def webhooks() -> tuple[str, ...]:
    """The names of those that the settings have."""
    return tuple(_ways().get("webhooks", ()))


def sender() -> str | None:
    """The address that mails come from; None where the settings have no mail server."""
    found = _ways().get("sender")
    return None if found is None else str(found)


def letterhead() -> Letterhead:
    """What stands at the head of mails; raises `InvalidInput` where its logo is no picture."""
    ways = _ways()
    name = ways.get("logo")
    logo = b"" if name is None else read_logo(data.home().path / name)
    return Letterhead(data.company(), ways.get("pages") or "", logo)


def logo() -> bytes:
    """The logo for files that somebody takes: none where it is no picture, which mails tell."""
    try:
        return letterhead().logo
    except InvalidInput:
        return b""


def _ways() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(os.environ.get(WAYS_VARIABLE) or "{}")
    return found
