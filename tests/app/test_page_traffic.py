"""Traffic, without a browser."""

from __future__ import annotations

from tests.app.test_pages import metrics, opened, said
from tests.app.turning import turned
from warehouse.home import Home


def test_traffic_has_its_figures_charts_and_trunks(small_home: Home) -> None:
    app = opened("traffic")
    assert not app.exception
    assert ("6", "+500.0%") == metrics(app)["Calls"]
    # Two Wednesdays have hours with one call each: of equal ones the earliest.
    assert "08:00" == metrics(app)["Busiest hour"][0]
    assert 4 == len(app.get("plotly_chart"))
    table = app.dataframe[-1].value.set_index("gateway")
    assert ["gw-rome-1.aurora.example"] == list(table.index)
    assert 1 == table.loc["gw-rome-1.aurora.example", "peak"]


def test_a_single_day_is_less_than_a_week(small_home: Home) -> None:
    app = opened("traffic", period="custom", days=["2024-10-29", "2024-10-29"])
    assert not app.exception
    assert ("3", "15:00") == (metrics(app)["Calls"][0], metrics(app)["Busiest hour"][0])


def test_stricter_grades_need_more_channels(small_home: Home) -> None:
    needed = [
        turned(opened(), "traffic", traffic_grade=grade).dataframe[-1].value["needed"][0]
        for grade in ("5", "0.1")
    ]
    assert needed[0] < needed[1]


def test_a_grade_that_is_none_is_as_if_it_were_not_there(small_home: Home) -> None:
    app = opened("traffic")
    app.query_params["traffic_grade"] = "7"
    app.run()
    assert not app.exception
    assert "1" == app.selectbox(key="traffic_grade").value


def test_filters_that_leave_nothing_are_said_so(small_home: Home) -> None:
    assert "No calls match these filters" in said(opened("traffic", site=["Nowhere"]))
