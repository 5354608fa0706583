"""The price class of one number, seen from a country, by the plans of `phonenumbers`."""

from __future__ import annotations

from functools import cache

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumber, PhoneNumberType, shortnumberinfo

from warehouse.words import CallType

LONGEST_SHORT = 6
"""Digits; a subscriber has more."""
_LONGEST_WITHOUT_AREA = 8
SHARED_BY_STATES = frozenset({1, 7})
"""Country codes of several states that charge each other's calls as international: North America
and the Caribbean, Russia and Kazakhstan. Elsewhere, as with +44 and Jersey, one plan is one
country."""
_OF_THE_STATES = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})
_BY_TYPE = {
    PhoneNumberType.MOBILE: CallType.MOBILE,
    PhoneNumberType.TOLL_FREE: CallType.FREEPHONE,
    PhoneNumberType.PREMIUM_RATE: CallType.PREMIUM,
    PhoneNumberType.SHARED_COST: CallType.SERVICE,
    PhoneNumberType.PERSONAL_NUMBER: CallType.SERVICE,
    PhoneNumberType.PAGER: CallType.SERVICE,
    PhoneNumberType.VOICEMAIL: CallType.SERVICE,
}
_FIXED = frozenset({PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
_BEYOND_COUNTRIES = {800: CallType.FREEPHONE, 808: CallType.SERVICE, 979: CallType.PREMIUM}
_SHORT_COSTS = {
    shortnumberinfo.ShortNumberCost.TOLL_FREE: CallType.FREEPHONE,
    shortnumberinfo.ShortNumberCost.PREMIUM_RATE: CallType.PREMIUM,
}


def country_code(country: str) -> int | None:
    """The calling code of a country (ISO 3166, two letters), None for an unknown one."""
    code: int = phonenumbers.country_code_for_region(country.upper())
    return code or None


def short_class(digits: str, region: str) -> CallType | None:
    """The class of a public short number, None where the country has none of these digits."""
    if not digits.isdecimal():
        return None
    if shortnumberinfo.is_emergency_number(digits, region):
        return CallType.EMERGENCY
    if len(digits) > LONGEST_SHORT:
        return None
    code = country_code(region)
    if code is None:
        return None
    number = phone_number(code, digits)
    is_public = (
        shortnumberinfo.is_valid_short_number_for_region(number, region)
        # Such codes are so many that most of them are extensions in one company or another.
        and not shortnumberinfo.is_sms_service_for_region(number, region)
        and not shortnumberinfo.is_carrier_specific_for_region(number, region)
    )
    if not is_public:
        return None
    cost = shortnumberinfo.expected_cost_for_region(number, region)
    return _SHORT_COSTS.get(cost, CallType.SERVICE)


def split(digits: str) -> tuple[int, str] | None:
    """Country code and national digits of an international number, None where there is no code."""
    for length in (1, 2, 3):
        head = digits[:length]
        if head.isdecimal() and int(head) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            return int(head), digits[length:]
    return None


def _zeros(national: str) -> int | None:
    zeros = len(national) - len(national.lstrip("0"))
    return zeros if zeros > 1 else None


def phone_number(code: int, national: str) -> PhoneNumber:
    """The number of these digits; zeros that belong to it, as in Italy, are kept."""
    return PhoneNumber(
        country_code=code,
        national_number=int(national or "0"),
        italian_leading_zero=national.startswith("0") or None,
        number_of_leading_zeros=_zeros(national),
    )


def class_of(number: PhoneNumber, kind: int, home: str, area_code: str | None) -> CallType:
    """The class of a number of a `PhoneNumberType` for a caller at home there."""
    code = number.country_code
    if code in _BEYOND_COUNTRIES:
        return _BEYOND_COUNTRIES[code]
    if kind == PhoneNumberType.PREMIUM_RATE:
        return CallType.PREMIUM
    if code != country_code(home) or (
        code in SHARED_BY_STATES and not _same_state(number, kind, home)
    ):
        return CallType.INTERNATIONAL
    if kind in _BY_TYPE:
        return _BY_TYPE[kind]
    return CallType.LOCAL if _is_local(number, kind, home, area_code) else CallType.NATIONAL


def _same_state(number: PhoneNumber, kind: int, home: str) -> bool:
    """Freephone and special numbers, and those not yet in the plan, are anyone's."""
    region = phonenumbers.region_code_for_number(number)
    if region is None or region == home or {region, home} <= _OF_THE_STATES:
        return True
    return number.country_code == 1 and kind not in {*_FIXED, PhoneNumberType.MOBILE}


def _is_local(number: PhoneNumber, kind: int, home: str, area_code: str | None) -> bool:
    national = phonenumbers.national_significant_number(number)
    if area_code:
        metadata = PhoneMetadata.metadata_for_region(home, None)
        trunk = (metadata.national_prefix if metadata is not None else None) or ""
        # An area code may begin with the trunk prefix: 812 is Saint Petersburg, though 8 is dialled
        # before it. Cut off wrongly it begins no number.
        written = {area_code, area_code.removeprefix(trunk)} - {""}
        return national.startswith(tuple(written)) and kind in {*_FIXED, PhoneNumberType.UNKNOWN}
    return kind in {*_FIXED, PhoneNumberType.VOIP} and _has_no_area_codes(home)


@cache
def _has_no_area_codes(country: str) -> bool:
    """Numbers are dialled whole and too short to hold a place: Singapore, but not Spain."""
    example = phonenumbers.example_number_for_type(country, PhoneNumberType.FIXED_LINE)
    return (
        example is not None
        and phonenumbers.length_of_geographical_area_code(example) == 0
        and len(phonenumbers.national_significant_number(example)) <= _LONGEST_WITHOUT_AREA
    )
