"""The list of calls narrowed and arranged by its link, and one call opened by its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.calls import call_bounds
from app.charts import call as charts_call
from app.charts.call import RINGING, TALKING, VOICEMAIL, WAITING, stretches
from app.format import ENGLISH
from tests.app.opening import at, said
from warehouse.home import Home

BEGIN = datetime(2024, 10, 30, 8)


def leg(**facts: Any) -> dict[str, Any]:
    """A leg in Rome that rang for five seconds and was talked on for a minute."""
    return {
        "started_at": BEGIN,
        "started_local": BEGIN + timedelta(hours=2),
        "answered_at": BEGIN + timedelta(seconds=5),
        "ended_at": BEGIN + timedelta(seconds=65),
        "talk_s": Decimal(60),
        "ring_s": Decimal(5),
        "answered_by": "person",
    } | facts


@pytest.mark.parametrize(
    ("query", "costs"),
    [
        ({"min_cost": "0.0731"}, ["€1.2000", "€0.0731"]),
        ({"min_cost": "0.07311"}, ["€1.2000"]),
        ({"max_cost": "0.07"}, ["€0.0000"]),
        ({"min_minutes": "20"}, ["€1.2000"]),
        ({"min_cost": "nonsense", "min_minutes": "2"}, ["€1.2000"]),
    ],
)
def test_calls_are_narrowed_by_cost_and_duration_in_the_link(
    small_home: Home, query: dict[str, str], costs: list[str]
) -> None:
    app = at("calls", **query)
    assert costs == app.dataframe[0].value["Cost"].to_list()
    assert "nonsense" not in str(app.query_params)


def test_bounds_are_taken_off_with_all_filters(small_home: Home) -> None:
    app = at("calls", min_cost="99")
    assert "No calls match these filters" in said(app)
    # As if a menu entry had led here: the link would else be followed again.
    app.query_params.clear()
    app.button(key="reset_here").click().run()
    assert 6 == len(app.dataframe[0].value)


def test_each_bound_stands_above_the_list_and_is_taken_off_by_a_click(small_home: Home) -> None:
    app = at("calls", min_cost="0.0731", max_minutes="90.5", outcome="answered")
    badges = {one.key: one.label for one in app.button if str(one.key).startswith("badge_")}
    assert {
        "badge_outcome_answered": "Outcome: Answered",
        "badge_min_cost_": "Cost from 0.0731",
        "badge_max_minutes_": "Up to 90.5 min",
    } == badges
    app.query_params.clear()
    app.button(key="badge_min_cost_").click().run()
    assert "min_cost" not in app.query_params
    assert "90.5" == app.query_params["max_minutes"]
    assert ["badge_outcome_answered", "badge_max_minutes_"] == [
        one.key for one in app.button if str(one.key).startswith("badge_")
    ]


def test_what_was_typed_is_exact() -> None:
    found = call_bounds.fields({"min_cost": 0.1, "max_minutes": 1.5}.get)
    assert (Decimal("0.1"), Decimal(90)) == (found["min_cost"], found["max_talk_s"])
    assert (None, None) == (found["max_cost"], found["min_talk_s"])


def test_the_columns_are_those_that_were_chosen_in_their_order(small_home: Home) -> None:
    app = at("calls", columns=["Site", "Cost", "Nonsense"])
    assert ["Start", "Site", "Cost"] == list(app.dataframe[0].value.columns)


def test_a_link_opens_one_call_whatever_the_filters(small_home: Home) -> None:
    app = at("calls", call="rome:A1", min_cost="1")
    assert "**Leg 1 of 1**" in said(app)
    assert 1 == len(app.get("plotly_chart"))
    assert "rome:A1" in str(app.query_params["call"])


@pytest.mark.parametrize("text", ["rome:gone", "nonsense", ":", "rome:"])
def test_a_link_to_no_call_is_no_fault(small_home: Home, text: str) -> None:
    app = at("calls", call=text)
    assert ("not there any more" in said(app)) is (text == "rome:gone")


@pytest.mark.parametrize(
    ("facts", "kinds", "seconds"),
    [
        ({}, [RINGING, TALKING], [5, 60]),
        ({"answered_by": "voicemail"}, [RINGING, VOICEMAIL], [5, 60]),
        ({"answered_by": "response_group"}, [RINGING, WAITING], [5, 60]),
        (
            {"answered_at": None, "talk_s": None, "ended_at": BEGIN + timedelta(seconds=20)},
            [RINGING],
            [20],
        ),
        ({"answered_at": None, "talk_s": None, "ended_at": None}, [RINGING], [5]),
        ({"answered_at": None, "ended_at": None}, [RINGING, TALKING], [5, 60]),
        ({"answered_at": BEGIN}, [TALKING], [60]),
    ],
)
def test_a_leg_rings_and_then_is_talked_on_or_waits(
    facts: dict[str, Any], kinds: list[str], seconds: list[int]
) -> None:
    found = stretches([leg(**facts)])
    assert kinds == [one.kind for one in found]
    assert seconds == [(one.end - one.begin).total_seconds() for one in found]
    assert BEGIN + timedelta(hours=2) == found[0].begin


def test_legs_stand_below_each_other_by_the_clock_of_the_first() -> None:
    second = {name: leg()[name] + timedelta(seconds=30) for name in ("started_at", "answered_at")}
    legs = [leg(), leg(**second, started_local=BEGIN - timedelta(hours=4))]
    figure = charts_call.time_line(legs, ["a → b", "b → c"], ENGLISH)
    assert {"Ringing": [0, 1], "Talking": [0, 1]} == {bar.name: list(bar.y) for bar in figure.data}
    assert BEGIN + timedelta(hours=2, seconds=30) == figure.data[0].base[1]
    assert ["a → b", "b → c"] == [one.text for one in figure.layout.annotations]
