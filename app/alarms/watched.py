"""What can be watched for: the conditions of each kind of alarm."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator, model_validator

from warehouse.scope import LISTS
from warehouse.words import CallType, Direction

Names = tuple[Annotated[str, Field(min_length=1)], ...]
_EVERY_DAY: Final = (1, 2, 3, 4, 5, 6, 7)


class _Condition(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Hours(_Condition):
    """A time of day on some days of the week."""

    begin: time
    end: time
    """Exclusive; where it is not after the beginning, the hours run over midnight."""
    weekdays: tuple[Annotated[int, Field(ge=1, le=7)], ...] = _EVERY_DAY
    """1 is Monday; of hours over midnight the day on which they begin."""


class SingleCall(_Condition):
    """A call that meets all that is named here, or, with `any_of`, one thing of it."""

    kind: Literal["call"] = "call"
    numbers: Names = ()
    """Of the other side, or as dialled: whole, or their beginning with a `*` behind."""
    destinations: Names = ()
    call_types: tuple[CallType, ...] = ()
    people: Names = ()
    departments: Names = ()
    gateways: Names = ()
    directions: tuple[Direction, ...] = ()
    emergency: bool | None = None
    min_cost: Decimal | None = Field(default=None, ge=0)
    min_talk_s: int | None = Field(default=None, ge=1)
    within: Hours | None = None
    """By the clock of the place where the call began."""
    outside: Hours | None = None
    any_of: bool = False

    @model_validator(mode="after")
    def _asks_something(self) -> SingleCall:
        if not self.model_dump(exclude_defaults=True, exclude={"any_of"}):
            raise ValueError("every call would meet it: name at least one condition")
        return self

    @field_validator("numbers")
    @classmethod
    def _are_patterns(cls, numbers: Names) -> Names:
        for one in numbers:
            if "*" in one[:-1] or one == "*":
                raise ValueError(
                    f"{one!r}: a * stands at the end, behind the beginning of a number"
                )
        return numbers


class Measure(StrEnum):
    """What is counted of the calls of a window."""

    COST = "cost"
    """Money, of each currency by itself."""
    CALLS = "calls"
    MINUTES = "minutes"
    LOST_SHARE = "lost_share"
    """Percent of the calls that nobody answered."""
    ASR = "asr"
    """Percent of the calls that were answered."""
    ALOC = "aloc"
    """Average seconds of answered calls."""
    CONCURRENT = "concurrent"
    """Most calls at once on a trunk."""


ADDED_UP: Final = frozenset({Measure.COST, Measure.CALLS, Measure.MINUTES})
"""These can only rise while a window lasts."""
SHARES: Final = frozenset({Measure.LOST_SHARE, Measure.ASR, Measure.ALOC})


class Window(StrEnum):
    """What is looked at together: by the calendar, or the last so many minutes."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    SLIDING = "sliding"


class Compare(StrEnum):
    """What about it is told."""

    ABOVE = "above"
    BELOW = "below"
    RISE = "rise"
    """More than before, by so much."""
    FALL = "fall"
    RISE_PERCENT = "rise_percent"
    FALL_PERCENT = "fall_percent"


RISING: Final = frozenset({Compare.ABOVE, Compare.RISE, Compare.RISE_PERCENT})
FIXED: Final = frozenset({Compare.ABOVE, Compare.BELOW})


class Per(StrEnum):
    """Whose figures are looked at each by themselves."""

    ALL = "all"
    PERSON = "person"
    DEPARTMENT = "department"
    SITE = "site"
    TRUNK = "trunk"


class Counter(_Condition):
    """A figure of the calls of a window."""

    kind: Literal["counter"] = "counter"
    measure: Measure
    window: Window = Window.DAY
    minutes: int | None = Field(default=None, ge=1, le=1440)
    """Of a sliding window."""
    compare: Compare = Compare.ABOVE
    amount: Decimal
    """In the unit of the measure, or percent of the figure before."""
    against: Literal["previous", "weekday"] = "previous"
    """The window before, or the same hour or day a week before."""
    per: Per = Per.ALL
    least_calls: int = Field(default=20, ge=1)
    """Shares and averages of fewer calls say nothing; nor do changes against fewer."""
    filters: dict[str, Names] = Field(default_factory=dict)
    """Which calls: lists of `Filters` by name."""

    @model_validator(mode="after")
    def _fits(self) -> Counter:
        faults = [
            words
            for is_fault, words in (
                (
                    (self.window is Window.SLIDING) != (self.minutes is not None),
                    "minutes belong to a sliding window, and it needs them",
                ),
                (
                    self.window is Window.SLIDING and self.compare not in FIXED,
                    "what changed is asked of hours, days, weeks or months",
                ),
                (
                    self.window is Window.SLIDING
                    and self.compare is Compare.BELOW
                    and self.measure in ADDED_UP,
                    "too little is seen at the end of an hour, day, week or month only",
                ),
                (
                    self.measure is Measure.CONCURRENT
                    and (self.window, self.compare, self.per)
                    != (Window.HOUR, Compare.ABOVE, Per.TRUNK),
                    "concurrent calls are told of hours, above a number, of each trunk",
                ),
                (
                    self.measure is Measure.CONCURRENT
                    and set(self.filters) - {"gateways"} != set(),
                    "the channels of a trunk are filtered by gateways alone",
                ),
                (
                    self.against == "weekday" and self.window not in (Window.HOUR, Window.DAY),
                    "the same weekday is asked of hours and days",
                ),
                (bool(set(self.filters) - set(LISTS)), f"filters are {', '.join(LISTS)}"),
            )
            if is_fault
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self


class Trouble(StrEnum):
    """What can go wrong with the operation of Tollbook itself."""

    SILENT = "silent"
    """No new calls for so many minutes, within office hours."""
    SOURCE_DOWN = "source_down"
    """A source cannot be read, for so many minutes."""
    BEHIND = "behind"
    """A source will soon remove what was not read yet."""
    STOPPED = "stopped"
    """A process has ended, and was not started again."""
    REJECTED = "rejected"
    """So many call files have rows that were put aside."""
    UNRATED = "unrated"
    """So many percent of the outbound calls of today and yesterday have no price."""
    TARIFF_ENDS = "tariff_ends"
    """No price of a tariff is valid any more in so many days."""
    MIRROR_BEHIND = "mirror_behind"
    """The mirror has not been like the published calls for so many minutes."""
    JOB_MISSED = "job_missed"
    """A report is so many minutes overdue, or the scheduler did not run for so long."""
    DISK_LOW = "disk_low"
    """Fewer gigabytes are free than this."""
    MAILS_FAILED = "mails_failed"
    """So many mails and messages have failed in the last day."""


class Operation(_Condition):
    """Trouble with the operation."""

    kind: Literal["operation"] = "operation"
    trouble: Trouble
    amount: Decimal = Field(default=Decimal(1), ge=0)
    sources: Names = ()
    """Only these; empty for all."""
    hours: Hours = Hours(begin=time(8), end=time(18), weekdays=(1, 2, 3, 4, 5))
    """Of `silent`: office hours, in the alarm's zone."""


class Unusual(_Condition):
    """Calls that do not fit what a person, or a trunk, usually does: fraud, most of all."""

    kind: Literal["unusual"] = "unusual"
    per: Literal[Per.PERSON, Per.TRUNK] = Per.PERSON
    weeks: int = Field(default=8, ge=2, le=26)
    """Of the past, from which the usual is learnt."""
    points: int = Field(default=7, ge=1, le=30)
    """From how many on it is told; fewer find more, and are wrong more often."""


Watched = Annotated[SingleCall | Counter | Operation | Unusual, Field(discriminator="kind")]
WATCHED: Final[TypeAdapter[SingleCall | Counter | Operation | Unusual]] = TypeAdapter(Watched)


def zone_of(name: str) -> ZoneInfo:
    """An IANA zone; raises `ValueError` where there is none of the name."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone") from None
