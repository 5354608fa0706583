from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl

from app.charts.costs import MAP, countries, over_time
from app.figures.grains import days_of, fitting
from app.format import ENGLISH
from app.periods import custom
from warehouse.legs import MONEY


def test_a_colour_stands_for_each_name_and_grey_for_the_rest() -> None:
    bars = pl.DataFrame(
        {
            "period": [date(2024, 10, 1), date(2024, 10, 2), date(2024, 10, 1)],
            "cost": [Decimal("1.5"), Decimal(2), Decimal(4)],
            "place": [0, 0, 2],
        },
        schema_overrides={"cost": MONEY},
    )
    figure = over_time(bars, ["Sales", "Nothing", "Others"], "day", "EUR", ENGLISH)
    assert ["Sales", "Others"] == [trace.name for trace in figure.data]
    assert (None, True) == (figure.data[0].marker.color, bool(figure.data[1].marker.color))
    assert ["Tue 1 Oct 2024", "€1.50", "Sales"] == list(figure.data[0].customdata[0])


def test_countries_with_a_shape_are_filled_and_small_ones_dotted() -> None:
    rows = pl.DataFrame(
        {
            "country": ["IT", "SG", None],
            "cost": [Decimal(30), Decimal(10), Decimal(1)],
            "calls": [3, 1, 1],
            "share": [0.75, 0.25, None],
        },
        schema_overrides={"cost": MONEY},
    )
    shapes, dots = countries(rows, "EUR", ENGLISH).data
    assert (["IT"], 1) == (list(shapes.locations), len(dots.lon))
    assert ["Italy", "€30.00", "75.0%", "3 calls"] == list(shapes.customdata[0])
    assert ["Singapore", "€10.00", "25.0%", "1 call"] == list(dots.customdata[0])


def test_the_shapes_come_from_this_server() -> None:
    assert "app/static/" == MAP["topojsonURL"]


def test_a_bar_stands_for_the_days_of_it_that_are_in_the_period() -> None:
    period = custom(date(2024, 10, 3), date(2024, 11, 5))
    assert (date(2024, 10, 3), date(2024, 10, 6)) == days_of(date(2024, 9, 30), "week", period)
    assert (date(2024, 10, 3), date(2024, 10, 31)) == days_of(date(2024, 10, 1), "month", period)
    assert (date(2024, 11, 1), date(2024, 11, 5)) == days_of(date(2024, 11, 1), "month", period)


def test_the_grain_fits_the_period() -> None:
    first = date(2024, 1, 1)
    assert ["day", "week", "month"] == [
        fitting(custom(first, last))
        for last in (date(2024, 2, 20), date(2024, 9, 1), date(2024, 12, 31))
    ]
