"""Today on the wall: figures of today alone, capacity, alarms, and how old it is."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal

import polars as pl
import pytest

from app.charts import wallboard as charts_wallboard
from app.figures.wall import channels_of
from app.format import ENGLISH
from app.frame import pages
from tests.app.homes import leg, make_home, unpriced
from tests.app.opening import at, said
from warehouse.home import Home
from warehouse.state.state import State

LOST = unpriced("not_answered", outcome="no_answer", answered_at=None, talk_s=None)


@pytest.fixture
def home_of_today(small_home: Home) -> Home:
    """Three calls of today beside those of other days; one was lost."""
    today = [
        leg("T1", datetime(2024, 10, 31, 11, 50), cost=Decimal("2.5")),
        leg("T2", datetime(2024, 10, 31, 11, 50, 30), site="New York"),
        leg("T3", datetime(2024, 10, 31, 9), **LOST),
    ]
    return make_home(small_home.path, today, serial=1)


def test_the_figures_are_those_of_today(home_of_today: Home) -> None:
    app = at("wallboard")
    assert {
        "Calls today": ("3", ""),
        "Answered": ("2", "66.7%"),
        "Lost": ("1", "33.3%"),
        "Cost today": ("€2.57", ""),
    } == {one.label: (one.value, one.delta) for one in app.metric}
    assert ["Aurora Instruments", "12:00"] == [one.value for one in app.title]


def test_it_shows_what_its_link_says_and_draws_no_filters(home_of_today: Home) -> None:
    app = at("wallboard", site=["New York"])
    assert "1" == app.metric[0].value
    assert "Site: New York" in said(app)
    assert not app.sidebar.selectbox
    assert not app.sidebar.multiselect
    assert "New York" in str(dict(app.query_params)["site"])


def test_trunks_are_shown_with_their_most_calls_at_once(home_of_today: Home) -> None:
    (chart,) = at("wallboard").get("plotly_chart")
    texts = [one["text"] for one in json.loads(chart.proto.spec)["layout"]["annotations"]]
    assert ["gw-rome-1", "<b>2</b>"] == texts


def test_alarms_that_nobody_has_seen_to_are_told(home_of_today: Home) -> None:
    with State.open(home_of_today.state) as state, state.transaction() as connection:
        connection.executemany(
            "insert into alarm_events (origin, key, subject, happened_at, found_at, title, words, "
            "calls, acknowledged_at) values ('x', ?, '', ?, ?, ?, '', '[]', ?)",
            [
                (name, "2024-10-31T11:30:00Z", "2024-10-31T11:30:00Z", name, seen)
                for name, seen in (("Dear call", ""), ("Old story", "2024-10-31T11:40:00Z"))
            ],
        )
    told = said(at("wallboard"))
    assert "30 minutes ago · Dear call" in told
    assert "Old story" not in told


def test_old_calls_are_said_to_be_old(small_home: Home) -> None:
    app = at("wallboard")
    assert "0" == app.metric[0].value
    assert "The newest call is of 30 Oct 2024, 10:30" in said(app)


@pytest.mark.parametrize(
    ("url", "is_bare"),
    [
        ("http://x/wallboard", True),
        ("http://x/tollbook/wallboard/", True),
        ("http://x/calls", False),
        ("http://x", False),
        (None, False),
    ],
)
def test_only_the_wallboard_stands_without_a_menu(url: str | None, is_bare: bool) -> None:
    assert is_bare is pages.is_bare(url)


def test_the_channels_of_a_trunk_may_be_those_of_a_pattern() -> None:
    known = pl.DataFrame({"gateway": ["gw-rome-?", "gw-x"], "channels": [30, None]})
    assert (30, None, None) == tuple(
        channels_of(name, known) for name in ("GW-Rome-1", "gw-x", "gw-y")
    )


def test_a_trunk_with_hardly_a_free_channel_is_marked() -> None:
    figure = charts_wallboard.occupancy(["a", "b"], [29, 10], [30, 30], ENGLISH)
    usual, full = (list(bars.x) for bars in figure.data)
    assert ([0, 10 / 30], [29 / 30, 0]) == (usual, full)


def test_names_of_machines_are_short_where_that_leaves_them_apart() -> None:
    names = ["gw-1.x.org", "gw-2.x.org", "gw-2.y.org", "10.0.0.1"]
    assert ["gw-1", *names[1:]] == charts_wallboard.short_names(names)
