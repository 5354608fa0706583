"""Service, without a browser."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tests.app.homes import leg, make_home, unpriced
from tests.app.test_pages import metrics, opened, said
from tests.app.turning import turned
from warehouse.home import Home


def with_slow_and_lost(home: Home) -> None:
    """Two more inbound calls: one answered after 25 s, one given up."""
    inbound = unpriced("not_charged", direction="inbound", from_number="+390655501234")
    slow = leg("S1", datetime(2024, 10, 30, 11), **inbound | {"ring_s": Decimal(25)})
    lost = leg(
        "S2",
        datetime(2024, 10, 30, 12),
        **inbound | {"outcome": "cancelled", "answered_at": None, "answered_by": None},
    )
    make_home(home.path, [slow, lost], serial=1)


def test_the_service_level_is_of_what_came_in(small_home: Home) -> None:
    with_slow_and_lost(small_home)
    app = opened("service")
    assert not app.exception
    shown = metrics(app)
    assert ("3", "1") == (shown["Calls"][0], shown["Abandoned"][0])
    assert "33.3%" == shown["Within 20 s"][0]
    assert "33.3% were answered within 20 s; the service level is 80%." in app.warning[0].value
    app.selectbox(key="service_within").select("30").run()
    assert "66.7%" == metrics(app)["Within 30 s"][0]
    assert "30" == dict(app.query_params)["service_within"]
    app.selectbox(key="service_target").select("70").run()
    app.selectbox(key="service_within").select("30").run()
    assert "the service level is 70%" in app.warning[0].value


def test_every_view_of_service_has_its_table(small_home: Home) -> None:
    with_slow_and_lost(small_home)
    app = opened("service")
    assert [("Sales", 3, 1)] == list(
        app.dataframe[-1].value[["shown", "calls", "lost"]].itertuples(index=False, name=None)
    )
    for by, first in (("person", "Anna Bianchi"), ("site", "Rome"), ("hour", "11:00")):
        app.session_state["service_by"] = by
        app.run()
        assert not app.exception
        assert first in app.dataframe[-1].value["shown"].to_list()
    app.session_state["service_by"] = "unreturned"
    app.run()
    assert ["+390655501234"] == app.dataframe[-1].value["from_number"].to_list()


def test_response_groups_are_listed(small_home: Home) -> None:
    grouped = unpriced("not_charged", direction="inbound", answered_by="response_group")
    queue = grouped | {"to_user": "desk@aurora.example"}
    make_home(small_home.path, [leg("G1", datetime(2024, 10, 30, 13), **queue)], serial=1)
    app = turned(opened(), "service", service_by="group")
    assert ["desk@aurora.example"] == app.dataframe[-1].value["response_group"].to_list()


def test_a_period_in_which_nobody_called_is_said_so(small_home: Home) -> None:
    app = opened("service", site=["New York"])
    assert not app.exception
    assert "No calls match these filters" in said(app)
