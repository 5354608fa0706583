"""What digits dialled in a country mean there, many at a time: as `DialPlan` says, where certain.

`phonenumbers` reads one number at a time and slowly. Its metadata are regular expressions, and of
most dialled digits these alone say what `phonenumbers` would make of them. Whatever has a second
reading by its rules – short numbers, transformed prefixes, countries that share their code, a
number that begins like the country's own code – is left to it.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import phonenumbers
import polars as pl
from phonenumbers import PhoneMetadata, PhoneNumberDesc

from pipeline.numbers.dial_plan import LONGEST_SHORT
from pipeline.numbers.written import no_texts

_NEVER = pl.lit(False)
_SHORTEST_ABROAD, _LONGEST_ABROAD = 7, 15
"""Digits, with the country code."""
_DIGITS = pl.col("digits")


@cache
def literal_access_code(country: str) -> str:
    """What is dialled in a country before the code of another; empty where it is not just digits.

    Digits that begin so, go on with the code of a country and are of a fitting length have no other
    reading.
    """
    metadata = PhoneMetadata.metadata_for_region(country.upper(), None)
    code = (metadata.international_prefix or "00") if metadata is not None else ""
    return code if code.isdigit() else ""


def found_by_look(digits: pl.Series, country: str) -> pl.Series:
    """The E.164 numbers that digits dialled in a country (ISO 3166) reach; null where uncertain.

    Calls abroad are left open where there is a `literal_access_code`.
    """
    found = no_texts(len(digits))
    undecided = np.arange(len(digits))
    for is_certain, number in _readings(country.upper()):
        calls = digits.alias("digits").to_frame()
        known = calls.select(is_certain).to_series()
        numbers = calls.filter(known).select(number).to_series()
        found = found.scatter(undecided[known.to_numpy()], numbers)
        digits, undecided = digits.filter(~known), undecided[~known.to_numpy()]
    return found


@cache
def _readings(country: str) -> tuple[tuple[pl.Expr, pl.Expr], ...]:
    """Which digits are certain, and their number: calls abroad, then those within the country."""
    metadata = PhoneMetadata.metadata_for_region(country, None)
    if metadata is None:
        return ()
    pattern = _plain(metadata.international_prefix or "00")
    access_code = f"^(?:{pattern})"
    # Emergency numbers and other short ones come before all else.
    is_long = _DIGITS.str.len_bytes() > _longest_short(country)
    is_inland, national = _inland(metadata, access_code)
    inland = is_long & is_inland, pl.concat_str(pl.lit(f"+{metadata.country_code}"), national)
    if literal_access_code(country):
        return (inland,)
    is_abroad, abroad = _abroad(access_code)
    return (is_long & is_abroad, pl.concat_str(pl.lit("+"), abroad)), inland


def _abroad(access_code: str) -> tuple[pl.Expr, pl.Expr]:
    """Where digits are certainly a number abroad, and that number."""
    abroad = _DIGITS.str.replace(access_code, "")
    is_abroad = (
        _DIGITS.str.contains(access_code)
        & abroad.str.len_bytes().is_between(_SHORTEST_ABROAD, _LONGEST_ABROAD)
        & abroad.str.contains(f"^{_country_codes()}")
    )
    return is_abroad, abroad


def _inland(metadata: PhoneMetadata, access_code: str) -> tuple[pl.Expr, pl.Expr]:
    """Where digits are certainly a number of the country, and its national significant number."""
    code = str(metadata.country_code)
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(metadata.country_code or 0, ("",))
    trunk = metadata.national_prefix or ""
    dropped = metadata.national_prefix_for_parsing
    if regions[0] != metadata.id:
        return _NEVER, _DIGITS
    begins_like_code = _DIGITS.str.starts_with(code)
    begins_abroad = _DIGITS.str.contains(access_code)
    local = metadata.fixed_line.possible_length_local_only if metadata.fixed_line else ()
    is_whole = (
        _is_valid(_DIGITS, metadata)
        & ~begins_abroad
        & ~begins_like_code
        & ~_DIGITS.str.len_bytes().is_in(list(local))
    )
    if dropped is None:
        return is_whole, _DIGITS
    is_whole &= ~_DIGITS.str.contains(f"^(?:{_plain(dropped)})")
    if not _is_only(dropped, trunk) or metadata.national_prefix_transform_rule is not None:
        return is_whole, _DIGITS
    stripped = _DIGITS.str.slice(len(trunk))
    # Where the two are the same, as in America, it does not matter which of them was dialled.
    is_other_code = _NEVER if code == trunk else begins_like_code
    is_trunk_dialled = (
        _DIGITS.str.starts_with(trunk)
        & _is_valid(stripped, metadata)
        & ~_matches(_DIGITS, metadata.general_desc)
        & ~begins_abroad
        & ~is_other_code
        & ~stripped.str.starts_with(trunk)
    )
    inland = pl.when(_DIGITS.str.starts_with(trunk)).then(stripped).otherwise(_DIGITS)
    return is_whole | is_trunk_dialled, inland


def _is_only(dropped: str, trunk: str) -> bool:
    """Whether digits that begin with the trunk prefix lose just that."""
    others = [each for each in dropped.split("|") if each != trunk]
    are_literal = all(re.fullmatch("[0-9]+", each) for each in others)
    return (
        bool(trunk)
        and len(others) < len(dropped.split("|"))
        and are_literal
        and not any(each.startswith(trunk) or trunk.startswith(each) for each in others)
    )


def _is_valid(number: pl.Expr, metadata: PhoneMetadata) -> pl.Expr:
    """Whether a national number is a fixed or a mobile one; other kinds are left open."""
    is_known = _matches(number, metadata.fixed_line) | _matches(number, metadata.mobile)
    if metadata.leading_digits is not None:
        is_known &= number.str.contains(f"^(?:{_plain(metadata.leading_digits)})")
    return _matches(number, metadata.general_desc) & is_known


def _matches(number: pl.Expr, kind: PhoneNumberDesc | None) -> pl.Expr:
    if kind is None or kind.national_number_pattern is None:
        return _NEVER
    fits = number.str.contains(f"^(?:{_plain(kind.national_number_pattern)})$")
    if kind.possible_length:
        fits &= number.str.len_bytes().is_in(list(kind.possible_length))
    return fits


def _plain(pattern: str) -> str:
    """A pattern without classes that are more than the ten digits to some engines."""
    return pattern.replace(r"\d", "[0-9]")


def _longest_short(country: str) -> int:
    short = PhoneMetadata.short_metadata_for_region(country)
    emergency = short.emergency if short is not None else None
    lengths = emergency.possible_length if emergency is not None else ()
    return max((LONGEST_SHORT, *lengths))


@cache
def _country_codes() -> str:
    """A pattern of them all; none begins with 0."""
    codes = sorted(map(str, phonenumbers.COUNTRY_CODE_TO_REGION_CODE))
    return f"(?:{'|'.join(codes)})"
