"""Which days are holidays."""

from __future__ import annotations

import warnings
from datetime import date
from difflib import get_close_matches
from functools import cache

import holidays

FIRST_YEAR, LAST_YEAR = 1980, 2070
"""The years for which the holidays of a country are known; outside of them it has none."""


def calendar_fault(place: str) -> str | None:
    """What is wrong with the name of a country (`IT`) or of a part of one (`DE/BW`), if anything.

    Countries are ISO 3166-1 codes of two letters, their parts ISO 3166-2 codes without the country.
    """
    country, _, part = place.partition("/")
    countries = holidays.list_supported_countries(include_aliases=False)
    if country not in countries:
        return (
            f"{country!r} is no country whose holidays are known: give two capitals such as IT, "
            "or a list of dates"
        )
    parts = countries[country]
    if "/" in place and part not in parts:
        near = get_close_matches(part, parts, n=1) or parts[:1]
        known = f"; did you mean {country}/{near[0]}?" if near else f": write {country}"
        return f"{part!r} is no part of {country} whose holidays are known{known}"
    return None


def holiday_dates(calendar: str | tuple[date, ...]) -> tuple[date, ...]:
    """The holidays that a setting stands for, in order."""
    return _dates_of(calendar) if isinstance(calendar, str) else calendar


@cache
def _dates_of(place: str) -> tuple[date, ...]:
    country, _, part = place.partition("/")
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    with warnings.catch_warnings():
        # Some countries announce moving feasts only a few years ahead: those beyond are unknown.
        warnings.simplefilter("ignore")
        return tuple(sorted(holidays.country_holidays(country, subdiv=part or None, years=years)))
