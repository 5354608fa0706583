"""CSV text → cells: every row with its line, every broken quote with its place."""

from __future__ import annotations

import pytest

from pipeline.cells import NotCsv, csv_rows


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_know_their_line_past_quoted_line_breaks_and_empty_lines(end: str) -> None:
    text = f'a,b{end}"1{end}2",3{end}{end}4,5'
    expected = [(1, ["a", "b"]), (2, [f"1{end}2", "3"]), (4, []), (5, ["4", "5"])]
    assert expected == list(csv_rows(text))


def test_cells_keep_their_blanks_and_may_be_divided_otherwise() -> None:
    assert [(1, [" 1,5 ", '"'])] == list(csv_rows(' 1,5 ;""""', ";"))


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('a,b\n1,"2"x\n', 2, 3),
        ('a,b\n\n1,"2\n3\n', 3, 3),
        ('"a', 1, 1),
    ],
)
def test_a_broken_quote_is_told_with_the_place_of_its_row(
    text: str, line: int, column: int
) -> None:
    with pytest.raises(NotCsv) as broken:
        list(csv_rows(text))
    assert (line, column) == (broken.value.line, broken.value.column)


def test_a_stray_quote_can_be_a_character_like_others() -> None:
    assert [(1, ["1x", "2"])] == list(csv_rows('"1"x,2', strict=False))
