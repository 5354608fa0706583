"""Dialling codes as price lists write them → prefixes of `tariffs.csv`.

A cell may hold several codes (`1;2;3`, `44 7700/7701`), ranges (`32484-32487`), signs of the
international form (`+`, `00`), blanks and quotes, and what spreadsheets make of all that.
"""

from __future__ import annotations

import re
from functools import cache

import phonenumbers

from pipeline.importers.amounts import CellError
from pipeline.importers.settings import Hyphen
from pipeline.numbers.classify import has_numbers

LONGEST_CODE = 15
"""Digits of the longest international number."""
_ITALY = "39"
"""Where the zero of an area code is dialled from abroad too."""
_SEPARATORS = re.compile(r"[;,|\n]")
_QUOTES = "\"'`´‘’“”"
_DASHES = re.compile(r"[‐‑‒–—−]")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = re.compile(
    rf"{_MONTH}[-/ .]\d{{1,4}}|\d{{1,4}}[-/ .]{_MONTH}(?:[-/ .]\d{{1,4}})?"
    r"|\d{1,2}[/.](?:\d{1,2})[/.](?:19|20)\d\d|(?:19|20)\d\d-\d{1,2}-\d{1,2}(?: \d\d:\d\d.*)?",
    re.IGNORECASE,
)
_POWER = re.compile(r"\d+(?:[.,]\d+)?[eE]\+?\d+")
_DECIMAL = re.compile(r"\d+[.,]0+")
_AS_TEXT = "Format the column as text in the spreadsheet, put the code in again and export it."


def prefixes(cell: str, country_code: str = "", hyphen: Hyphen = Hyphen.RANGE) -> list[str]:
    """The prefixes that a cell names, in its order; raises `CellError`.

    With a country code the cell holds national digits, of which a trunk zero is dropped, or none;
    without, whole international codes. `*` and `=112` stay as they are.
    """
    text = _DASHES.sub("-", cell).replace("\u00a0", " ").strip().strip(_QUOTES).strip()
    if text == "*" or re.fullmatch(r"=\d{1,14}", text):
        return [text]
    _refuse_damage(text)
    if not text and country_code:
        return [country_code]
    found: list[str] = []
    for listed in _SEPARATORS.split(text):
        for code in _alternatives(listed.strip().strip(_QUOTES).strip()):
            found += _codes(code, country_code, hyphen)
    if not found:
        raise CellError("no code", "Fill the cell, or remove the row.")
    return list(dict.fromkeys(found))


def country_digits(cell: str) -> str:
    """The digits of a country code in a cell of its own, such as +44 or 1-242; empty for none."""
    digits = re.sub(r"[\s-]", "", _DASHES.sub("-", cell).strip(_QUOTES))
    found = re.fullmatch(r"(?:\+|00)?([1-9][0-9]{0,5})", digits)
    if digits and found is None:
        raise CellError("must be a country code", "Use its digits, such as 44 or +44.")
    return "" if found is None else found[1]


def expand_range(first: str, last: str) -> list[str]:
    """The fewest prefixes that cover exactly the numbers from `first…` to `last…`.

    Both have the same number of digits and `first` ≤ `last`; 3200-3299 gives 32.
    """
    if not first:
        return [""]
    if first[0] == last[0]:
        return [first[0] + rest for rest in expand_range(first[1:], last[1:])]
    if not first.strip("0") and not last.strip("9"):
        return [""]
    rest = len(first) - 1
    low = expand_range(first[1:], "9" * rest)
    high = expand_range("0" * rest, last[1:])
    between = range(int(first[0]) + 1, int(last[0]))
    return [
        *(first[0] + tail for tail in low),
        *map(str, between),
        *(last[0] + tail for tail in high),
    ]


def _refuse_damage(text: str) -> None:
    if _POWER.fullmatch(text):
        raise CellError("a spreadsheet has written this code as a power of ten", _AS_TEXT)
    if _DECIMAL.fullmatch(text):
        raise CellError("a spreadsheet has written this code as a decimal number", _AS_TEXT)
    if _DATE.fullmatch(text):
        raise CellError("a spreadsheet has made a date of this code", _AS_TEXT)
    if text.startswith("#"):
        raise CellError("a spreadsheet could not show this code", _AS_TEXT)


def _alternatives(listed: str) -> list[str]:
    """`44 7700/7701` shares what stands before the last blank; `44/45` shares nothing."""
    if "/" not in listed:
        return [listed]
    first, *others = (part.strip() for part in listed.split("/"))
    shared = first.rpartition(" ")[0]
    return [first, *(shared + other for other in others)]


def _codes(code: str, country_code: str, hyphen: Hyphen) -> list[str]:
    _refuse_damage(code)
    if "-" not in code or hyphen is Hyphen.SEPARATOR:
        return [_complete(_digits(code.replace("-", "")), country_code, code)]
    first, _, last = code.partition("-")
    ends = [_complete(_digits(end), country_code, code) for end in (first, last)]
    if len(ends[0]) != len(ends[1]) or ends[0] > ends[1]:
        raise CellError(
            f"{code} is no range: its ends must have as many digits, the lower one first",
            'Write 32484-32487; where a hyphen stands within a code, set hyphen = "separator".',
        )
    return expand_range(*ends)


def _digits(code: str) -> str:
    digits = re.sub(r"[\s().]", "", code.strip().strip(_QUOTES))
    international = digits.removeprefix("+") if digits.startswith("+") else digits
    if not re.fullmatch(r"[0-9]+", international):
        raise CellError(
            "must be a dialling code", "Use digits with the country code, such as 4420."
        )
    return digits


def _complete(digits: str, country_code: str, code: str) -> str:
    is_marked = digits.startswith(("+", "00"))
    whole = digits.removeprefix("+").removeprefix("00") if is_marked else digits
    if country_code and not is_marked:
        whole = country_code + (
            whole[1:] if drops_zero(country_code) and whole[0] == "0" else whole
        )
    if not whole or whole.startswith("0"):
        raise CellError(
            f"{code} has no country code",
            "Write the code with its country, or give country_code as a column or a constant.",
        )
    if len(whole) > LONGEST_CODE:
        raise CellError(
            f"more than the {LONGEST_CODE} digits of the longest number",
            "Separate several codes with a semicolon.",
        )
    return whole


@cache
def drops_zero(country_code: str) -> bool:
    """Whether a zero before national digits is dialled inside the country only."""
    region = phonenumbers.region_code_for_country_code(int(country_code))
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    return metadata is not None and metadata.national_prefix == "0"


def doubt(prefix: str) -> str | None:
    """Why the digits of a prefix look damaged, None where they do not."""
    if not prefix.isdecimal():
        return None
    if not _has_country(prefix[:3]):
        return "no country has a code with these first digits"
    if (
        prefix.startswith(_ITALY)
        and not has_numbers(prefix)
        and has_numbers(f"{_ITALY}0{prefix[2:]}")
    ):
        return "numbers of this country have a zero here, which a spreadsheet may have taken away"
    return None


@cache
def _has_country(head: str) -> bool:
    codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    # Of a prefix shorter than its country's code, what follows is not known: 88 holds 886.
    return any(str(code).startswith(head) or head.startswith(str(code)) for code in codes)
