"""What is noted of people, and who is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.access.audit import HIDDEN, Action, Asked, Deed, chosen, deeds, note
from app.access.roles import Role, Viewer
from warehouse.scope import Filters, OfficeHours, Scope
from warehouse.state.state import State

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANNA = Viewer("anna", "Anna", Role.SUPERVISOR, Scope(departments=("Sales",)))
ZOE = Viewer("zoe", "Zoe", Role.ADMINISTRATOR, Scope(everything=True))
DEV = Viewer("dev", "Dev", Role.AUDITOR, Scope(everything=True, mask_digits=3))


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State.open(tmp_path / "state.db") as opened:
        yield opened


def deed(address: str = "anna", minutes: int = 0, **facts: Any) -> Deed:
    at = AT + timedelta(minutes=minutes)
    return replace(Deed(at, address, "supervisor", Action.DOWNLOAD, "calls", {}), **facts)


def test_what_was_noted_is_told_the_newest_first(state: State) -> None:
    noted = [deed(minutes=step, details={"form": "csv", "rows": step}) for step in range(3)]
    for one in noted:
        assert note(state, one)
    assert noted[::-1] == deeds(state, ZOE, Asked())
    assert noted[:0:-1] == deeds(state, ZOE, Asked(limit=2))


def test_who_may_not_read_the_audit_sees_their_own_part_of_it(state: State) -> None:
    note(state, deed("anna"))
    note(state, deed("zoe"))
    assert ["anna"] == [one.address for one in deeds(state, ANNA, Asked())]
    assert [] == deeds(state, ANNA, Asked(addresses=("zoe",)))
    for reader in (ZOE, DEV):
        assert {"anna", "zoe"} == {one.address for one in deeds(state, reader, Asked())}


def test_whoever_sees_masked_numbers_sees_no_searches_of_others(state: State) -> None:
    searched = {"text": "+39 06 1234567", "form": "csv"}
    note(state, deed("anna", details=searched))
    note(state, deed("dev", minutes=1, details=searched))
    own, others = deeds(state, DEV, Asked())
    assert (searched, {"text": HIDDEN, "form": "csv"}) == (own.details, others.details)
    assert searched == deeds(state, ZOE, Asked())[1].details


@pytest.mark.parametrize(
    ("asked", "minutes"),
    [
        (Asked(since=AT + timedelta(minutes=1)), [2, 1]),
        (Asked(until=AT + timedelta(minutes=1)), [0]),
        (Asked(addresses=("bruno", "nobody")), [1]),
        (Asked(actions=(Action.CHANGE,)), [2]),
        (Asked(actions=(Action.CHANGE, Action.DOWNLOAD)), [2, 1, 0]),
        (Asked(subject="REPORT"), [1]),
        (Asked(subject="%"), []),
    ],
)
def test_the_audit_is_filtered(state: State, asked: Asked, minutes: list[int]) -> None:
    note(state, deed("anna", 0))
    note(state, deed("bruno", 1, subject="report top-people"))
    note(state, deed("anna", 2, action=Action.CHANGE, subject="alarm Night"))
    found = [int((one.at - AT).total_seconds()) // 60 for one in deeds(state, ZOE, asked)]
    assert minutes == found


def test_an_occasion_is_noted_once(state: State) -> None:
    assert note(state, deed(), "sign_in anna 1")
    assert not note(state, deed(minutes=5), "sign_in anna 1")
    assert note(state, deed(minutes=9), "sign_in anna 2")
    assert [9, 0] == [one.at.minute for one in deeds(state, ZOE, Asked())]


def test_what_was_noted_cannot_be_rewritten(state: State) -> None:
    note(state, deed())
    with pytest.raises(sqlite3.IntegrityError, match="stays as it was noted"):
        state.connection.execute("update audit set address = 'bruno'")


def test_the_filters_that_are_set_are_noted() -> None:
    filters = Filters(
        date(2026, 1, 1),
        date(2026, 1, 31),
        departments=("Sales", ""),
        text="anna",
        min_cost=Decimal("1.5"),
        emergency=False,
        outside_hours=OfficeHours(),
    )
    expected = {"first", "last", "departments", "text", "min_cost", "emergency", "outside_hours"}
    assert expected == set(chosen(filters))


def test_details_of_any_kind_can_be_noted(state: State) -> None:
    note(state, deed(details=chosen(Filters(date(2026, 1, 1), date(2026, 1, 2), sites=("Rome",)))))
    (found,) = deeds(state, ZOE, Asked())
    assert {"first": "2026-01-01", "last": "2026-01-02", "sites": ["Rome"]} == found.details
