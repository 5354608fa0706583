"""The page of alarms as Streamlit runs it: every kind, every button."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.alarms.desk import Desk
from app.alarms.event import CallKey, Event, Told
from app.alarms.rule import Rule
from app.alarms.watched import Counter, Operation, SingleCall
from app.desks.alarm_form import draft_of, rule_of
from tests.app.alarms.conftest import watching
from tests.app.conftest import NOW
from tests.app.desk.test_schedules_page import click
from tests.app.test_pages import opened, said
from warehouse.errors import InvalidInput
from warehouse.home import Home
from warehouse.scope import Scope
from warehouse.state.state import State

DEAR = watching("Dear", quiet=60, kind="call", min_cost="1")
OFFICE = {"begin": "07:00", "end": "19:30", "weekdays": [1, 2, 3]}


def add(home: Home, *rules: Rule) -> None:
    with State.open(home.state) as state:
        for rule in rules:
            Desk(state).add(rule, NOW)


def kept(home: Home) -> list[Rule]:
    with State.open(home.state) as state:
        return list(Desk(state).rules().values())


def find(home: Home, **facts: Any) -> None:
    """The first alarm finds something."""
    event = Event("key", "anna", NOW, "Dear call of Anna", "It cost €1.20, above €1.00.", **facts)
    with State.open(home.state) as state:
        Desk(state).tell("alarm 1", DEAR.told, [event], NOW, 1)


@pytest.mark.parametrize(
    "rule",
    [
        watching(
            kind="call",
            numbers=("+39899*", "112"),
            destinations=("Italy premium",),
            call_types=("premium",),
            people=("anna@aurora.example",),
            departments=("Sales",),
            gateways=("gw-1",),
            directions=("outbound",),
            emergency=True,
            min_cost="2.50",
            min_talk_s=600,
            outside=OFFICE,
            any_of=True,
        ),
        watching(
            kind="counter",
            measure="asr",
            compare="fall_percent",
            amount="7.5",
            window="hour",
            against="weekday",
            per="site",
            least_calls=9,
            filters={"sites": ["Rome"], "directions": ["inbound"], "outcomes": ["busy"]},
        ),
        watching(
            kind="counter", measure="calls", amount="40", window="sliding", minutes=7, per="person"
        ),
        watching(
            kind="counter",
            measure="concurrent",
            amount="25",
            window="hour",
            per="trunk",
            filters={"gateways": ["gw-1"]},
        ),
        watching(kind="operation", trouble="silent", amount="45", hours=OFFICE, sources=["rome"]),
        watching(kind="unusual", per="trunk", weeks=6, points=9),
    ],
    ids=lambda rule: rule.watched.kind,
)
def test_a_form_gives_back_the_alarm_that_it_was_filled_from(rule: Rule) -> None:
    full = Rule(
        "full",
        rule.watched,
        Told(("anna@aurora.example", "b@x.example"), ("chat",), 15),
        zone="Europe/Rome",
        locale="it-IT",
        is_paused=True,
        made_by="root",
    )
    assert rule_of(draft_of(full, "UTC"), full, ["chat"], "the pages") == full


def test_all_that_is_wrong_with_an_alarm_is_told_at_once() -> None:
    draft = draft_of(None, "UTC") | {
        "kind": "counter",
        "amount": "much",
        "addresses": "anna",
        "webhooks": ["gone"],
    }
    with pytest.raises(InvalidInput) as refused:
        rule_of(draft, None, [], "the pages")
    assert [(one.value, one.rule) for one in refused.value.problems] == [
        ("much", "not an amount"),
        (None, "has no name"),
        ("anna", "no mail address"),
        ("gone", "no such webhook"),
    ]


def test_a_page_without_alarms_says_what_one_would_do(small_home: Home) -> None:
    app = opened("alarms")
    assert not app.exception
    assert "Nothing is watched for yet" in said(app)


def test_an_alarm_on_calls_is_made_of_what_is_filled_in(small_home: Home) -> None:
    app = click(opened("alarms"), "new_alarm")
    app.text_input(key="alarm name").set_value("Dear at night")
    app.session_state["alarm call_types"] = []
    app.text_input(key="alarm min_cost").set_value("2.50")
    app.session_state["alarm when"] = "outside"
    app.run()
    app.time_input(key="alarm begin").set_value(time(7, 30))
    app.text_area(key="alarm addresses").set_value("anna@aurora.example")
    app.number_input(key="alarm mask").set_value(5)
    click(app, "alarm save")
    (found,) = kept(small_home)
    assert isinstance(found.watched, SingleCall)
    assert found.watched.min_cost == Decimal("2.50")
    assert found.watched.outside is not None
    assert found.watched.outside.begin == time(7, 30)
    assert found.scope == Scope(everything=True, mask_digits=5)
    assert found.told.quiet_minutes == 60


@pytest.mark.parametrize("kind", ["counter", "operation", "unusual"])
def test_the_other_kinds_are_saved_as_they_stand_in_the_form(small_home: Home, kind: str) -> None:
    app = click(opened("alarms"), "new_alarm")
    app.text_input(key="alarm name").set_value(kind)
    app.session_state["alarm kind"] = kind
    app.run()
    assert not app.exception
    app.text_area(key="alarm addresses").set_value("anna@aurora.example")
    click(app, "alarm save")
    (found,) = kept(small_home)
    assert found.watched.kind == kind
    if isinstance(found.watched, Counter):
        assert found.watched.amount == 500
    if isinstance(found.watched, Operation):
        assert (found.watched.amount, found.scope.mask_digits) == (60, 0)


def test_what_cannot_be_an_alarm_says_why_beside_the_form(small_home: Home) -> None:
    app = click(opened("alarms"), "new_alarm")
    app.session_state["alarm call_types"] = []
    app = click(app.run(), "alarm save")
    (told,) = app.error
    assert "name at least one condition" in told.value
    assert "nobody is told" in told.value
    assert kept(small_home) == []


def test_an_alarm_is_changed_paused_resumed_and_removed(small_home: Home) -> None:
    add(small_home, DEAR)
    app = click(opened("alarms"), "Edit 1")
    assert app.text_input(key="alarm min_cost").value == "1"
    app.text_input(key="alarm min_cost").set_value("3")
    app = click(app, "alarm save")
    assert "cost from 3" in said(app)
    app = click(app, "Pause 1")
    assert kept(small_home)[0].is_paused
    app = click(app, "Resume 1")
    assert not kept(small_home)[0].is_paused
    app = click(app, "Remove 1")
    assert len(kept(small_home)) == 1
    click(app, "alarm removed")
    assert kept(small_home) == []


def test_a_look_back_finds_the_call_that_would_have_been_told(small_home: Home) -> None:
    add(small_home, DEAR)
    app = click(opened("alarms"), "Look back 1")
    assert "**1 event**, about 1 subject" in said(app)
    (found,) = app.dataframe
    assert "Bruno Conti" in found.value["What"][0]
    with State.open(small_home.state) as state:
        assert not Desk(state).history(10)


def test_an_alarm_on_the_operation_has_no_past_to_look_at(small_home: Home) -> None:
    add(small_home, watching(kind="operation", trouble="disk_low"))
    assert "no past to look at" in said(click(opened("alarms"), "Look back 1"))


def test_what_was_found_is_explained_and_acknowledged(small_home: Home) -> None:
    add(small_home, DEAR)
    find(small_home)
    app = opened("alarms")
    assert "It cost €1.20, above €1.00." in said(app)
    assert "1 open" in said(app)
    app = click(app, "Acknowledge 1")
    app.number_input(key="alarm silence").set_value(2)
    app = click(app, "alarm seen to")
    assert "Nothing to see to" in said(app)
    with State.open(small_home.state) as state:
        row = Desk(state).event(1)
        assert row is not None
        assert (row["acknowledged_by"], row["silent_until"]) == (
            "the pages",
            "2024-10-31T14:00:00Z",
        )
        assert [one["state"] for one in Desk(state).notices(1)] == ["skipped"]


def test_the_calls_of_what_was_found_are_a_click_away(small_home: Home) -> None:
    add(small_home, DEAR)
    find(small_home, calls=(CallKey("rome", "A2", NOW.date().replace(day=30)),))
    app = click(opened("alarms"), "See calls 1")
    rows = [one.value for one in app.dataframe if "Destination" in one.value]
    assert rows[0]["Person"].to_list() == ["Bruno Conti"]
    shown = app.table[0].value.to_numpy().ravel().tolist()
    assert "waiting" in shown
    app.session_state["alarm calls 1"] = {"selection": {"rows": [0], "columns": []}}
    app.run()
    assert "**Leg 1 of 1** · Outbound, answered by person" in said(app)


def test_a_test_message_is_queued_and_nothing_to_see_to(small_home: Home) -> None:
    add(small_home, DEAR)
    app = click(opened("alarms"), "Send a test 1")
    with State.open(small_home.state) as state:
        assert Desk(state).outbox.counts() == {"waiting": 1}
    assert "Nothing to see to" in said(app)


def test_who_may_not_edit_looks_on(small_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    add(small_home, DEAR)
    find(small_home)
    for name in ("app.desks.desk_parts", "app.desks.alarm_drawers", "app.frame.rights"):
        monkeypatch.setattr(f"{name}.may_edit", lambda: False)
    app: AppTest = opened("alarms")
    labels = {one.label for one in app.button}
    assert {"Who was told", "Look back"} <= labels
    assert not labels & {"New alarm", "Acknowledge", "Edit", "Pause", "Send a test", "Remove"}
