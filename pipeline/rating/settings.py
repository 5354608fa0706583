"""How one tariff rounds, adds to and taxes the prices of its rows."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator


class Rounding(StrEnum):
    """What happens to the digits of an amount beyond the tariff's decimals."""

    HALF_UP = "half_up"
    UP = "up"
    DOWN = "down"


class TariffSettings(BaseModel):
    """`[tariff.<name>]` of the settings: everything about a tariff that is not a price.

    A charge is cost × (1 + `markup_percent` / 100) + `surcharge`, the tax `tax_percent` of that
    charge. `surcharge` is money of the tariff's currency.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    time_zone: str = "UTC"
    """IANA name; the dates of the tariff's rows begin at midnight there."""
    rounding: Rounding = Rounding.HALF_UP
    decimals: int = Field(default=4, ge=0, le=6)
    markup_percent: Decimal = Field(default=Decimal(0), ge=0, le=400, decimal_places=4)
    surcharge: Decimal = Field(default=Decimal(0), ge=0, lt=10_000, decimal_places=6)
    tax_percent: Decimal = Field(default=Decimal(0), ge=0, le=100, decimal_places=4)
    fallback: str | None = Field(default=None, min_length=1)
    """The tariff that prices the calls for which this one has no valid prefix."""

    @field_validator("time_zone")
    @classmethod
    def _is_known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (LookupError, OSError, ValueError) as unknown:
            raise ValueError(f"{name!r} is no IANA time zone such as Europe/Rome") from unknown
        return name

    @field_validator("markup_percent", "surcharge", "tax_percent")
    @classmethod
    def _is_canonical(cls, value: Decimal) -> Decimal:
        return Decimal(format(value.normalize(), "f"))
