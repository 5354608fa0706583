"""CSV files that people write: every fault of form, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.tables import parse_table, read_table
from warehouse.errors import InvalidInput


def problems_of(text: str) -> list[tuple[int | None, str | int | None, str | None]]:
    with pytest.raises(InvalidInput) as caught:
        parse_table("x.csv", text, required=("a", "b"), optional=("c",))
    return [(one.line, one.column, one.value) for one in caught.value.problems]


def test_cells_are_stripped_and_empty_ones_are_null() -> None:
    table = parse_table("x.csv", "a,b\n 1 ,\n", required=("a", "b"), optional=("c",))
    assert table.rows.to_dicts() == [{"a": "1", "b": None, "line": 2, "c": None}]


def test_lines_are_counted_past_quoted_line_breaks_and_empty_lines() -> None:
    table = parse_table("x.csv", 'a,b\n"1\n2",3\n\n4,5\n', required=("a", "b"))
    assert table.rows["line"].to_list() == [2, 5]


def test_missing_unknown_and_doubled_columns_are_told_together() -> None:
    assert problems_of("a,x,a\n") == [(1, "b", None), (1, 2, "x"), (1, "a", None)]


def test_rows_longer_or_shorter_than_the_header_are_all_told() -> None:
    assert problems_of("a,b\n1\n1,2\n1,2,3\n") == [(2, None, "1"), (4, None, "1,2,3")]


def test_broken_quoting_is_told() -> None:
    with pytest.raises(InvalidInput, match=r"x.csv, line 2, column 1: not CSV"):
        parse_table("x.csv", 'a,b\n"1"x,2\n', required=("a", "b"))


def test_text_that_is_not_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b\n1,2\n\xe8,2\n")
    with pytest.raises(InvalidInput) as caught:
        read_table(path, required=("a", "b"))
    assert [one.line for one in caught.value.problems] == [3]


def test_a_missing_file_is_told_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="tollbook init"):
        read_table(tmp_path / "x.csv", required=("a",))


def test_a_byte_order_mark_as_spreadsheets_write_it_is_no_part_of_the_header(
    tmp_path: Path,
) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("\ufeffa,b\n1,2\n".encode())
    assert read_table(path, required=("a", "b")).rows.columns == ["a", "b", "line"]


@given(
    st.lists(
        st.lists(st.text(" #ab,\n\r\t", max_size=3), min_size=1, max_size=3).map(",".join),
        max_size=5,
    ),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_text_is_read_alike_with_and_without_quotes_in_it(
    rows: list[str], newline: str, notes: bool
) -> None:
    """Quotes in the last row have each character looked at; the rows before are the same."""

    def told(last: str) -> object:
        text = newline.join(["one,two", *rows, last])
        try:
            table = parse_table("t.csv", text, required=("one", "two"), notes=notes)
        except InvalidInput as error:
            return [(one.rule, one.line, one.value) for one in error.problems]
        return table.rows.to_dicts()

    assert told("x,y") == told('"x",y')
