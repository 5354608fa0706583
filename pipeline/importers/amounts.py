"""Amounts as people and spreadsheets write them → the digits of `tariffs.csv`, exactly."""

from __future__ import annotations

import re
from fractions import Fraction

from pipeline.rating.columns import MONEY_DECIMALS

_PLAIN = re.compile(r"[0-9]{1,20}(?:\.[0-9]{0,30})?|\.[0-9]{1,30}")
_POWER = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE][-+]?[0-9]+")
_GROUPED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]*)?")
_BLANKS = re.compile(r"[\s'’\u00a0\u202f]")


class CellError(ValueError):
    """A cell that cannot be read: the rule that it breaks and its mend."""

    def __init__(self, rule: str, mend: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.mend = mend


def amount(text: str, *, decimal_comma: bool = False) -> Fraction:
    """The value of an amount ≥ 0; raises `CellError`."""
    digits = _BLANKS.sub("", text)
    if _POWER.fullmatch(digits):
        raise CellError(
            "a spreadsheet has written this amount as a power of ten",
            "Export the column with all its decimals, as a number without E.",
        )
    if decimal_comma:
        if _GROUPED.fullmatch(digits):
            digits = digits.replace(".", "")
        elif "." in digits:
            raise CellError(
                "a point where amounts have a decimal comma", "Check decimal_comma in the settings."
            )
        digits = digits.replace(",", ".", 1)
    elif "," in digits:
        raise CellError(
            "a comma in an amount",
            "Set decimal_comma = true, or write it with a point and without thousands separators.",
        )
    if not _PLAIN.fullmatch(digits):
        raise CellError(
            "must be an amount from 0", "Write digits only, without a currency sign: 0.0125."
        )
    return Fraction(digits)


def money_text(value: Fraction) -> str:
    """The decimal digits of money; raises `CellError` where `MONEY_DECIMALS` cannot hold it."""
    units = value * 10**MONEY_DECIMALS
    if units.denominator != 1:
        raise CellError(
            f"a price per minute that {MONEY_DECIMALS} decimals cannot hold exactly "
            f"({_shown(value)}…)",
            "Agree with the carrier on a price per minute, and put that into the list.",
        )
    whole, part = divmod(units.numerator, 10**MONEY_DECIMALS)
    decimals = f"{part:0{MONEY_DECIMALS}}".rstrip("0")
    return f"{whole}.{decimals}" if decimals else str(whole)


def _shown(value: Fraction) -> str:
    whole, part = divmod(value.numerator * 10 ** (MONEY_DECIMALS + 2) // value.denominator, 10**10)
    return f"{whole}.{part:010}"
