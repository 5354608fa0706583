"""How one tariff keeps time, rounds, adds to and taxes the prices of its rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, field_validator

from pipeline.places import Country, TimeZone
from pipeline.rating.feasts import calendar_fault


class Rounding(StrEnum):
    """What happens to the digits of an amount beyond the tariff's decimals."""

    HALF_UP = "half_up"
    UP = "up"
    DOWN = "down"


class RoundingUnit(StrEnum):
    """What is rounded."""

    CALL = "call"
    """The cost of the call, once."""
    INCREMENT = "increment"
    """The price of every increment, and then the cost that they come to."""


class BandRule(StrEnum):
    """Which bands price a call that runs from one into another."""

    SPLIT = "split"
    """Each increment is priced by the band in which it starts."""
    START = "start"
    """The band in which the call is answered prices all of it."""


class IncrementRule(StrEnum):
    """How talk time becomes billed time."""

    TIER = "tier"
    """The first block of a tier is billed whole, then each step that was begun."""
    MULTIPLE = "multiple"
    """All of the call is rounded up to a multiple of the step, at least to the first block."""


class TariffSettings(BaseModel):
    """`[tariff.<name>]` of the settings: everything about a tariff that is not a price.

    A charge is cost × (1 + `markup_percent` / 100) + `surcharge`, the tax `tax_percent` of that
    charge. `surcharge` is money of the tariff's currency.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    time_zone: TimeZone = "UTC"
    """The bands and the dates of the tariff's rows are local time there."""
    holidays: str | tuple[date, ...] = ()
    """The days that `holiday` means: a country (`IT`), a part of one (`DE/BW`), or the days."""
    rounding: Rounding = Rounding.HALF_UP
    rounding_unit: RoundingUnit = RoundingUnit.CALL
    decimals: int = Field(default=4, ge=0, le=6)
    band_rule: BandRule = BandRule.SPLIT
    increment_rule: IncrementRule = IncrementRule.TIER
    markup_percent: Decimal = Field(default=Decimal(0), ge=0, le=400, decimal_places=4)
    surcharge: Decimal = Field(default=Decimal(0), ge=0, lt=10_000, decimal_places=6)
    tax_percent: Decimal = Field(default=Decimal(0), ge=0, le=100, decimal_places=4)
    fallback: str | None = Field(default=None, min_length=1)
    """The tariff that prices the calls for which this one has no valid prefix."""
    country: Country | None = None
    """Where its callers are at home: seen from there, prices without a call type are given one,
    unless the site of the gateway says it."""
    area_code: str | None = Field(default=None, min_length=1)
    """Area code of that place."""

    @field_validator("holidays")
    @classmethod
    def _is_known_calendar(cls, given: str | tuple[date, ...]) -> str | tuple[date, ...]:
        if isinstance(given, str):
            fault = calendar_fault(given)
            if fault:
                raise ValueError(fault)
            return given
        return tuple(sorted(set(given)))

    @field_validator("markup_percent", "surcharge", "tax_percent")
    @classmethod
    def _is_canonical(cls, value: Decimal) -> Decimal:
        return Decimal(format(value.normalize(), "f"))
