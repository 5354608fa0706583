"""The country of a number, as far as its first digits tell it."""

from __future__ import annotations

from functools import cache
from typing import Final

import phonenumbers

NUMBER_START: Final = (
    "case when starts_with({number}, '+1') then left({number}, 5) "
    "when starts_with({number}, '+') then left({number}, 4) end"
)
"""So much of a number as `country_of` looks at: a country code has at most three digits."""

_OUTSIDE: Final = (
    "case direction when 'inbound' then from_number when 'internal' then null else to_number end"
)
_NO_COUNTRY: Final = "001"

OUTSIDE_NUMBER_START: Final = NUMBER_START.format(number=f"({_OUTSIDE})")
"""SQL for it, of the number on the other side of a call."""


@cache
def country_of(number_start: str | None) -> str | None:
    """ISO 3166 code; none for numbers of no country, and for those that are not international.

    Countries that share a country code are told apart in North America, by the area code, and in
    that of Russia and Kazakhstan; elsewhere the code stands for the largest of them.
    """
    digits = (number_start or "").removeprefix("+")
    if digits.startswith("1"):
        number = phonenumbers.PhoneNumber(1, int(f"{digits[1:]:0<3}2345678"[:10] or 0))
        return phonenumbers.region_code_for_number(number)
    if digits.startswith("7"):
        return "KZ" if digits[1:2] in ("6", "7") else "RU"
    for length in (1, 2, 3):
        region = phonenumbers.region_code_for_country_code(int(digits[:length] or 0))
        if len(digits) >= length and region not in (phonenumbers.UNKNOWN_REGION, _NO_COUNTRY):
            return region
    return None
