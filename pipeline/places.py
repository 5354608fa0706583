"""Countries and time zones, as settings and tables name them."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

import phonenumbers
from pydantic import AfterValidator

_COUNTRIES = frozenset(phonenumbers.SUPPORTED_REGIONS)


def is_country(text: str) -> bool:
    """Whether it is the ISO 3166 code (two capitals) of a country with telephones."""
    return text in _COUNTRIES


def is_time_zone(text: str) -> bool:
    """Whether it is an IANA name that this machine knows."""
    try:
        ZoneInfo(text)
    except (LookupError, OSError, ValueError):
        return False
    return True


def _country(text: str) -> str:
    if not is_country(text):
        raise ValueError(f"{text!r} is no country of two capitals such as IT")
    return text


def _time_zone(text: str) -> str:
    if not is_time_zone(text):
        raise ValueError(f"{text!r} is no IANA time zone such as Europe/Rome")
    return text


Country = Annotated[str, AfterValidator(_country)]
"""ISO 3166 code (two letters) in settings."""
TimeZone = Annotated[str, AfterValidator(_time_zone)]
"""IANA name in settings."""
