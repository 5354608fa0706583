"""The price class of numbers and prefixes, seen from a country.

A tariff's own word for a destination goes before what is found here: a plan of numbers knows what a
number is, only the carrier knows how it is charged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

import phonenumbers
import polars as pl
from phonenumbers import PhoneMetadata, PhoneNumber, PhoneNumberType

from pipeline.numbers.price_class import (
    LONGEST_SHORT,
    SHARED_BY_STATES,
    class_of,
    country_code,
    phone_number,
    short_class,
    split,
)
from warehouse.words import CallType

_KEYS = ("number", "country", "area_code")
_FILLS = ("01234567890123", "55555555555555", "23456789012345")
"""Completions of a prefix to whole numbers, unlike enough to fall into different ranges."""
_NOT_TELLING = frozenset({PhoneNumberType.UNKNOWN, PhoneNumberType.VOICEMAIL})
"""Completions that are no numbers, or the mailboxes that some mobile numbers have beside them."""
_TELLING_DIGITS = 4
"""National digits after which a number abroad is known to be a premium one, or of which state."""


def classify(
    number: pl.Series, country: pl.Series | str, area_code: pl.Series | str | None = None
) -> pl.Series:
    """The price class of each number for a caller at home in a country.

    Args:
        number: E.164 with +, or the digits of a short or private number; null where there is none.
        country: ISO 3166 code (two letters) of the caller's place.
        area_code: Area code of that place; without it no number is `local`, except in countries
            that have no area codes.

    Returns:
        `CallType` words as String in the same order; null where there is no number or no known
        country. Numbers abroad are `international`, premium ones `premium` wherever they are.
    """
    calls = pl.DataFrame({"number": number.cast(pl.String)}).with_columns(
        _column(country).alias("country"), _column(area_code).alias("area_code")
    )
    distinct = calls.unique(maintain_order=True)
    words = [_word(*row) for row in distinct.iter_rows()]
    found = distinct.with_columns(pl.Series("call_type", words, dtype=pl.String))
    joined = calls.join(found, on=_KEYS, how="left", nulls_equal=True, maintain_order="left")
    return joined["call_type"]


def classify_prefix(prefix: str, country: str, area_code: str | None = None) -> CallType | None:
    """The price class of the numbers that a tariff's prefix covers, None for an unknown country.

    A prefix is that of a tariff: E.164 digits without +, `=` and a short number, or `*`. Where its
    numbers are of several classes it is the class of most, otherwise `national` at home and
    `international` abroad.
    """
    home = country_code(country)
    if home is None:
        return None
    if prefix == "*":
        return CallType.INTERNATIONAL
    if prefix.startswith("="):
        return short_class(prefix[1:], country.upper()) or CallType.INTERNAL
    abroad = split(prefix)
    if abroad is None:
        return CallType.INTERNATIONAL
    code, national = abroad
    if code != home:
        return _abroad(code, national[:_TELLING_DIGITS], country.upper(), area_code)
    return _of_most(code, national, country.upper(), area_code)


def has_numbers(prefix: str) -> bool:
    """Whether the plans know numbers that begin with these E.164 digits."""
    parts = split(prefix)
    return parts is not None and any(
        kind != PhoneNumberType.UNKNOWN
        for digit in ("", *"0123456789")
        for _, kind in _completions(parts[0], parts[1] + digit)
    )


def _column(value: pl.Series | str | None) -> pl.Series | pl.Expr:
    if isinstance(value, pl.Series):
        return value.cast(pl.String)
    return pl.lit(value, pl.String)


@lru_cache(maxsize=1 << 16)
def _word(number: str | None, country: str | None, area_code: str | None) -> str | None:
    home = None if country is None else country_code(country)
    if not number or country is None or home is None:
        return None
    region = country.upper()
    if not number.startswith("+"):
        return (short_class(number, region) or CallType.INTERNAL).value
    parts = split(number[1:])
    if parts is None or not parts[1].isdecimal():
        return CallType.INTERNATIONAL.value
    code, national = parts
    if code == home and len(national) <= LONGEST_SHORT:
        short = short_class(national, region)
        if short is not None:
            return short.value
    whole = phone_number(code, national)
    return class_of(whole, phonenumbers.number_type(whole), region, area_code).value


@lru_cache(maxsize=1 << 16)
def _abroad(code: int, national: str, home: str, area_code: str | None) -> CallType:
    found = _classes(code, national, "", home, area_code)
    return next(iter(found)) if len(found) == 1 else CallType.INTERNATIONAL


def _of_most(code: int, national: str, home: str, area_code: str | None) -> CallType:
    if not national:
        is_its_own = phonenumbers.region_code_for_country_code(code) == home
        foreign = code in SHARED_BY_STATES and not is_its_own
        return CallType.INTERNATIONAL if foreign else CallType.NATIONAL
    found = _classes(code, national, "", home, area_code)
    if len(found) == 1:
        return next(iter(found))
    found = Counter[CallType]()
    for digit in "0123456789":
        found.update(_classes(code, national, digit, home, area_code))
    for word, times in found.most_common(1):
        if 2 * times > found.total():
            return word
    return CallType.NATIONAL


def _classes(
    code: int, national: str, digit: str, home: str, area_code: str | None
) -> Counter[CallType]:
    """How many valid completions of a prefix fall into which class."""
    return Counter(
        class_of(number, kind, home, area_code)
        for number, kind in _completions(code, national + digit)
        if kind not in _NOT_TELLING
    )


def _completions(code: int, start: str) -> Iterator[tuple[PhoneNumber, int]]:
    """Whole numbers that begin so, with their `PhoneNumberType`."""
    region = phonenumbers.region_code_for_country_code(code)
    metadata = (
        PhoneMetadata.metadata_for_nongeo_region(code, None)
        if region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY
        else PhoneMetadata.metadata_for_region(region, None)
    )
    general = None if metadata is None else metadata.general_desc
    lengths = () if general is None else general.possible_length
    numbers = {
        start + fill[: length - len(start)]
        for fill in _FILLS
        for length in lengths
        if length >= len(start)
    }
    for completed in sorted(numbers):
        whole = phone_number(code, completed)
        yield whole, phonenumbers.number_type(whole)
