"""Countries and time zones, as settings and tables name them."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

import phonenumbers
from pydantic import AfterValidator

_COUNTRIES = frozenset(phonenumbers.SUPPORTED_REGIONS)
_ISO_639_1 = """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da
    de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz
    ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln
    lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi
    pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti
    tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
_LANGUAGES = frozenset(_ISO_639_1.split())


def is_country(text: str) -> bool:
    """Whether it is the ISO 3166 code (two capitals) of a country with telephones."""
    return text in _COUNTRIES


def is_language(text: str) -> bool:
    """Whether it is a language, perhaps of a country: `it`, `de-CH`."""
    language, _, country = text.partition("-")
    return language in _LANGUAGES and (is_country(country) or text == language)


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
