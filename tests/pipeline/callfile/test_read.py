"""Call files: what a row may leave out, what is refused, and that nothing is lost."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.callfile.format import CALL_FILE_SCHEMA, LINE
from pipeline.callfile.read import CallFile, read_call_file
from warehouse.errors import InvalidInput


def read(text: str) -> CallFile:
    return read_call_file("rome_x.v1.csv", text.encode(), source="rome")


def test_the_least_that_can_be_rated_is_enough() -> None:
    file = read("leg_id,started_at,to_number,talk_s\nA,2026-01-31T23:00:00Z,+3906,61.25\n")
    leg = file.legs.row(0, named=True)
    assert {
        "source": "rome",
        "call_id": "A",
        "revision": 0,
        "direction": "outbound",
        "outcome": "answered",
        "talk_s": Decimal("61.250"),
        "started_at": datetime(2026, 1, 31, 23),
        "emergency": False,
    }.items() <= leg.items()


def test_talk_and_ring_come_from_the_times_where_they_are_not_given() -> None:
    file = read(
        "leg_id,started_at,answered_at,ended_at,talk_s\n"
        "A,2026-01-31T23:00:00.000Z,2026-01-31T23:00:02.500Z,2026-01-31T23:01:02.750Z,\n"
        "B,2026-01-31T23:00:00.000Z,2026-01-31T23:00:02.500Z,2026-01-31T23:01:02.750Z,9\n"
    )
    assert [Decimal("60.250"), Decimal("9.000")] == file.legs["talk_s"].to_list()
    assert [Decimal("2.500")] * 2 == file.legs["ring_s"].to_list()


def test_a_leg_that_nobody_answered_is_not_taken_for_a_call_of_no_length() -> None:
    leg = read("leg_id,started_at\nA,2026-01-31T23:00:00Z\n").legs.row(0, named=True)
    assert (leg["outcome"], leg["talk_s"]) == ("no_answer", None)


def test_unknown_columns_are_kept() -> None:
    file = read("leg_id,started_at,codec,floor\nA,2026-01-31T23:00:00Z,G.722,3\n")
    assert file.legs["extra"].to_list() == ['{"codec":"G.722","floor":"3"}']


@pytest.mark.parametrize("seconds", ["61", '"61"'])
def test_a_column_named_line_is_an_unknown_one(seconds: str) -> None:
    file = read(f"leg_id,started_at,talk_s,line\nA,2026-01-31T23:00:00Z,{seconds},DDI 5\n")
    assert [('{"line":"DDI 5"}', 2)] == file.legs.select("extra", LINE).rows()


@pytest.mark.parametrize("seconds", ["61", '"61"'])
def test_places_are_of_one_type_with_quotes_and_without(seconds: str) -> None:
    file = read(f"leg_id,started_at,talk_s\nA,2026-01-31T23:00:00Z,{seconds}\nB,x,{seconds}\n")
    assert file.rejected.schema["rejected_line"] == file.legs.schema[LINE]


BAD_ROWS = [
    pytest.param("started_at", "31/01/2026 23:00", id="a time in another form"),
    pytest.param("started_at", "2026-01-31T23:00:00", id="a time without zone"),
    pytest.param("ended_at", "2026-13-01T00:00:00Z", id="a thirteenth month"),
    pytest.param("ended_at", "1970-01-01T00:00:00Z", id="the zero of a clock"),
    pytest.param("ended_at", "9999-12-31T00:00:00Z", id="the end of time"),
    pytest.param("started_at", "0001-01-01T00:00:00Z", id="the beginning of time"),
    pytest.param("revision", "99999999999999999999", id="a revision beyond numbers"),
    pytest.param("talk_s", "1e3", id="seconds in scientific form"),
    pytest.param("talk_s", "1,5", id="a decimal comma"),
    pytest.param("revision", "one", id="a revision in words"),
    pytest.param("direction", "out", id="an unknown direction"),
    pytest.param("outcome", "Answered", id="an outcome in capitals"),
    pytest.param("answered_by", "robot", id="an unknown answerer"),
    pytest.param("charge_reason", "boss", id="an unknown reason"),
    pytest.param("emergency", "maybe", id="an undecided emergency"),
]


@pytest.mark.parametrize(("column", "value"), BAD_ROWS)
def test_a_bad_cell_puts_its_row_aside_and_the_others_go_on(column: str, value: str) -> None:
    cells = {"leg_id": "B", "started_at": "2026-01-31T23:00:00Z"} | {column: value}
    header = [*cells, "to_number"] if column != "to_number" else [*cells]
    good = {"leg_id": "A", "started_at": "2026-01-31T23:00:00Z"}
    lines = [
        header,
        [good.get(name, "") for name in header],
        [f'"{cells.get(name, "")}"' for name in header],
    ]
    file = read("\n".join(",".join(line) for line in lines))
    assert file.legs["leg_id"].to_list() == ["A"]
    assert [(3, column, value)] == [(one.line, one.column, one.value) for one in file.problems]
    kept = file.rejected.row(0, named=True)
    assert (3, column, value) == (kept["rejected_line"], kept["rejected_column"], kept[column])
    assert kept["rejected_reason"]


def test_the_longest_span_between_times_is_no_trouble() -> None:
    file = read(
        "leg_id,started_at,answered_at,ended_at\n"
        "A,1990-01-01T00:00:00Z,1990-01-01T00:00:00Z,2099-12-31T23:59:59.999Z\n"
        "B,2099-01-01T00:00:00Z,2099-01-01T00:00:00Z,1990-01-01T00:00:00Z\n"
    )
    assert [None, None] == file.legs["talk_s"].to_list()


def test_a_quote_that_is_not_closed_is_told() -> None:
    with pytest.raises(InvalidInput, match="not CSV"):
        read('leg_id,started_at\n"A,' + "x" * 200_000 + "\n")


def test_every_fault_of_a_row_is_told() -> None:
    file = read("leg_id,started_at,talk_s\n,never,long\n")
    assert [one.column for one in file.problems] == ["leg_id", "started_at", "talk_s"]
    assert file.rejected["rejected_column"].item() == "leg_id; started_at; talk_s"


def test_a_mended_row_comes_back_with_its_reasons_and_is_read() -> None:
    file = read("leg_id,started_at,talk_s\nA,never,1\n")
    mended = file.rejected.write_csv().replace("A,never", "A,2026-01-31T23:00:00Z")
    again = read(mended)
    assert (again.legs["leg_id"].to_list(), again.problems) == (["A"], ())
    assert again.legs["extra"].to_list() == [None]


def test_a_row_of_another_length_is_put_aside_with_its_line() -> None:
    file = read("leg_id,started_at\nA,2026-01-31T23:00:00Z\nB\nC,2026-01-31T23:00:00Z,x\n")
    assert file.legs["leg_id"].to_list() == ["A"]
    assert [one.line for one in file.problems] == [3, 4]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", "no header", id="an empty file"),
        pytest.param(b"a,b\n1,2\n", "column missing", id="another table"),
        pytest.param(b"leg_id,leg_id,started_at\n", "given twice", id="a column twice"),
        pytest.param(b"leg_id,started_at\n\xff,\n", "not UTF-8", id="another encoding"),
    ],
)
def test_a_file_that_cannot_be_used_at_all_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        read_call_file("x.csv", data, source="x")


@given(st.binary(max_size=200))
def test_no_bytes_whatever_make_the_reader_fail(data: bytes) -> None:
    try:
        file = read_call_file("x.csv", b"leg_id,started_at,talk_s\n" + data, source="x")
    except InvalidInput:
        return
    assert [*CALL_FILE_SCHEMA, "extra", LINE] == file.legs.columns


def rows(text: str) -> pl.DataFrame:
    return read(text).legs.drop(LINE)


def test_quoted_and_plain_cells_read_alike() -> None:
    plain = "leg_id,started_at,to_number\nA,2026-01-31T23:00:00Z,+391\n"
    assert rows(plain).equals(rows(plain.replace("+391", '"+391"').replace("\n", "\r\n")))
