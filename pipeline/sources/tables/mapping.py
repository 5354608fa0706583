"""What the columns of a foreign table of calls mean: keys of `csv` and `sql` sources.

A name on the left is a column of a call file; names on the right are the foreign table's.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import polars as pl
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from warehouse.words import AnsweredBy, ChargeReason, Direction, Outcome

EPOCH, EPOCH_MS = "epoch", "epoch_ms"
"""Forms of time that count from the beginning of 1970, UTC."""


class DurationUnit(StrEnum):
    """What a bare number counts."""

    SECONDS = "s"
    MILLISECONDS = "ms"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Pick(_Model):
    """Where a value is taken from: a column, or the part of it that a pattern's group holds."""

    column: str = Field(min_length=1)
    pattern: str | None = None
    """A regular expression with one group; the value is empty where it is not found."""

    @field_validator("pattern")
    @classmethod
    def _has_one_group(cls, pattern: str | None) -> str | None:
        if pattern is None:
            return None
        try:
            groups = re.compile(pattern).groups
            pl.Series([""]).str.extract(pattern, 1)
        except (re.error, pl.exceptions.ComputeError) as error:
            raise ValueError(f"no regular expression without look-around ({error})") from error
        if groups != 1:
            raise ValueError(f"must have one group (…), has {groups}")
        return pattern


def _picks(value: Any) -> Any:
    several = value if isinstance(value, list | tuple) else [value]
    return tuple({"column": one} if isinstance(one, str) else one for one in several)


Picks = Annotated[tuple[Pick, ...], BeforeValidator(_picks), Field(min_length=1)]
"""One place, or several: of identifiers and times the parts, else whichever is filled first."""


class TableColumns(_Model):
    """`[sources.columns]`: where each fact of a leg stands."""

    leg_id: Picks | None = None
    """What tells a row from all others, for ever; parts are joined with a hyphen. Without it, a
    digest of the row does."""
    call_id: Picks | None = None
    started_at: Picks
    answered_at: Picks | None = None
    ended_at: Picks | None = None
    duration_s: Picks | None = None
    """From the start to the end; gives the end where no column does."""
    talk_s: Picks | None = None
    ring_s: Picks | None = None
    direction: Picks | None = None
    outcome: Picks | None = None
    answered_by: Picks | None = None
    from_number: Picks | None = None
    from_user: Picks | None = None
    to_number: Picks | None = None
    to_user: Picks | None = None
    dialled: Picks | None = None
    charged_user: Picks | None = None
    charge_reason: Picks | None = None
    gateway_in: Picks | None = None
    gateway_out: Picks | None = None
    conference_id: Picks | None = None
    response_code: Picks | None = None
    diagnostic: Picks | None = None
    media: Picks | None = None
    dialog_id: Picks | None = None
    account_code: Picks | None = None

    def picks(self) -> dict[str, tuple[Pick, ...]]:
        """The columns that the table has."""
        return {name: value for name in type(self).model_fields if (value := getattr(self, name))}

    def names(self) -> tuple[str, ...]:
        """Every foreign column that is read, once."""
        found = [pick.column for picks in self.picks().values() for pick in picks]
        return tuple(dict.fromkeys(found))


class Facts(_Model):
    """Values of a leg that are said, not read."""

    direction: Direction | None = None
    outcome: Outcome | None = None
    answered_by: AnsweredBy | None = None
    charged_user: str | None = None
    charge_reason: ChargeReason | None = None
    gateway_in: str | None = None
    gateway_out: str | None = None
    media: str | None = None

    def said(self) -> dict[str, str]:
        """The facts that are there, as text."""
        facts = self.model_dump(mode="json", exclude_none=True)
        return {name: "true" if value is True else value for name, value in facts.items()}


class RuledFacts(Facts):
    """What a rule may say."""

    emergency: Literal[True] | None = None


Patterns = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
]
"""A text with `*` and `?`, or several, in any case."""


class Rule(_Model):
    """One `[[sources.rules]]` table; of several that hold, the first says a fact."""

    when: dict[str, Patterns] = Field(min_length=1)
    """Patterns by column; every column must match one of its own. `""` matches an empty cell."""
    set: RuledFacts = RuledFacts()
    skip: bool = False
    """Such rows are no legs."""


def _in_small_letters(words: dict[str, Any]) -> dict[str, Any]:
    return {word.strip().casefold(): meaning for word, meaning in words.items()}


class Words(_Model):
    """`[sources.words.…]`: what the table's own words mean. Ours need not be told."""

    direction: Annotated[dict[str, Direction], AfterValidator(_in_small_letters)] = {}
    outcome: Annotated[dict[str, Outcome], AfterValidator(_in_small_letters)] = {}
    answered_by: Annotated[dict[str, AnsweredBy], AfterValidator(_in_small_letters)] = {}
    """A word that is not among them is a person."""

    def of(self, column: str) -> dict[str, StrEnum]:
        """The words of one column of a call file."""
        return dict(getattr(self, column, {}))


class TableMapping(BaseModel):
    """How the rows of a foreign table become legs."""

    columns: TableColumns
    words: Words = Words()
    rules: tuple[Rule, ...] = ()
    constants: Facts = Facts()
    """Where neither a column nor a rule says anything."""
    trunks: Patterns = ()
    """Which of the gateways are trunks (`*` and `?` stand for any). They tell the direction where
    neither a column nor a rule does; what is no trunk is a telephone."""
    time_zone: str
    """IANA name: the clock by which the table is written. A time that it shows twice, in the night
    in which summer time ends, is the first of the two unless end or duration say otherwise."""
    time_format: str | None = None
    """As in `strftime`, or `epoch`, `epoch_ms`. Without it 2026-01-31 23:59:59, also with a T, a
    fraction, Z or an offset."""
    duration_unit: DurationUnit = DurationUnit.SECONDS
    """Of bare numbers; 1:02:03 and 02:03 are read as they are."""

    @field_validator("time_zone")
    @classmethod
    def _is_known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (LookupError, OSError, ValueError) as unknown:
            raise ValueError(f"{name!r} is no IANA time zone such as Europe/Rome") from unknown
        return name

    @field_validator("time_format")
    @classmethod
    def _is_usable_format(cls, form: str | None) -> str | None:
        if form is None or form in {EPOCH, EPOCH_MS}:
            return form
        # strptime of Python and of polars differ in the point before a fraction.
        form = re.sub(r"(?<!%)\.%f", "%.f", form)
        moment = datetime.fromisoformat("2026-01-31T23:59:00Z")
        sample = moment.strftime(form.replace("%.f", ""))
        try:
            read = pl.Series([sample]).str.to_datetime(form, strict=False, time_unit="ms").item()
        except pl.exceptions.PolarsError:
            read = None
        if read is None or read.replace(tzinfo=UTC) != moment:
            raise ValueError(f"{form!r} must have a year, a month, a day, hours and minutes")
        return form

    @field_validator("columns")
    @classmethod
    def _tells_the_length(cls, columns: TableColumns) -> TableColumns:
        if not (columns.ended_at or columns.duration_s or columns.talk_s):
            raise ValueError("one of ended_at, duration_s and talk_s is needed")
        return columns

    def foreign_columns(self) -> tuple[str, ...]:
        """Every foreign column that is needed, once."""
        ruled = [name for rule in self.rules for name in rule.when]
        return tuple(dict.fromkeys([*self.columns.names(), *ruled]))
