from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from app.charts.axes import AXES
from app.charts.pivot import figure
from app.figures.pivot import MEASURES, MOST_CELLS, Pivot, pivoted
from app.format import ENGLISH
from warehouse.legs import MONEY

CELLS = pl.DataFrame(
    [
        ("Sales", 1, 4, 3, Decimal(120), Decimal("1.5"), Decimal(2)),
        ("Sales", 2, 2, 1, Decimal(60), Decimal("0.25"), Decimal(1)),
        (None, 2, 4, 0, Decimal(0), Decimal(9), Decimal(9)),
    ],
    {
        "department": pl.String, "weekday": pl.Int8, "calls": pl.Int64, "answered": pl.Int64,
        "talk_s": pl.Decimal(18, 3), "cost": MONEY, "charge": MONEY,
    },
    orient="row",
)  # fmt: skip


def made(
    measure: str, column: str | None = "weekday", rows: tuple[str, ...] = ("department",)
) -> Pivot:
    axis = AXES[column] if column else None
    return pivoted(CELLS, [AXES[one] for one in rows], axis, MEASURES[measure], "EUR", ENGLISH)


def laid_out(pivot: Pivot) -> list[tuple[Any, ...]]:
    columns = [f"c{place}" for place in range(len(pivot.heads))]
    return pivot.frame.select("r0", *columns, "total").rows()


def test_rows_and_columns_have_their_totals_and_gaps() -> None:
    pivot = made("cost")
    assert ("Monday", "Tuesday") == pivot.heads
    assert [
        ("No department", None, Decimal(9), Decimal(9)),
        ("Sales", Decimal("1.5"), Decimal("0.25"), Decimal("1.75")),
    ] == laid_out(pivot)


@pytest.mark.parametrize(
    ("measure", "sales"),
    [
        ("calls", (4, 2, 6)),
        ("answered", (0.75, 0.5, 4 / 6)),
        ("duration", (40.0, 60.0, 45.0)),
        ("minutes", (Decimal(120), Decimal(60), Decimal(180))),
        ("cost_per_minute", (Decimal("0.75"), Decimal("0.25"), Decimal("0.583333"))),
    ],
)
def test_totals_are_worked_out_from_sums_not_from_cells(
    measure: str, sales: tuple[Any, ...]
) -> None:
    (found,) = [row[1:] for row in laid_out(made(measure)) if row[0] == "Sales"]
    assert sales == pytest.approx(found) if isinstance(found[0], float) else sales == found


def test_time_stands_in_its_order_and_all_else_by_size() -> None:
    assert ["Monday", "Tuesday"] == made("cost", None, ("weekday",)).frame["r0"].to_list()
    assert ["No department", "Sales"] == made("cost", None).frame["r0"].to_list()
    assert ("No department", "Sales") == made("cost", "department", ("weekday",)).heads


def test_a_screen_has_at_most_so_many_cells_and_a_file_all() -> None:
    many = pl.DataFrame(
        {
            "department": [f"D{one % 300}" for one in range(150_000)],
            "destination": [f"P{one // 300}" for one in range(150_000)],
            "calls": [1] * 150_000,
            "answered": [1] * 150_000,
            "talk_s": [Decimal(1)] * 150_000,
        }
    )
    pivot = pivoted(
        many, [AXES["department"]], AXES["destination"], MEASURES["calls"], None, ENGLISH
    )
    screen = pivot.on_screen("Calls", ENGLISH)
    assert len(screen.columns) * screen.rows.height <= MOST_CELLS + screen.rows.height
    file = pivot.in_file("Calls", ENGLISH)
    assert (150_000, 3) == (file.rows.height, len(file.columns))
    assert 150_000 == file.rows["calls"].sum()


def test_each_shape_draws_the_rows_with_exact_amounts() -> None:
    pivot = made("cost")
    bars = figure(pivot, "bars", "EUR", ENGLISH)
    assert ["Monday", "Tuesday"] == [trace.name for trace in bars.data]
    assert ["Sales", "Monday", "€1.50"] == list(bars.data[0].customdata[1])
    assert 2 == len(figure(pivot, "lines", "EUR", ENGLISH).data)
    heat = figure(pivot, "heat", "EUR", ENGLISH).data[0]
    assert [[None, 9.0], [1.5, 0.25]] == [list(row) for row in heat.z]
    assert ["Sales", "Tuesday", "€0.25"] == list(heat.customdata[1][1])


def test_every_bar_has_its_name_and_its_axis_the_unit() -> None:
    names = [f"Department {place}" for place in range(20)]
    cells = pl.concat(
        [CELLS.head(1).with_columns(pl.lit(name).alias("department")) for name in names]
    )
    axes = [AXES["department"]]
    pivot = pivoted(cells, axes, None, MEASURES["cost"], "EUR", ENGLISH)
    drawn = figure(pivot, "bars", "EUR", ENGLISH)
    assert set(names) == set(drawn.layout.yaxis.ticktext)
    assert "€" == drawn.layout.xaxis.tickprefix
    by_day = figure(made("calls", None, ("weekday",)), "bars", None, ENGLISH)
    assert ("Monday", "Tuesday") == by_day.layout.xaxis.ticktext


def test_two_people_of_one_name_stay_apart() -> None:
    cells = pl.DataFrame(
        {
            "user": ["a@x.example", "b@x.example"],
            "person": ["Max Rossi", "Max Rossi"],
            "calls": [2, 1],
            "answered": [1, 1],
            "talk_s": [Decimal(1), Decimal(1)],
        }
    )
    pivot = pivoted(cells, [AXES["person"]], None, MEASURES["calls"], None, ENGLISH)
    assert ["Max Rossi", "Max Rossi"] == pivot.frame["r0"].to_list()
    assert (0, 1) == tuple(figure(pivot, "bars", None, ENGLISH).data[0].y)


def test_days_are_written_as_dates() -> None:
    cells = CELLS.with_columns(pl.lit(date(2024, 10, 1)).alias("month"))
    pivot = pivoted(cells, [AXES["month"]], None, MEASURES["calls"], None, ENGLISH)
    assert ["October 2024"] == pivot.frame["r0"].to_list()
