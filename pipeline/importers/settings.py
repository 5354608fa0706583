"""How a foreign price list is to be read: `[imports.<name>]` of tollbook.toml."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from pipeline.places import Country, TimeZone
from warehouse.words import CallType


class PriceUnit(StrEnum):
    """What a price is paid for."""

    MINUTE = "minute"
    SECOND = "second"
    HUNDRED_SECONDS = "100_seconds"


class Hyphen(StrEnum):
    """What a hyphen between digits means."""

    RANGE = "range"
    """32484-32487 is every code from the one to the other."""
    SEPARATOR = "separator"
    """1-242 is the code 1242."""


Names = Annotated[
    tuple[str, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)
]


class ImportColumns(BaseModel):
    """`[imports.<name>.columns]`: which column of the foreign file holds what; names as there.

    A name on the left is a column of `tariffs.csv`, but for those that say more.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    prefix: str = Field(min_length=1)
    """Codes: one, several (`1;2;3`), or ranges; with `country_code`, the digits that follow it."""
    country_code: str | None = None
    """Where the country code stands in a column of its own."""
    destination: Names = Field(min_length=1)
    """One column, or several that are joined with a comma."""
    price: str = Field(min_length=1)
    """In `price_unit`s; becomes `price_per_minute`."""
    increments: str | None = None
    """First and next increment in one cell, such as 60/6."""
    tariff: str | None = None
    call_type: str | None = None
    days: str | None = None
    from_time: str | None = None
    to_time: str | None = None
    from_second: str | None = None
    connect_fee: str | None = None
    first_increment_s: str | None = None
    next_increment_s: str | None = None
    free_below_s: str | None = None
    min_charge: str | None = None
    max_charge: str | None = None
    weight: str | None = None
    currency: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None

    def names(self) -> tuple[str, ...]:
        """Every column of the foreign file that is read, once, in the order of the fields."""
        found: list[str] = []
        for value in self.model_dump().values():
            found += value if isinstance(value, tuple) else [value] if value is not None else []
        return tuple(dict.fromkeys(found))


class ImportConstants(BaseModel):
    """`[imports.<name>.constants]`: what holds for every row, or where its cell is empty."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    tariff: str | None = None
    country_code: str | None = Field(default=None, pattern=r"^[1-9][0-9]{0,2}$")
    destination: str | None = None
    call_type: CallType | None = None
    connect_fee: str | None = None
    first_increment_s: str | None = None
    next_increment_s: str | None = None
    free_below_s: str | None = None
    min_charge: str | None = None
    max_charge: str | None = None
    currency: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None

    @field_validator("valid_from", "valid_to", mode="before")
    @classmethod
    def _day_is_text(cls, value: object) -> object:
        """TOML has days of its own, which need no quotes."""
        return value if value is None else str(value)


class ImportSettings(BaseModel):
    """One `[imports.<name>]` table: how one carrier's price list becomes rows of `tariffs.csv`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    country: Country | None = None
    """Of the place that calls: prefixes without a call type are
    classified as seen from there."""
    area_code: str | None = None
    """Area code of that place: its prefixes are `local`."""
    columns: ImportColumns | None = None
    """Needed for CSV files; a CGRateS tariff plan has its own."""
    constants: ImportConstants = ImportConstants()
    call_types: dict[str, CallType] = Field(default_factory=dict)
    """Call types by the file's own words for them, in any case."""
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    decimal_comma: bool = False
    """Amounts are written as 0,05, perhaps with points between thousands."""
    price_unit: PriceUnit = PriceUnit.MINUTE
    hyphen: Hyphen = Hyphen.RANGE
    date_format: str = "%Y-%m-%d"
    """Of days in the file, as in `strptime`."""
    time_zone: TimeZone = "UTC"
    """Where the days and the times of the list hold."""
    categories: tuple[str, ...] = ("call",)
    """CGRateS: the categories of rating profiles that are calls."""
    holiday_years: tuple[int, ...] = ()
    """CGRateS: the years in which timings of certain days of the year are written out."""

    @field_validator("call_types")
    @classmethod
    def _words_in_small_letters(cls, words: dict[str, CallType]) -> dict[str, CallType]:
        return {word.strip().casefold(): call_type for word, call_type in words.items()}

    @model_validator(mode="after")
    def _every_row_gets_a_call_type(self) -> ImportSettings:
        if self.country is None and self.constants.call_type is None:
            raise ValueError(
                "country is needed to tell national prefixes from international ones; "
                "or give constants.call_type"
            )
        return self
