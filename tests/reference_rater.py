"""Prices one call the slow way, with fractions and a loop: what the rating must agree with.

It shares no code with `pipeline.rating`: it reads the text cells of a price list by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

Row = Mapping[str, str | None]
Priced = tuple[Decimal | None, str, str | None]


def price(
    rows: Iterable[Row],
    settings: Mapping[str, Any],
    tariff: str | None,
    number: str | None,
    answered_at: datetime,
    talk_s: Decimal | None,
) -> Priced:
    """Cost (None: unrated), status and prefix of an answered, outgoing call.

    Args:
        rows: Text cells by column, as `csv.DictReader` gives them.
        settings: `TariffSettings` by tariff; a tariff without has the defaults below.
        tariff: The call's own tariff.
        number: E.164 with +, a short number of digits, or None.
        answered_at: UTC, without an offset.
        talk_s: Seconds with up to three decimals.
    """
    rows = list(rows)
    row, why_not = _find(rows, settings, tariff, number, answered_at.replace(tzinfo=UTC))
    prefix = None if row is None else row["prefix"]
    if talk_s is None or talk_s < 0:
        return None, "bad_duration", prefix
    if talk_s == 0:
        return Decimal(0), "zero_length", prefix
    if row is None:
        return None, why_not, None
    fee, per_minute = _fraction(row, "connect_fee"), _fraction(row, "price_per_minute")
    least = _fraction(row, "min_charge")
    if talk_s < int(row.get("free_below_s") or 0) or not (fee or per_minute or least):
        return Decimal(0), "free", prefix
    amount = max(fee + per_minute * _billed(row, talk_s) / 60, least)
    if row.get("max_charge"):
        amount = min(amount, _fraction(row, "max_charge"))
    return rounded(amount, settings.get(row["tariff"])), "rated", prefix


def rounded(amount: Fraction, settings: Any) -> Decimal:
    """An amount rounded by the rule of a tariff."""
    rule = "half_up" if settings is None else str(settings.rounding)
    decimals = 4 if settings is None else settings.decimals
    scaled = amount * 10**decimals
    whole = scaled.numerator // scaled.denominator
    rest = scaled - whole
    if (rule == "up" and rest > 0) or (rule == "half_up" and rest >= Fraction(1, 2)):
        whole += 1
    return Decimal(whole).scaleb(-decimals)


def _billed(row: Row, talk_s: Decimal) -> int:
    seconds = int(talk_s) + (talk_s != int(talk_s))
    billed = int(row.get("first_increment_s") or 1)
    while billed < seconds:
        billed += int(row.get("next_increment_s") or 1)
    return billed


def _find(
    rows: list[Row],
    settings: Mapping[str, Any],
    tariff: str | None,
    number: str | None,
    at: datetime,
) -> tuple[Row | None, str]:
    if tariff is None or all(row["tariff"] != tariff for row in rows):
        return None, "no_tariff"
    reason = "no_prefix"
    while tariff is not None:
        own = settings.get(tariff)
        zone = ZoneInfo("UTC" if own is None else own.time_zone)
        fitting = [row for row in rows if row["tariff"] == tariff and _fits(row, number)]
        valid = [row for row in fitting if _begun(row, at, zone) and not _ended(row, at, zone)]
        if valid:
            return max(valid, key=_weight), ""
        if reason == "no_prefix" and fitting:
            begun = any(_begun(row, at, zone) for row in fitting)
            reason = "expired" if begun else "not_valid_yet"
        tariff = None if own is None else own.fallback
    return None, "bad_number" if number is None else reason


def _fits(row: Row, number: str | None) -> bool:
    prefix = str(row["prefix"])
    if prefix == "*":
        return True
    if number is None:
        return False
    if prefix.startswith("="):
        return number == prefix[1:]
    return number.startswith("+" + prefix)


def _weight(row: Row) -> tuple[bool, int]:
    prefix = str(row["prefix"])
    return prefix.startswith("="), 0 if prefix == "*" else len(prefix)


def _begun(row: Row, at: datetime, zone: ZoneInfo) -> bool:
    return not row.get("valid_from") or _midnight(str(row["valid_from"]), zone) <= at


def _ended(row: Row, at: datetime, zone: ZoneInfo) -> bool:
    return bool(row.get("valid_to")) and _midnight(str(row["valid_to"]), zone) <= at


def _midnight(day: str, zone: ZoneInfo) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), zone).astimezone(UTC)


def _fraction(row: Row, column: str) -> Fraction:
    return Fraction(row.get(column) or "0")
