"""How much a site phones at a given hour: office hours, lunch, week, season, holidays."""

from __future__ import annotations

from datetime import date, datetime
from math import sqrt
from random import Random

from pipeline.simulator.sites import Site

_OFFICE_DAY = (
    *(0.004, 0.002, 0.002, 0.002, 0.003, 0.008, 0.03, 0.12),
    *(0.55, 1.05, 1.25, 1.2, 0.85, 0.5, 0.9, 1.15, 1.1, 0.85),
    *(0.4, 0.13, 0.06, 0.03, 0.015, 0.008),
)
"""Weight of each local hour; noon to two is lunch."""
_DAY_WEIGHT = sum(_OFFICE_DAY)
_WEEK = (1.1, 1.05, 1.0, 1.0, 0.85, 0.05, 0.03)
_FREE_DAY = 0.03
_HOLIDAYS = {
    "IT": frozenset(
        {(1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8), (12, 25), (12, 26)}
    ),
    "US": frozenset({(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)}),
    "SG": frozenset({(1, 1), (5, 1), (8, 9), (12, 25)}),
}


def expected_calls(site: Site, hour: datetime) -> float:
    """Office calls that a site makes and gets in the hour that begins at an aware instant."""
    local = hour.astimezone(site.zone)
    day = local.date()
    week = _FREE_DAY if _is_holiday(site, day) else _WEEK[day.weekday()]
    share = _OFFICE_DAY[local.hour] / _DAY_WEIGHT
    return site.daily_calls * share * min(week, 1.2) * season(site, day)


def season(site: Site, day: date) -> float:
    """Part of the usual traffic that is left in holidays; a little more in the busy months."""
    if (day.month, day.day) >= (12, 22) or (day.month, day.day) <= (1, 5):
        return 0.45
    if site.country == "IT" and day.month == 8:
        return 0.22 if 8 <= day.day <= 22 else 0.5
    if site.country == "US" and day.month == 7:
        return 0.85
    if site.country == "SG" and day.month == 2:
        return 0.85
    return 1.05 if day.month in {3, 10, 11} else 1.0


def drawn(rng: Random, expected: float) -> int:
    """A whole number of calls around an expectation."""
    if expected < 12:
        return sum(rng.random() < expected / 40 for _ in range(40)) if expected > 0 else 0
    return max(0, round(rng.gauss(expected, sqrt(expected))))


def _is_holiday(site: Site, day: date) -> bool:
    if (day.month, day.day) in _HOLIDAYS[site.country]:
        return True
    # Thanksgiving is the fourth Thursday of November.
    return site.country == "US" and day.month == 11 and day.weekday() == 3 and 22 <= day.day <= 28
