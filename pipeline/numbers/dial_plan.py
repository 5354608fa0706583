"""What digits dialled in a country mean there, by the numbering plans of `phonenumbers`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import phonenumbers
from phonenumbers import PhoneMetadata, shortnumberinfo

LONGEST_SHORT = 6
"""Digits; every country calls its own subscribers with more, all but a few tiny ones."""
_ABROAD = re.compile(r"[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True)
class DialPlan:
    """How numbers are dialled in one country (ISO 3166, two letters)."""

    country: str
    access_code: re.Pattern[str]
    """Dialled before a number abroad: 00, 011, 810 …"""
    trunk_prefix: str
    """Dialled before an area code; empty where there is none, as in Italy and Spain."""
    local_lengths: frozenset[int]
    """Digits of a number dialled without its area code; empty where it is always dialled."""

    def e164(self, digits: str, area_code: str) -> str | None:
        """The number reached by dialling these digits, or None where that is not certain.

        Short and emergency numbers, extensions, and digits that fit no number of the country are
        left to the caller.
        """
        if self._is_short(digits):
            return None
        access = self.access_code.match(digits)
        if access is not None:
            abroad = digits[access.end() :]
            if _ABROAD.fullmatch(abroad) and _has_country(abroad):
                return f"+{abroad}"
        dialled_trunk = bool(self.trunk_prefix) and digits.startswith(self.trunk_prefix)
        if area_code and not dialled_trunk and len(digits) in self.local_lengths:
            local = self._parsed(area_code.removeprefix(self.trunk_prefix) + digits)
            if local is not None and phonenumbers.is_valid_number(local):
                return _written(local)
        national = self._parsed(digits)
        if national is None:
            return None
        is_certain = phonenumbers.is_valid_number(national) or (
            # New ranges come before the metadata knows them; the prefix shows what was meant.
            access is None
            and (dialled_trunk or national.italian_leading_zero)
            and phonenumbers.is_possible_number_with_reason(national)
            == phonenumbers.ValidationResult.IS_POSSIBLE
        )
        return _written(national) if is_certain else None

    def _is_short(self, digits: str) -> bool:
        if shortnumberinfo.is_emergency_number(digits, self.country):
            return True
        number = self._parsed(digits) if len(digits) <= LONGEST_SHORT else None
        return number is not None and shortnumberinfo.is_valid_short_number_for_region(
            number, self.country
        )

    def _parsed(self, digits: str) -> phonenumbers.PhoneNumber | None:
        try:
            return phonenumbers.parse(digits, self.country)
        except phonenumbers.NumberParseException:
            return None


@cache
def dial_plan(country: str) -> DialPlan | None:
    """The plan of a country, None for an unknown one."""
    metadata = PhoneMetadata.metadata_for_region(country.upper(), None)
    if metadata is None:
        return None
    fixed = metadata.fixed_line
    local = fixed.possible_length_local_only if fixed is not None else ()
    return DialPlan(
        country=country.upper(),
        access_code=re.compile(f"(?:{metadata.international_prefix or '00'})"),
        trunk_prefix=metadata.national_prefix or "",
        local_lengths=frozenset(local),
    )


@lru_cache(maxsize=1 << 16)
def dialled(digits: str, country: str | None, area_code: str | None) -> str | None:
    """The E.164 number that digits dialled in a country reach, None where that is not certain."""
    plan = None if country is None else dial_plan(country)
    return None if plan is None else plan.e164(digits, area_code or "")


def in_context(digits: str, context: str) -> str | None:
    """The E.164 number of local digits with a global `phone-context`, such as +39."""
    return _complete(f"tel:{digits};phone-context={context}")


def without_trunk_zero(number: str) -> str | None:
    """The number written with a trunk zero in brackets, +44 (0) 20, which is not dialled abroad."""
    return _complete(number)


def _complete(text: str) -> str | None:
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return None
    return _written(number) if phonenumbers.is_possible_number(number) else None


def _has_country(digits: str) -> bool:
    codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    return any(int(digits[:length]) in codes for length in (1, 2, 3))


def _written(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
