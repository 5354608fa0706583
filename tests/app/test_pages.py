"""The pages as Streamlit runs them, without a browser."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.homes import leg, make_home
from tests.app.opening import at
from warehouse.home import Home

MAIN = Path(__file__).parents[2] / "app" / "main.py"


def opened(page: str = "overview", /, **query: str | list[str]) -> AppTest:
    app = AppTest.from_file(str(MAIN), default_timeout=20)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    return app if page == "overview" else app.switch_page(f"views/{page}.py").run()


def metrics(app: AppTest) -> dict[str, tuple[str, str]]:
    return {metric.label: (metric.value, metric.delta) for metric in app.metric}


def said(app: AppTest) -> str:
    texts = [*app.markdown, *app.caption, *app.info, *app.error, *app.warning, *app.title]
    return "\n".join(text.value for text in texts)


def listed(app: AppTest) -> list[str]:
    """The cost column tells the calls of the small home apart."""
    return app.dataframe[0].value["Start"].dt.strftime("%d %H:%M").to_list()


def test_the_overview_shows_the_key_figures_of_30_days(small_home: Home) -> None:
    app = opened()
    assert not app.exception
    assert {
        "Cost": ("€1.27", "+154.6%"),
        "Calls": ("6", "+500.0%"),
        "Minutes": ("24", "+2,300.0%"),
        "Answered": ("83.3%", "-16.7 points"),
    } == metrics(app)
    assert "Compared with 2 Sep – 1 Oct 2024. Today is still running." in said(app)


def test_calls_that_have_no_price_are_pointed_out(small_home: Home) -> None:
    assert "1 call should have a price and none was found" in opened().warning[0].value


def test_calls_that_have_no_price_are_a_click_away(small_home: Home) -> None:
    (link,) = opened("overview").get("page_link")
    asked = parse_qs(link.proto.query_string)
    assert "bad_number" in asked["status"]
    assert "Status" == asked["columns"][0]
    listed_there = at("calls", **asked).dataframe[0].value
    assert 1 == len(listed_there)
    assert "Status" in listed_there.columns


def test_the_overview_has_a_chart_of_days_and_three_rankings(small_home: Home) -> None:
    app = opened()
    assert 4 == len(app.get("plotly_chart"))
    assert ["Cost per day", "Call types", "Departments", "People"] == [
        heading.value for heading in app.subheader
    ]


def test_currencies_are_never_added_up(small_home: Home) -> None:
    make_home(
        small_home.path,
        [leg("U1", datetime(2024, 10, 30, 9), source="newyork", currency="USD")],
        serial=1,
    )
    app = opened()
    assert ["€1.27", r"\$0.07"] == [one.value for one in app.metric if one.label == "Cost"]
    assert ["EUR", "USD"] == [heading.value for heading in app.header]


def test_a_period_with_nothing_before_it_says_so(small_home: Home) -> None:
    app = opened(period="custom", days=["2024-09-01", "2024-09-30"])
    assert {("€0.50", ""), ("1", ""), ("100.0%", "")} == set(metrics(app).values())
    described = {metric.proto.delta_description for metric in app.metric}
    assert {"no data before"} == described


@pytest.mark.parametrize(
    ("query", "calls"),
    [
        ({"site": ["New York"]}, "1"),
        ({"department": ["Service"]}, "1"),
        ({"department": [""]}, "1"),
        ({"direction": ["inbound", "internal"]}, "2"),
        ({"period": "last-month"}, "1"),
        ({"period": "custom", "days": ["2024-10-29", "2024-10-29"]}, "3"),
        ({"period": "nonsense", "direction": ["sideways"], "days": ["soon"]}, "6"),
    ],
)
def test_a_link_opens_the_view_that_it_was_copied_from(
    small_home: Home, query: dict[str, str | list[str]], calls: str
) -> None:
    assert calls == metrics(opened(**query))["Calls"][0]


def test_filters_stay_when_the_page_changes(small_home: Home) -> None:
    app = opened()
    app.multiselect(key="department").select("Service").run()
    assert "1" == metrics(app)["Calls"][0]
    app.switch_page("views/calls.py").run()
    assert ["30 10:30"] == listed(app)
    app.switch_page("views/overview.py").run()
    assert "1" == metrics(app)["Calls"][0]


def test_a_search_stays_when_the_page_changes(small_home: Home) -> None:
    app = opened("calls")
    app.text_input(key="search").set_value("bruno").run()
    app.switch_page("views/overview.py").run()
    app.switch_page("views/calls.py").run()
    assert ["30 10:30"] == listed(app)


def test_one_click_takes_all_filters_back(small_home: Home) -> None:
    app = opened("calls", site=["Rome"], department=["Sales"], direction=["inbound"])
    app.text_input(key="search").set_value("nobody").run()
    assert "No calls match these filters" in said(app)
    app.button(key="reset_here").click().run()
    assert 6 == len(listed(app))
    assert app.button(key="reset").disabled
    assert "last-30-days" == dict(app.query_params)["period"]


def test_the_list_has_the_newest_call_on_top_and_its_totals(small_home: Home) -> None:
    app = opened("calls")
    assert not app.exception
    assert ["30 10:30", "30 09:00", "29 17:00", "29 16:00", "29 15:00", "28 08:00"] == listed(app)
    assert "**6 calls · 24 minutes · €1.27**" in said(app)


@pytest.mark.parametrize(
    ("order", "top"),
    [("oldest", "28 08:00"), ("longest", "30 10:30"), ("dearest", "30 10:30")],
)
def test_the_list_is_sorted_as_chosen(small_home: Home, order: str, top: str) -> None:
    app = opened("calls")
    app.selectbox(key="order").select(order).run()
    assert top == listed(app)[0]


@pytest.mark.parametrize(
    ("text", "calls"),
    [("bruno", ["30 10:30"]), ("333 555", ["30 10:30"]), ("ITALY MOB", ["30 10:30"])],
)
def test_a_search_finds_numbers_people_and_destinations(
    small_home: Home, text: str, calls: list[str]
) -> None:
    app = opened("calls")
    app.text_input(key="search").set_value(text).run()
    assert calls == listed(app)


def test_a_long_list_has_pages_and_a_new_search_begins_on_the_first(empty_home: Home) -> None:
    minutes = [leg(f"L{step}", datetime(2024, 10, 30, step // 60, step % 60)) for step in range(60)]
    make_home(empty_home.path, minutes)
    app = opened("calls")
    app.session_state["page"] = 3
    app.run()
    assert [f"30 00:{minute:02}" for minute in range(9, -1, -1)] == listed(app)
    app.text_input(key="search").set_value("kingdom").run()
    assert "30 00:59" == listed(app)[0]
    assert 25 == len(listed(app))


def test_a_selected_row_opens_its_call_with_the_reasons_of_its_price(small_home: Home) -> None:
    app = opened("calls")
    app.session_state["call"] = ("rome", "A1")
    app.run()
    assert not app.exception
    assert "**Leg 1 of 1** · Outbound, answered by person" in said(app)
    cells = [str(cell) for table in app.table for cell in table.value.to_numpy().ravel()]
    assert "€0.0731" in cells


def test_a_call_that_is_gone_is_no_fault(small_home: Home) -> None:
    app = opened("calls")
    app.session_state["call"] = ("rome", "gone")
    app.run()
    assert not app.exception
    assert "not there any more" in said(app)


@pytest.mark.parametrize("page", ["overview", "calls"])
def test_a_home_without_calls_says_what_to_do(empty_home: Home, page: str) -> None:
    app = opened(page)
    assert not app.exception
    assert "tollbook mine" in said(app)


@pytest.mark.parametrize("page", ["overview", "calls"])
def test_a_warehouse_that_cannot_be_read_is_said_so(small_home: Home, page: str) -> None:
    for path in (small_home.warehouse / "snapshots").glob("*.duckdb"):
        path.write_bytes(b"not a database")
    app = opened(page)
    assert not app.exception
    assert "cannot be read" in said(app)
    assert not app.metric


def test_new_calls_are_seen_by_the_next_run(small_home: Home) -> None:
    app = opened()
    make_home(small_home.path, [leg("N1", datetime(2024, 10, 31, 9))], serial=1)
    app.run()
    assert "7" == metrics(app)["Calls"][0]


def test_the_freshness_is_told_per_source(small_home: Home) -> None:
    assert "Data until 30 Oct 2024" in said(opened())
    later = leg("N1", datetime(2024, 10, 31, 11, 55), source="newyork")
    make_home(small_home.path, [later], serial=1)
    assert "newyork 31 Oct 2024, 11:55, 5 minutes ago · rome 30 Oct 2024, 10:30" in said(opened())


def test_no_period_reaches_beyond_today(small_home: Home) -> None:
    app = opened(period="this-year")
    assert "1 Jan – 31 Oct 2024" in said(app)
    assert date(2024, 10, 31) == app.session_state["view"].period.last
