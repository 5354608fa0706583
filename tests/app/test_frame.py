"""What all pages share: filters in the link, badges, comparison, saved views."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from streamlit.testing.v1 import AppTest

from app.periods import Compared, Period, a_year_before, compared_with, custom
from app.state.views import SavedView, forget, save, visible
from tests.app.homes import leg, make_home
from tests.app.test_pages import metrics, opened, said
from warehouse.errors import InvalidInput
from warehouse.home import Home
from warehouse.state.state import State

NOW = datetime(2024, 10, 31, 12, tzinfo=UTC)


def asked(app: AppTest) -> dict[str, list[str]]:
    """The query string as the page left it."""
    return {
        name: value if isinstance(value, list) else [value]
        for name, value in dict(app.query_params).items()
    }


def test_the_link_has_the_values_themselves_and_not_their_labels(small_home: Home) -> None:
    app = opened()
    app.multiselect(key="direction").set_value(["inbound", "internal"])
    app.multiselect(key="department").set_value([""])
    app.selectbox(key="compare").set_value("year").run()
    assert {
        "period": ["last-30-days"],
        "direction": ["inbound", "internal"],
        "department": [""],
        "compare": ["year"],
    } == asked(app)


@pytest.mark.parametrize(
    ("query", "calls"),
    [
        ({"person": ["bruno@aurora.example"]}, "1"),
        ({"call_type": ["mobile"]}, "1"),
        ({"carrier": ["aurelia"]}, "3"),
        ({"outcome": ["no_answer"]}, "1"),
        ({"answered_by": ["person"]}, "5"),
        ({"status": ["no_prefix"]}, "1"),
        ({"destination": ["Italy mobile"]}, "1"),
    ],
)
def test_every_filter_narrows_the_figures(
    small_home: Home, query: dict[str, list[str]], calls: str
) -> None:
    assert calls == metrics(opened(**query))["Calls"][0]


def test_what_a_link_asks_for_stands_even_where_there_are_no_calls_of_it(small_home: Home) -> None:
    app = opened(site=["Atlantis"])
    assert ["Atlantis"] == app.multiselect(key="site").value
    assert "No calls match these filters" in said(app)
    assert "Site: Atlantis" in [button.label for button in app.button]
    app.button(key="badge_site_Atlantis").click().run()
    assert "6" == metrics(app)["Calls"][0]


def test_a_badge_shows_the_filter_and_takes_it_off(small_home: Home) -> None:
    app = opened(site=["Rome"], person=["bruno@aurora.example"])
    assert {"Site: Rome", "Person: Bruno Conti"} <= {button.label for button in app.button}
    app.button(key="badge_person_bruno@aurora.example").click().run()
    assert ["Rome"] == app.multiselect(key="site").value
    assert [] == app.multiselect(key="person").value
    assert "person" not in asked(app)


def test_a_comparison_with_last_year_names_its_days(small_home: Home) -> None:
    last_year = leg("Y1", datetime(2023, 10, 30, 9))
    make_home(small_home.path, [last_year], serial=1)
    app = opened(compare="year")
    assert "Compared with 2 – 31 Oct 2023." in said(app)
    assert "+500.0%" == metrics(app)["Calls"][1]


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (custom(date(2024, 2, 1), date(2024, 2, 29)), (date(2023, 2, 1), date(2023, 2, 28))),
        (custom(date(2023, 2, 1), date(2023, 2, 28)), (date(2022, 2, 1), date(2022, 2, 28))),
        (custom(date(2025, 2, 1), date(2025, 2, 28)), (date(2024, 2, 1), date(2024, 2, 29))),
        (custom(date(2024, 2, 20), date(2024, 2, 29)), (date(2023, 2, 20), date(2023, 2, 28))),
        # A Thursday is measured by a Thursday.
        (
            Period(date(2024, 10, 31), date(2024, 10, 31), days_back=7),
            (date(2023, 11, 2), date(2023, 11, 2)),
        ),
    ],
)
def test_the_same_of_last_year_is_the_same_dates_or_weekdays(
    period: Period, before: tuple[date, date]
) -> None:
    found = a_year_before(period)
    assert before == (found.first, found.last)
    assert found == compared_with(period, Compared.YEAR)


def test_a_saved_view_opens_as_it_was_saved(small_home: Home) -> None:
    app = opened("calls", department=["Service", ""], period="last-7-days")
    app.text_input(key="view_name").set_value("Ours")
    app.button(key="save_view").click().run()
    assert not app.exception
    app.button(key="reset").click().run()
    assert [] == app.multiselect(key="department").value
    app.button(key="view_1").click().run()
    assert ["Service", ""] == app.multiselect(key="department").value
    assert "last-7-days" == app.selectbox(key="period").value
    assert "Calls" == app.title[0].value
    app.button(key="forget_1").click().run()
    assert "Nothing is saved yet." in said(app)


def test_a_view_without_a_name_is_refused_with_the_reason(small_home: Home) -> None:
    app = opened()
    app.button(key="save_view").click().run()
    assert "empty" in app.error[0].value


def test_views_are_personal_unless_they_are_shared(small_home: Home) -> None:
    with State.open(small_home.state) as state:
        for owner, name, is_shared in (
            ("anna", "Mine", False),
            ("bruno", "For all", True),
            ("bruno", "Hidden", False),
        ):
            save(state, SavedView(0, owner, name, "calls", "period=today", is_shared), NOW)
        assert ["Mine", "For all"] == [view.name for view in visible(state, "anna")]
        for view in visible(state, "anna"):
            forget(state, "anna", view.number)
        assert ["For all"] == [view.name for view in visible(state, "anna")]
        save(state, SavedView(0, "bruno", "For all", "overview", "", is_shared=False), NOW)
        assert [] == visible(state, "anna")
        with pytest.raises(InvalidInput, match="longer than 80"):
            save(state, SavedView(0, "anna", "x" * 81, "calls", "", is_shared=False), NOW)


def test_state_that_cannot_be_read_leaves_the_pages(small_home: Home) -> None:
    small_home.state.write_bytes(b"not a database, but long enough to be looked at as one" * 20)
    app = opened()
    assert not app.exception
    assert "6" == metrics(app)["Calls"][0]
    assert "Saved views cannot be read" in "".join(one.value for one in app.sidebar.caption)
