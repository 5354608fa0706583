"""Names of countries."""

from __future__ import annotations

from functools import cache

from babel import Locale

from app.format import Style


def country_name(country: str | None, style: Style) -> str:
    """What a country (ISO 3166) is called in the reader's language."""
    if not country:
        return style.say("No country known")
    return str(_names(style.language).get(country, country))


@cache
def _names(language: str) -> dict[str, str]:
    return dict(Locale.parse(language).territories)
