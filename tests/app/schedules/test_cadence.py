"""When reports fall due, against a calendar that is read off the clock of each place."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from app.schedules.cadence import Cadence, Every, dues, period

ZONES = ("Europe/Rome", "America/New_York", "Australia/Lord_Howe")
"""The last moves its clocks by half an hour."""
BEGIN, END = datetime(2027, 3, 1, tzinfo=UTC), datetime(2029, 4, 15, tzinfo=UTC)
"""More than two years with a leap day and five nights in which clocks change."""
QUARTER = timedelta(minutes=15)
TIMES = (time(0), time(1, 30), time(2, 15), time(2, 30), time(6, 45), time(23, 45))
ITALY = country_holidays("IT", years=range(2026, 2031))


def shown(zone: str) -> dict[date, dict[time, datetime]]:
    """For each day of a place, the first instant at which its clock shows each quarter hour."""
    found: dict[date, dict[time, datetime]] = {}
    at = BEGIN - timedelta(days=2)
    while at < END + timedelta(days=2):
        local = at.astimezone(ZoneInfo(zone))
        found.setdefault(local.date(), {}).setdefault(local.time(), at)
        at += QUARTER
    # The days at both ends are not whole.
    return dict(list(found.items())[1:-1])


CLOCKS = {zone: shown(zone) for zone in ZONES}


def expected(zone: str, at: time, falls_on: Callable[[date], bool]) -> list[datetime]:
    def instants() -> Iterator[datetime]:
        for day, quarters in CLOCKS[zone].items():
            if not falls_on(day):
                continue
            skipped = (datetime.combine(day, at) + gap(zone, day)).time()
            yield quarters.get(at) or quarters[skipped]

    return [instant for instant in instants() if BEGIN < instant <= END]


def gap(zone: str, day: date) -> timedelta:
    """How much the clock leaves out on a day."""
    offsets = [
        datetime.combine(day + timedelta(days=more), time(12), ZoneInfo(zone)).utcoffset()
        for more in (-1, 0)
    ]
    assert offsets[0] is not None
    assert offsets[1] is not None
    return offsets[1] - offsets[0]


RULES: dict[str, tuple[dict[str, object], Callable[[date], bool]]] = {
    "day": ({"every": Every.DAY}, lambda _: True),
    "workday": (
        {"every": Every.WORKDAY, "holidays": "IT"},
        lambda day: day.weekday() < 5 and day not in ITALY,
    ),
    "week": ({"every": Every.WEEK, "weekday": 7}, lambda day: day.isoweekday() == 7),
    "month": ({"every": Every.MONTH, "month_day": 1}, lambda day: day.day == 1),
    "month end": (
        {"every": Every.MONTH, "month_day": 31},
        lambda day: day.day == monthrange(day.year, day.month)[1],
    ),
    "leap day": (
        {"every": Every.MONTH, "month_day": 29},
        lambda day: day.day == min(29, monthrange(day.year, day.month)[1]),
    ),
}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", TIMES)
@pytest.mark.parametrize("rule", RULES)
def test_two_years_are_as_the_clocks_of_the_place_show_them(zone: str, at: time, rule: str) -> None:
    facts, falls_on = RULES[rule]
    cadence = Cadence(at=at, zone=zone, **facts)  # type: ignore[arg-type]
    assert list(dues(cadence, BEGIN, END)) == expected(zone, at, falls_on)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", TIMES)
def test_a_cron_comes_once_a_day_too(zone: str, at: time) -> None:
    cadence = Cadence(Every.CRON, zone=zone, cron=f"{at.minute} {at.hour} * * mon-fri")
    assert list(dues(cadence, BEGIN, END)) == expected(zone, at, lambda day: day.weekday() < 5)


def test_an_hourly_cron_misses_no_hour_and_doubles_none() -> None:
    cadence = Cadence(Every.CRON, zone="Europe/Rome", cron="30 * * * *")
    # What the clock shows twice comes once.
    nights = {datetime(2027, 3, 28, tzinfo=UTC): 24, datetime(2027, 10, 31, tzinfo=UTC): 23}
    for night, many in nights.items():
        found = list(dues(cadence, night - timedelta(hours=2), night + timedelta(hours=22)))
        assert len(found) == len(set(found)) == many


@given(
    st.sampled_from(ZONES),
    st.sampled_from(sorted(RULES)),
    st.lists(st.datetimes(datetime(2027, 3, 2), datetime(2029, 4, 14)), max_size=30),
)
def test_looking_often_or_seldom_finds_the_same(
    zone: str, rule: str, looks: list[datetime]
) -> None:
    cadence = Cadence(at=time(2, 30), zone=zone, **RULES[rule][0])  # type: ignore[arg-type]
    stops = [BEGIN, *sorted(look.replace(tzinfo=UTC) for look in looks), END]
    found = [due for after, until in pairwise(stops) for due in dues(cadence, after, until)]
    assert found == list(dues(cadence, BEGIN, END))


@pytest.mark.parametrize("rule", RULES)
def test_the_periods_of_a_schedule_follow_each_other_without_gap_or_overlap(rule: str) -> None:
    cadence = Cadence(zone="Europe/Rome", **RULES[rule][0])  # type: ignore[arg-type]
    periods = [period(cadence, due) for due in dues(cadence, BEGIN, END)]
    assert len(periods) > 20
    for (_, last), (first, _) in pairwise(periods):
        assert first == last + timedelta(days=1)


def test_a_named_period_is_as_of_the_day_at_the_place() -> None:
    late = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
    cadence = Cadence(Every.DAY, time(0, 30), "Europe/Rome")
    assert period(cadence, late, "this-month") == (date(2026, 11, 1), date(2026, 11, 1))
    assert period(cadence, late) == (date(2026, 10, 31), date(2026, 10, 31))


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"every": Every.WEEK, "weekday": 8}, "1 is Monday"),
        ({"every": Every.MONTH, "month_day": 0}, "is in no month"),
        ({"every": Every.WORKDAY, "holidays": "Atlantis"}, "no country"),
        ({"every": Every.CRON, "cron": "0 6 * * 1"}, "weekdays by name"),
        ({"every": Every.CRON, "cron": "0 6 * *"}, "is no cron"),
        ({"every": Every.DAY, "zone": "Mars/Base"}, "Mars/Base"),
    ],
)
def test_what_is_no_cadence_is_refused(facts: dict[str, object], rule: str) -> None:
    with pytest.raises((ValueError, KeyError), match=rule):
        Cadence(**facts)  # type: ignore[arg-type]
