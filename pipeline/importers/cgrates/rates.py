"""A rate of CGRateS → connect fee and tiers with prices per minute."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from pipeline.importers.amounts import CellError, amount, money_text
from pipeline.importers.cgrates.plan import Record
from pipeline.rating.columns import LONGEST_INCREMENT_S
from warehouse.errors import Problem

Value = TypeVar("Value")
_SECONDS = {
    "ns": Fraction(1, 10**9),
    "us": Fraction(1, 10**6),
    "µs": Fraction(1, 10**6),
    "ms": Fraction(1, 1000),
    "s": Fraction(1),
    "m": Fraction(60),
    "h": Fraction(3600),
}
_PART = re.compile(r"([0-9]{1,20}(?:\.[0-9]{1,20})?)(ns|us|µs|ms|s|m|h)")


@dataclass(frozen=True, slots=True)
class Tier:
    """A price from some second of the call on."""

    from_second: int
    price_per_minute: str
    increment_s: int


@dataclass(frozen=True, slots=True)
class Rate:
    connect_fee: str
    tiers: tuple[Tier, ...]

    @property
    def is_free(self) -> bool:
        prices = {tier.price_per_minute for tier in self.tiers}
        return {self.connect_fee, *prices} == {"0"}


def duration(text: str) -> Fraction:
    """Seconds of a duration such as 1m30s; empty and 0 are 0. Raises `CellError`."""
    if not text.strip("0"):
        return Fraction(0)
    parts = _PART.findall(text)
    if "".join(number + unit for number, unit in parts) != text:
        if text.isdecimal():
            raise CellError(
                "a duration without a unit, which CGRateS takes for nanoseconds",
                "Write 60s or 1m; what is not measured in time cannot be a call's price.",
            )
        raise CellError("must be a duration", "Write 60s, 1m or 1m30s.")
    return sum((Fraction(number) * _SECONDS[unit] for number, unit in parts), Fraction(0))


def read_rate(slots: Sequence[Record]) -> tuple[Rate | None, list[Problem], list[Problem]]:
    """The rate that rows with the same Id make, with problems and warnings.

    The connect fee is that of the first row: CGRateS heeds no other.
    """
    problems: list[Problem] = []
    warnings: list[Problem] = []
    fee = _read(_fee, slots[0], "ConnectFee", problems)
    tiers = [tier for slot in slots if (tier := _tier(slot, problems)) is not None]
    for slot in slots[1:]:
        if slot["ConnectFee"].strip("0.") and slot["ConnectFee"] != slots[0]["ConnectFee"]:
            rule = f"left aside: the connect fee is that of line {slots[0].line}"
            mend = "CGRateS does the same; leave the fees of later rows empty."
            warnings.append(slot.problem("ConnectFee", rule, mend))
    if problems or fee is None:
        return None, problems, warnings
    starts = [tier.from_second for tier in tiers]
    if 0 not in starts or len(set(starts)) < len(starts):
        mend = "Give each tier one row, the first with 0s."
        rule = "the tiers of a rate must begin at 0 and at different seconds"
        return None, [slots[0].problem("GroupIntervalStart", rule, mend)], warnings
    ordered = tuple(sorted(tiers, key=lambda tier: tier.from_second))
    return Rate(fee, ordered), [], warnings


def _read(
    read: Callable[[str], Value], record: Record, column: str, problems: list[Problem]
) -> Value | None:
    try:
        return read(record[column])
    except CellError as error:
        problems.append(record.fault(column, error))
        return None


def _tier(slot: Record, problems: list[Problem]) -> Tier | None:
    start = _read(_whole_seconds, slot, "GroupIntervalStart", problems)
    increment = _read(_whole_seconds, slot, "RateIncrement", problems)
    rate = _read(_amount, slot, "Rate", problems)
    unit = Fraction(0) if rate == 0 else _read(duration, slot, "RateUnit", problems)
    if start is None or increment is None or rate is None or unit is None:
        return None
    # CGRateS takes an increment and a unit of zero for one second.
    price = _read(lambda _: money_text(rate * 60 / (unit or 1)), slot, "Rate", problems)
    if price is None:
        return None
    return Tier(start, price, increment or 1)


def _fee(text: str) -> str:
    return money_text(_amount(text))


def _amount(text: str) -> Fraction:
    return amount(text or "0")


def _whole_seconds(text: str) -> int:
    seconds = duration(text)
    if seconds.denominator != 1 or seconds > LONGEST_INCREMENT_S:
        raise CellError(
            f"must be whole seconds up to {LONGEST_INCREMENT_S}",
            "Talk time is billed in whole seconds; choose the nearest that the carrier agrees to.",
        )
    return seconds.numerator
