"""What the columns of a foreign table mean."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.sources.source import BATCH_COLUMNS
from pipeline.sources.tables.facts import DIGEST, ROW
from pipeline.sources.tables.legs import Legs, legs_of
from pipeline.sources.tables.mapping import TableMapping

START = {"started_at": "start", "duration_s": "length"}


def mapping(columns: dict[str, Any] | None = None, **told: Any) -> TableMapping:
    whole = {"columns": START | (columns or {}), "time_zone": "Europe/Rome"} | told
    return TableMapping.model_validate(whole)


def read(row: dict[str, str | None], of: TableMapping) -> Legs:
    cells = dict.fromkeys(of.foreign_columns()) | {"start": "2025-03-03 09:00:00"} | row
    frame = pl.DataFrame([cells], schema=dict.fromkeys(cells, pl.String))
    return legs_of(
        frame.with_columns(pl.lit(7, pl.Int64).alias(ROW), pl.lit("key").alias(DIGEST)), of
    )


def leg(row: dict[str, str | None], columns: dict[str, Any] | None = None, **told: Any) -> Any:
    """The only leg of one row."""
    found = read(row, mapping(columns, **told))
    assert found.faults.is_empty()
    return found.legs.row(0, named=True)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("told", "form", "meant"),
    [
        ("2025-01-03 09:00:00", None, "2025-01-03 08:00:00"),
        ("2025-07-03T09:00:00.25", None, "2025-07-03 07:00:00.250"),
        ("2025-07-03T09:00:00Z", None, "2025-07-03 09:00:00"),
        ("2025-07-03 09:00:00+05:45", None, "2025-07-03 03:15:00"),
        ("03/07/2025 9:05", "%d/%m/%Y %H:%M", "2025-07-03 07:05:00"),
        ("2025-07-03 09:00:00.5", "%Y-%m-%d %H:%M:%S.%f", "2025-07-03 07:00:00.500"),
        ("2025-07-03 09:00:00-0300", "%Y-%m-%d %H:%M:%S%z", "2025-07-03 12:00:00"),
        ("1751533200.123", "epoch", "2025-07-03 09:00:00.123"),
        ("1751533200123", "epoch_ms", "2025-07-03 09:00:00.123"),
    ],
)
def test_a_time_is_read_by_its_form_and_the_clock_of_the_source(
    told: str, form: str | None, meant: str
) -> None:
    found = leg({"start": told}, time_format=form)
    assert (at(meant), at(meant)) == (found["started_at"], found["key_time"])


def test_a_day_and_an_hour_may_stand_in_two_columns() -> None:
    columns = {"started_at": ["day", "hour"]}
    found = leg({"day": "2025-03-03", "hour": "09:00:00"}, columns)
    assert at("2025-03-03 08:00:00") == found["started_at"]


@pytest.mark.parametrize(
    ("start", "end", "length", "meant"),
    [
        pytest.param("02:10", "02:20", "600", ("00:10", "00:20"), id="the first of the two"),
        pytest.param("02:50", "03:10", "1200", ("01:50", "02:10"), id="the second by its length"),
        pytest.param("02:50", "03:10", "4800", ("00:50", "02:10"), id="the first by its length"),
        pytest.param("02:50", "02:10", "1200", ("00:50", "01:10"), id="put back in between"),
        pytest.param("02:50", "02:10", None, ("00:50", "01:10"), id="without a length"),
        pytest.param("01:50", "03:10", "8400", ("23:50", "02:10"), id="around both"),
    ],
)
def test_the_hour_that_comes_twice_is_told_apart(
    start: str, end: str, length: str | None, meant: tuple[str, str]
) -> None:
    row = {"start": f"2024-10-27 {start}:00", "end": f"2024-10-27 {end}:00", "length": length}
    found = leg(row, {"ended_at": "end"})
    assert meant == (f"{found['started_at']:%H:%M}", f"{found['ended_at']:%H:%M}")


def test_an_hour_that_does_not_exist_is_read_by_the_clock_before() -> None:
    row = {"start": "2025-03-30 02:30:00", "length": "60"}
    assert at("2025-03-30 01:30:00") == leg(row)["started_at"]


@pytest.mark.parametrize(
    ("told", "unit", "meant"),
    [
        ("61", "s", "61"),
        ("61.5", "s", "61.5"),
        ("61,5", "s", "61.5"),
        ("61.2499999", "s", "61.25"),
        ("61500", "ms", "61.5"),
        ("1:02:03", "s", "3723"),
        ("02:03.25", "ms", "123.25"),
        ("100:00:00", "s", "360000"),
    ],
)
def test_a_duration_may_be_a_number_or_a_clock(told: str, unit: str, meant: str) -> None:
    found = leg({"talk": told}, {"talk_s": "talk"}, duration_unit=unit)
    assert Decimal(meant) == found["talk_s"]


def test_an_answer_is_placed_by_length_and_talk() -> None:
    found = leg({"length": "65", "talk": "60"}, {"talk_s": "talk"})
    assert (at("2025-03-03 08:00:05"), at("2025-03-03 08:01:05"), 5, "answered", "person") == (
        found["answered_at"],
        found["ended_at"],
        found["ring_s"],
        found["outcome"],
        found["answered_by"],
    )


def test_a_leg_that_nobody_answered_has_neither_answer_nor_talk() -> None:
    columns = {"talk_s": "talk", "answered_at": "answer", "outcome": "result"}
    row = {"length": "20", "talk": "0", "answer": "2025-03-03 09:00:05", "result": "no_answer"}
    found = leg(row, columns)
    assert (None, None, None, 20, at("2025-03-03 08:00:20")) == tuple(
        found[name] for name in ("answered_at", "talk_s", "answered_by", "ring_s", "ended_at")
    )


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        ({"talk": "3", "length": "9"}, "answered"),
        ({"talk": "0", "length": "9"}, "no_answer"),
        ({"answer": "2025-03-03 09:00:05", "length": "9"}, "answered"),
        ({"answer": "0000-00-00 00:00:00", "length": "9"}, "no_answer"),
    ],
)
def test_without_a_word_talk_or_answer_tell_the_outcome(row: dict[str, str], outcome: str) -> None:
    assert outcome == leg(dict(row), {"talk_s": "talk", "answered_at": "answer"})["outcome"]


@pytest.mark.parametrize(
    ("row", "is_open"),
    [
        ({"result": "answered"}, True),
        ({"result": None}, True),
        ({"result": "busy"}, False),
        ({"result": "answered", "talk": "0"}, False),
        ({"result": "answered", "end": "2025-03-03 09:01:00"}, False),
    ],
)
def test_a_leg_without_an_end_is_open(row: dict[str, str | None], is_open: bool) -> None:
    columns = {"ended_at": "end", "talk_s": "talk", "outcome": "result"}
    found = leg(row, columns)
    assert (is_open, is_open) == (found["open"], found["outcome"] == "unknown_end")


def test_a_row_is_known_by_its_columns_else_by_its_digest() -> None:
    columns = {"leg_id": ["id", "part"], "call_id": "group"}
    first = leg({"id": "a", "part": "1", "group": "g"}, columns)
    second = leg({"id": "a", "part": None}, columns)
    third = leg({"id": None}, columns)
    assert [("a-1", "g"), ("a", "a"), ("key", "key")] == [
        (one["leg_id"], one["call_id"]) for one in (first, second, third)
    ]


def test_a_value_may_be_a_part_of_a_column_or_come_from_the_next_one() -> None:
    columns = {"to_number": [{"column": "channel", "pattern": "/([0-9]+)-"}, "dialled"]}
    row = {"dialled": "0612"}
    assert ["201", "0612"] == [
        leg(row | {"channel": channel}, columns)["to_number"]
        for channel in ("SIP/201-a1", "SIP/gw-1")
    ]


TRUNKS: dict[str, Any] = {
    "columns": {"gateway_in": "from", "gateway_out": "to"},
    "trunks": ["gw-*", "ISDN?"],
}


@pytest.mark.parametrize(
    ("came", "went", "meant"),
    [
        ("gw-1", "201", ("inbound", "gw-1", None)),
        ("201", "isdn2", ("outbound", None, "isdn2")),
        ("gw-1", "GW-2", ("transit", "gw-1", "GW-2")),
        ("201", "202", ("internal", None, None)),
        ("201", None, ("internal", None, None)),
    ],
)
def test_trunks_tell_the_direction(
    came: str, went: str | None, meant: tuple[str, str | None, str | None]
) -> None:
    found = leg({"from": came, "to": went}, **TRUNKS)
    assert meant == (found["direction"], found["gateway_in"], found["gateway_out"])


def test_one_column_of_trunks_serves_both_ways() -> None:
    columns = {"gateway_in": "trunk", "gateway_out": "trunk", "direction": "way"}
    words = {"direction": {"I": "inbound", "O": "outbound"}}
    found = [leg({"trunk": "t", "way": way}, columns, words=words) for way in ("i", "O")]
    assert [("t", None, None), (None, "t", "caller")] == [
        (one["gateway_in"], one["gateway_out"], one["charge_reason"]) for one in found
    ]


def test_the_first_rule_that_holds_says_a_fact() -> None:
    rules = [
        {"when": {"to": ["112", "118"]}, "set": {"emergency": True, "direction": "outbound"}},
        {"when": {"context": "from-pstn*", "to": "?*"}, "set": {"direction": "inbound"}},
        {"when": {"context": "from-*"}, "set": {"direction": "internal"}},
        {"when": {"context": ""}, "set": {"direction": "transit"}},
    ]
    found = [
        leg({"to": to, "context": context}, {"to_number": "to"}, rules=rules)
        for to, context in (
            ("112", "from-pstn"),
            ("2", "FROM-PSTN-1"),
            (None, "from-pstn"),
            ("2", ""),
        )
    ]
    assert [("outbound", True), ("inbound", False), ("internal", False), ("transit", False)] == [
        (one["direction"], one["emergency"]) for one in found
    ]


def test_a_rule_may_leave_rows_out() -> None:
    rules = [{"when": {"application": "Hangup"}, "skip": True}]
    assert read({"application": "hangup"}, mapping(rules=rules)).legs.is_empty()


def test_constants_hold_where_nothing_else_is_said() -> None:
    columns = {"outcome": "result"}
    constants = {"direction": "inbound", "outcome": "busy", "gateway_in": "isdn"}
    found = [leg({"result": told}, columns, constants=constants) for told in ("failed", None)]
    assert [("failed", "inbound", "isdn"), ("busy", "inbound", "isdn")] == [
        (one["outcome"], one["direction"], one["gateway_in"]) for one in found
    ]


def test_every_fault_of_a_row_is_told_at_once() -> None:
    columns = {"talk_s": "talk", "outcome": "result", "direction": "way"}
    row = {"start": "yesterday", "length": "-1", "talk": "1h", "result": "hm", "way": "up"}
    found = read(row, mapping(columns))
    assert found.legs.is_empty()
    assert {
        ("start", "yesterday"),
        ("length", "-1"),
        ("talk", "1h"),
        ("result", "hm"),
        ("way", "up"),
    } == {(one["column"], one["value"]) for one in found.faults.iter_rows(named=True)}
    assert {7} == set(found.faults[ROW])


def test_a_row_without_a_start_is_no_leg() -> None:
    (fault,) = read({"start": None}, mapping()).faults.iter_rows(named=True)
    assert ("start", "empty") == (fault["column"], fault["rule"])


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"time_zone": "Mars"}, "no IANA time zone"),
        ({"time_format": "%H:%M"}, "must have a year"),
        ({"columns": {"started_at": "start"}}, "ended_at, duration_s and talk_s"),
        ({"columns": START | {"dialled": {"column": "x", "pattern": "x"}}}, "must have one group"),
        ({"columns": START | {"dialled": {"column": "x", "pattern": "(?=x)(y)"}}}, "look-around"),
        ({"columns": START | {"colour": "x"}}, "Extra inputs"),
        ({"rules": [{"when": {}}]}, "at least 1"),
        ({"words": {"outcome": {"x": "perhaps"}}}, "Input should be"),
    ],
)
def test_settings_that_make_no_sense_are_refused(told: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        TableMapping.model_validate({"columns": START, "time_zone": "UTC"} | told)


@given(
    st.fixed_dictionaries(
        {
            name: st.none() | st.text(max_size=20)
            for name in ("start", "length", "talk", "result", "to")
        }
    )
)
def test_any_text_becomes_a_leg_or_a_fault(row: dict[str, str | None]) -> None:
    columns = {"talk_s": "talk", "outcome": "result", "to_number": "to"}
    found = read(row, mapping(columns))
    assert 1 == found.legs.height + found.faults[ROW].n_unique()
    assert BATCH_COLUMNS == found.legs.select(BATCH_COLUMNS.names()).schema


@settings(max_examples=50)
@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2026, 1, 1)),
    st.integers(0, 60),
    st.integers(0, 7200),
)
def test_times_of_any_night_keep_start_answer_and_end_in_order(
    start: datetime, ring: int, talk: int
) -> None:
    times = [start, start + timedelta(seconds=ring), start + timedelta(seconds=ring + talk)]
    utc = pl.Series([time.replace(microsecond=0) for time in times], dtype=pl.Datetime("ms", "UTC"))
    told = utc.dt.convert_time_zone("Europe/Rome").dt.strftime("%Y-%m-%d %H:%M:%S").to_list()
    row = dict(zip(("start", "answer", "end"), told, strict=True))
    row |= {"length": str(ring + talk), "talk": str(talk), "result": "answered"}
    columns = {"answered_at": "answer", "ended_at": "end", "talk_s": "talk", "outcome": "result"}
    found = leg(row, columns)
    assert found["started_at"] <= found["answered_at"] <= found["ended_at"]
    assert timedelta(seconds=ring + talk) == found["ended_at"] - found["started_at"]


def test_the_name_that_other_sources_have_for_a_session_is_taken_as_it_is() -> None:
    found = leg({"sip": "a1@x.org"}, {"dialog_id": "sip"})
    assert "a1@x.org" == found["dialog_id"]
    assert leg({})["dialog_id"] is None
