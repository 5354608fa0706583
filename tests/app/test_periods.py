from __future__ import annotations

from datetime import date

import pytest

from app.periods import Period, Preset, custom, named, previous

SATURDAY = date(2024, 3, 30)


def span(first: str, last: str) -> tuple[date, date]:
    return date.fromisoformat(first), date.fromisoformat(last)


def ends(period: Period) -> tuple[date, date]:
    return period.first, period.last


@pytest.mark.parametrize(
    ("preset", "first", "last"),
    [
        (Preset.TODAY, "2024-03-30", "2024-03-30"),
        (Preset.YESTERDAY, "2024-03-29", "2024-03-29"),
        (Preset.LAST_7_DAYS, "2024-03-24", "2024-03-30"),
        (Preset.LAST_30_DAYS, "2024-03-01", "2024-03-30"),
        (Preset.THIS_WEEK, "2024-03-25", "2024-03-30"),
        (Preset.LAST_WEEK, "2024-03-18", "2024-03-24"),
        (Preset.THIS_MONTH, "2024-03-01", "2024-03-30"),
        (Preset.LAST_MONTH, "2024-02-01", "2024-02-29"),
        (Preset.THIS_QUARTER, "2024-01-01", "2024-03-30"),
        (Preset.THIS_YEAR, "2024-01-01", "2024-03-30"),
    ],
)
def test_a_preset_means_these_days(preset: Preset, first: str, last: str) -> None:
    assert span(first, last) == ends(named(preset, SATURDAY))


@pytest.mark.parametrize(
    ("preset", "first", "last"),
    [
        (Preset.TODAY, "2024-03-23", "2024-03-23"),
        (Preset.YESTERDAY, "2024-03-22", "2024-03-22"),
        (Preset.LAST_7_DAYS, "2024-03-17", "2024-03-23"),
        (Preset.LAST_30_DAYS, "2024-01-31", "2024-02-29"),
        (Preset.THIS_WEEK, "2024-03-18", "2024-03-23"),
        (Preset.LAST_WEEK, "2024-03-11", "2024-03-17"),
        (Preset.THIS_MONTH, "2024-02-01", "2024-02-29"),
        (Preset.LAST_MONTH, "2024-01-01", "2024-01-31"),
        (Preset.THIS_QUARTER, "2023-10-01", "2023-12-30"),
        (Preset.THIS_YEAR, "2023-01-01", "2023-03-30"),
    ],
)
def test_a_preset_is_compared_with_these_days(preset: Preset, first: str, last: str) -> None:
    assert span(first, last) == ends(previous(named(preset, SATURDAY)))


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        ("2024-11-23", "2024-10-01", "2024-10-23"),
        ("2024-11-30", "2024-10-01", "2024-10-31"),
        ("2023-03-30", "2023-02-01", "2023-02-28"),
        ("2023-02-28", "2023-01-01", "2023-01-31"),
        ("2024-02-28", "2024-01-01", "2024-01-28"),
        ("2024-01-05", "2023-12-01", "2023-12-05"),
    ],
)
def test_a_running_month_is_compared_with_the_same_dates_of_the_one_before(
    today: str, first: str, last: str
) -> None:
    running = named(Preset.THIS_MONTH, date.fromisoformat(today))
    assert span(first, last) == ends(previous(running))


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        ("2024-12-31", "2023-01-01", "2023-12-31"),
        ("2024-02-29", "2023-01-01", "2023-02-28"),
        ("2025-02-28", "2024-01-01", "2024-02-28"),
    ],
)
def test_a_year_is_compared_with_the_same_dates_of_the_one_before(
    today: str, first: str, last: str
) -> None:
    running = named(Preset.THIS_YEAR, date.fromisoformat(today))
    assert span(first, last) == ends(previous(running))


@pytest.mark.parametrize(
    ("chosen", "before"),
    [
        (("2024-02-01", "2024-02-29"), ("2024-01-01", "2024-01-31")),
        (("2024-02-01", "2024-03-31"), ("2023-12-01", "2024-01-31")),
        (("2024-02-01", "2024-02-10"), ("2024-01-01", "2024-01-10")),
        (("2024-02-05", "2024-02-10"), ("2024-01-30", "2024-02-04")),
        (("2024-02-01", "2024-03-10"), ("2023-12-24", "2024-01-31")),
        (("2024-03-01", "2024-03-01"), ("2024-02-01", "2024-02-01")),
    ],
)
def test_chosen_days_are_compared_by_months_where_they_are_months_else_by_length(
    chosen: tuple[str, str], before: tuple[str, str]
) -> None:
    assert span(*before) == ends(previous(custom(*span(*chosen))))


def test_days_chosen_backwards_are_put_in_order() -> None:
    assert span("2024-02-05", "2024-02-10") == ends(custom(date(2024, 2, 10), date(2024, 2, 5)))


@pytest.mark.parametrize("preset", [one for one in Preset if one is not Preset.CUSTOM])
def test_every_period_ends_by_today_and_begins_after_what_it_is_compared_with(
    preset: Preset,
) -> None:
    for month in range(1, 13):
        for day in (1, 15, 28):
            today = date(2025, month, day)
            period = named(preset, today)
            assert period.first <= period.last <= today
            assert previous(period).last < period.first
