from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import polars as pl
import pytest
from streamlit.elements.lib.streamlit_plotly_theme import GRAY_90

from app.charts import base as charts
from app.format import Style
from app.periods import custom
from warehouse.legs import MONEY, SECONDS

OCTOBER = custom(date(2024, 10, 1), date(2024, 10, 31))
ENGLISH = Style()


def costs(*rows: tuple[str, str, int]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (date.fromisoformat(day), Decimal(cost), calls, 0, Decimal(60))
            for day, cost, calls in rows
        ],
        {
            "day": pl.Date,
            "cost": MONEY,
            "calls": pl.Int64,
            "answered": pl.Int64,
            "talk_s": SECONDS,
        },
        orient="row",
    )


def ranked(*amounts: str) -> pl.DataFrame:
    return pl.DataFrame(
        {"cost": [Decimal(amount) for amount in amounts], "calls": [1] * len(amounts)},
        {"cost": MONEY, "calls": pl.Int64},
    )


def test_days_without_calls_are_there_with_nothing() -> None:
    days = charts.daily(costs(("2024-10-02", "1.5", 3)), OCTOBER)
    assert 31 == days.height
    assert [0, Decimal("1.5"), 0] == days["cost"].head(3).to_list()
    assert [0, 3, 0] == days["calls"].head(3).to_list()


def test_rows_of_one_day_are_summed() -> None:
    days = charts.daily(costs(("2024-10-01", "1.5", 3), ("2024-10-01", "0.5", 1)), OCTOBER)
    assert (Decimal(2), 4) == (days["cost"][0], days["calls"][0])


def test_a_bar_says_its_day_its_exact_cost_and_its_calls() -> None:
    figure = charts.cost_over_time(costs(("2024-10-02", "0.125", 1)), OCTOBER, "EUR", ENGLISH)
    (bars,) = figure.data
    assert 0.125 == bars.y[1]
    assert ("Wed 2 Oct 2024", "€0.13", "1 call") == tuple(bars.customdata[1])


def test_the_axis_has_the_currency_and_few_labels_the_last_day_among_them() -> None:
    figure = charts.cost_over_time(costs(("2024-10-02", "1", 1)), OCTOBER, "EUR", ENGLISH)
    assert "€" == figure.layout.yaxis.tickprefix
    assert "31 Oct" in figure.layout.xaxis.ticktext
    assert len(figure.layout.xaxis.ticktext) <= 6


def test_long_periods_are_drawn_by_week_and_lose_no_money() -> None:
    half_year = custom(date(2024, 5, 1), date(2024, 10, 31))
    rows = [(str(half_year.first + timedelta(days=step)), "0.25", 1) for step in range(184)]
    figure = charts.cost_over_time(costs(*rows), half_year, "EUR", ENGLISH)
    (bars,) = figure.data
    assert 46.0 == sum(bars.y)
    assert all(head.startswith("Week of ") for head, _, _ in bars.customdata)
    assert all(start.weekday() == 0 for start in bars.x)


@pytest.mark.parametrize("day", [OCTOBER.first, OCTOBER.last])
def test_a_single_day_is_one_bar_with_room_around_it(day: date) -> None:
    figure = charts.cost_over_time(costs((str(day), "1", 1)), custom(day, day), "EUR", ENGLISH)
    first, last = figure.layout.xaxis.range
    assert timedelta(days=7) == last - first
    assert 1 == len(figure.data[0].x)


def test_a_ranking_writes_amount_and_share_beside_each_name() -> None:
    figure = charts.ranking(["Sales", "Service"], ranked("3", "1"), Decimal(4), "EUR", ENGLISH)
    written = [note.text for note in figure.layout.annotations]
    assert ["Sales", "€3.00 · 75.0%", "Service", "€1.00 · 25.0%"] == written


def test_two_people_of_one_name_have_a_bar_each() -> None:
    figure = charts.ranking(["Kim", "Kim"], ranked("3", "1"), Decimal(4), "EUR", ENGLISH)
    assert [3.0, 1.0] == list(figure.data[0].x)
    assert 2 == len(set(figure.data[0].y))


def test_names_are_cut_where_they_are_long_and_never_read_as_markup() -> None:
    figure = charts.ranking(
        ["<b>Bold</b> & " + "long " * 10], ranked("3"), Decimal(4), "EUR", ENGLISH
    )
    name = figure.layout.annotations[0].text
    assert name.startswith("&lt;b>Bold&lt;/b> &amp; long")
    assert name.endswith("…")


def test_texts_have_the_colour_that_streamlit_replaces_by_its_own() -> None:
    figure = charts.ranking(["Sales"], ranked("3"), Decimal(4), "EUR", ENGLISH)
    assert GRAY_90 == charts.INK
    assert {GRAY_90} == {note.font.color for note in figure.layout.annotations}


def test_a_ranking_of_nothing_is_empty() -> None:
    figure = charts.ranking([], ranked(), Decimal(0), "EUR", ENGLISH)
    assert 0 == len(figure.data[0].x)


def test_rows_without_a_name_say_what_is_missing() -> None:
    rows = pl.DataFrame(
        {
            "user": ["eve@aurora.example", None],
            "person": [None, None],
            "department": ["Sales", None],
            "call_type": ["mobile", None],
        },
        dict.fromkeys(("user", "person", "department", "call_type"), pl.String),
    )
    assert ["eve@aurora.example", "Nobody known"] == charts.people_of(rows)
    assert ["Sales", "No department"] == charts.departments_of(rows)
    assert ["Mobile", "No type"] == charts.call_types_of(rows)


def test_labels_of_days_stand_as_far_apart_as_the_days() -> None:
    first = date(2024, 10, 1)
    with_gaps = [first + timedelta(days=step) for step in (0, 1, 5, 6, 13, 20)]
    found = charts.day_ticks(with_gaps, 1, ENGLISH)["tickvals"]
    assert isinstance(found, list)
    assert first + timedelta(days=20) == found[0]
    assert 1 == len({one - other for one, other in pairwise(found)})
