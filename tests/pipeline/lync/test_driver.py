"""Reading windows of calls, page by page, from both kinds of database."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from pipeline.sources.lync.connect import connected
from pipeline.sources.lync.driver import AT_ANY_PACE, PAGE_ROWS, LyncSource, SessionRows
from pipeline.sources.lync.legs import LEG_COLUMNS
from tests.pipeline.lync.calls import CallDatabase, legs_in
from warehouse.errors import Unavailable

NOW = datetime.fromisoformat("2025-03-10")
DAY = datetime.fromisoformat("2025-03-03")


def store_call(calls: CallDatabase, at: str, seq: int = 1) -> None:
    calls.session(
        at=at,
        seq=seq,
        invite=at,
        response="23:00:00.003",
        end="23:01:00.007",
        code=200,
        user1=f"user{seq}@aurora.example",
        user2="other@aurora.example",
        starter=f"user{seq}@aurora.example",
    )


def keys(
    calls: CallDatabase, since: str, until: str | None, page_rows: int = PAGE_ROWS
) -> list[str]:
    legs = legs_in(
        calls.connection,
        datetime.fromisoformat(f"2025-03-03 {since}"),
        None if until is None else datetime.fromisoformat(f"2025-03-03 {until}"),
        NOW,
        page_rows,
    )
    return [leg.removeprefix("S20250303T") for leg in legs["leg_id"]]


def test_a_window_includes_its_first_instant_and_excludes_its_last(calls: CallDatabase) -> None:
    for at in ("08:00:00.000", "08:00:00.003", "08:00:00.007", "08:00:00.010"):
        store_call(calls, at)

    assert ["080000.003-1", "080000.007-1"] == keys(calls, "08:00:00.003", "08:00:00.010")
    assert ["080000.007-1", "080000.010-1"] == keys(calls, "08:00:00.007", None)


@pytest.mark.parametrize("page_rows", [1, 2, 3, 5, 100])
def test_pages_neither_lose_nor_repeat_sessions_of_the_same_instant(
    calls: CallDatabase, page_rows: int
) -> None:
    for seq in (1, 2, 3, 4):
        store_call(calls, "08:00:00.003", seq)
    store_call(calls, "08:00:00.007", 2)
    store_call(calls, "08:00:00.000", 7)

    assert [
        "080000.000-7",
        "080000.003-1",
        "080000.003-2",
        "080000.003-3",
        "080000.003-4",
        "080000.007-2",
    ] == keys(calls, "00:00:00.000", None, page_rows)


def test_a_long_history_is_read_ahead_whole_and_leaves_no_thread(calls: CallDatabase) -> None:
    for minute in range(40):
        store_call(calls, f"08:{minute:02}:00.003")
    source = LyncSource(calls.connection, replace(AT_ANY_PACE, stride_rows=7))

    batches = [source.poll(None, NOW)]
    while batches[-1].more:
        batches.append(source.poll(batches[-1].cursor, NOW))

    assert 5 == len(batches)
    legs = pl.concat([batch.legs for batch in batches]).unique("leg_id")
    assert legs_in(calls.connection, DAY, None, NOW)["leg_id"].to_list() == sorted(legs["leg_id"])
    assert [] == [one for one in threading.enumerate() if one.name.startswith("read-ahead")]


def test_milliseconds_survive(calls: CallDatabase) -> None:
    store_call(calls, "08:00:00.007")

    leg = legs_in(calls.connection, DAY, None, NOW).row(0, named=True)

    assert datetime.fromisoformat("2025-03-03 08:00:00.007") == leg["key_time"]
    assert datetime.fromisoformat("2025-03-03 23:00:00.003") == leg["answered_at"]
    assert datetime.fromisoformat("2025-03-03 23:01:00.007") == leg["ended_at"]


def test_an_empty_window_has_the_columns_of_a_full_one(calls: CallDatabase) -> None:
    legs = legs_in(calls.connection, DAY, None, NOW)

    assert LEG_COLUMNS == legs.schema
    assert legs.is_empty()


def test_the_nth_session_is_sought_in_both_tables(calls: CallDatabase) -> None:
    def nth(number: int) -> datetime | None:
        with connected(calls.connection) as database:
            return SessionRows(database).nth(DAY, number)

    assert nth(0) is None

    store_call(calls, "08:00:00.007")
    assert datetime.fromisoformat("2025-03-03 08:00:00.007") == nth(0)
    assert nth(1) is None

    calls.conference_leg(at="07:00:00.003")
    assert datetime.fromisoformat("2025-03-03 07:00:00.003") == nth(0)
    assert nth(1) is None

    for seq in range(1, 4):
        store_call(calls, f"08:00:01.{seq}00", seq)
    assert datetime.fromisoformat("2025-03-03 08:00:01.200") == nth(2)


def test_sessions_that_the_server_has_changed_are_hinted_at(calls: CallDatabase) -> None:
    for hour in (8, 9):
        calls.session(
            at=f"{hour:02}:00:00.003", user1="a@aurora.example", modified=f"1{hour}:00:00.000"
        )

    with connected(calls.connection) as database:
        found = SessionRows(database).modified(
            datetime.fromisoformat("2025-03-03 18:30:00"), DAY, NOW
        )

    assert [datetime.fromisoformat("2025-03-03 09:00:00.003")] == found


def test_a_conference_recorded_twice_does_not_double_its_legs(calls: CallDatabase) -> None:
    calls.conference_leg(
        at="09:00:00.000",
        invite="09:00:00.000",
        response="09:00:05.000",
        end="09:10:05.000",
        code=200,
        uri="boss@aurora.example;gruu;opaque=app:conf:focus:id:Q1",
        organizer="boss@aurora.example",
        participant="+14255550177",
        dial_out=True,
        gateway="gw-rome-1.aurora.example",
        recorded=3,
    )

    legs = legs_in(calls.connection, DAY, None, NOW)

    assert ["boss@aurora.example"] == legs["charged_user"].to_list()


def test_conference_sessions_without_a_trunk_are_no_legs(calls: CallDatabase) -> None:
    calls.conference_leg(
        at="09:00:00.000", end="09:10:05.000", code=200, participant="user@aurora.example"
    )

    assert legs_in(calls.connection, DAY, None, NOW).is_empty()


def test_a_database_that_can_be_read_passes_the_probe(calls: CallDatabase) -> None:
    LyncSource(calls.connection).probe()


def test_a_missing_embedded_file_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"nowhere\.db.*`tollbook demo` makes one"):
        LyncSource(f"file:{tmp_path / 'nowhere.db'}").probe()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear Sir or Madam, " * 200)

    with pytest.raises(Unavailable, match=r"letter\.db"):
        LyncSource(f"file:{path}").probe()
