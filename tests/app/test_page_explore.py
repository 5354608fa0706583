"""Explore, without a browser."""

from __future__ import annotations

import pytest

from app.charts.axes import AXES
from app.figures.pivot import MEASURES
from tests.app.test_pages import opened, said
from tests.app.turning import turned
from warehouse.home import Home


def test_any_figure_is_laid_out_by_anything(small_home: Home) -> None:
    app = opened("explore")
    assert [1.2, 0.07, 0.0] == pytest.approx(app.dataframe[-1].value["total"].to_list())
    for row in AXES:
        app.session_state["explore_rows"] = [row]
        app.run()
        assert not app.exception, row
        assert 1.27 == pytest.approx(app.dataframe[-1].value["total"].sum())
    app.session_state["explore_rows"] = ["site"]
    for measure in MEASURES:
        app.session_state["explore_measure"] = measure
        app.run()
        assert not app.exception, measure


def test_what_is_chosen_stands_in_the_link(small_home: Home) -> None:
    app = turned(
        opened(),
        "explore",
        explore_rows=["site", "department"],
        explore_columns="direction",
        explore_measure="calls",
        explore_chart="heat",
    )
    assert not app.exception
    assert {
        "explore_rows": ["site", "department"],
        "explore_columns": "direction",
        "explore_measure": "calls",
        "explore_chart": "heat",
    }.items() <= dict(app.query_params).items()
    table = app.dataframe[-1].value
    assert ["r0", "r1", "c0", "c1", "c2", "total"] == list(table.columns)
    assert 6 == table["total"].sum()


def test_a_column_that_is_a_row_already_is_none(small_home: Home) -> None:
    app = turned(opened(), "explore", explore_rows=["site"], explore_columns="site")
    assert not app.exception
    assert "none" == app.selectbox(key="explore_columns").value


def test_without_rows_there_is_nothing_to_show(small_home: Home) -> None:
    app = turned(opened(), "explore", explore_rows=[])
    assert "Choose what the rows stand for." in app.info[0].value


def test_filters_that_leave_nothing_are_said_so(small_home: Home) -> None:
    app = opened("explore", department=["Nowhere"])
    assert not app.exception
    assert "No calls match these filters" in said(app)
