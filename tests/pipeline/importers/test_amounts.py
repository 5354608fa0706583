"""Amounts as people and spreadsheets write them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pipeline.importers.amounts import CellError, amount, money_text


@pytest.mark.parametrize(
    ("text", "decimal_comma", "expected"),
    [
        ("0.05", False, Fraction(5, 100)),
        (".05", False, Fraction(5, 100)),
        ("1 234.5", False, Fraction(12345, 10)),
        ("0,05", True, Fraction(5, 100)),
        ("1.234,56", True, Fraction(123456, 100)),
        ("7", True, Fraction(7)),
    ],
)
def test_an_amount_is_read_exactly(text: str, decimal_comma: bool, expected: Fraction) -> None:
    assert expected == amount(text, decimal_comma=decimal_comma)


@pytest.mark.parametrize(
    ("text", "decimal_comma", "rule"),
    [
        ("0,05", False, "a comma"),
        ("0.05", True, "a point"),
        ("5E-05", False, "power of ten"),
        ("-1", False, "amount from 0"),
        ("€ 1", False, "amount from 0"),
        ("free", False, "amount from 0"),
        ("", False, "amount from 0"),
    ],
)
def test_what_is_no_amount_says_why(text: str, decimal_comma: bool, rule: str) -> None:
    with pytest.raises(CellError, match=rule):
        amount(text, decimal_comma=decimal_comma)


def test_money_keeps_eight_decimals_and_no_zeros_behind() -> None:
    assert ["0", "12", "0.6", "0.00000001"] == [
        money_text(Fraction(value)) for value in ("0", "12", "0.60", "1e-8")
    ]


def test_money_that_eight_decimals_cannot_hold_is_refused() -> None:
    with pytest.raises(CellError, match=r"0\.3333333333"):
        money_text(Fraction(1, 3))
