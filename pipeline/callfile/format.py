"""Call file, version 1: the columns, their meaning to a machine, and their rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import polars as pl

from pipeline.callfile.instants import instants
from warehouse.legs import INSTANT, SECONDS
from warehouse.words import AnsweredBy, ChargeReason, Direction, Outcome

VERSION = "v1"
TIME_FORMAT = "%Y-%m-%dT%H:%M:%S%.fZ"
"""ISO 8601 in UTC; the fraction may be missing."""

EARLIEST = datetime.fromisoformat("1990-01-01")
LATEST = datetime.fromisoformat("2100-01-01")
"""Times outside are slips of a clock or a pen."""

CALL_FILE_SCHEMA = pl.Schema(
    {
        "source": pl.String(),
        "leg_id": pl.String(),
        "call_id": pl.String(),
        "revision": pl.Int64(),
        "started_at": INSTANT,
        "answered_at": INSTANT,
        "ended_at": INSTANT,
        "talk_s": SECONDS,
        "ring_s": SECONDS,
        "direction": pl.String(),
        "outcome": pl.String(),
        "answered_by": pl.String(),
        "from_number": pl.String(),
        "from_user": pl.String(),
        "to_number": pl.String(),
        "to_user": pl.String(),
        "dialled": pl.String(),
        "charged_user": pl.String(),
        "charge_reason": pl.String(),
        "gateway_in": pl.String(),
        "gateway_out": pl.String(),
        "conference_id": pl.String(),
        "response_code": pl.String(),
        "diagnostic": pl.String(),
        "media": pl.String(),
        "emergency": pl.Boolean(),
        "dialog_id": pl.String(),
        "account_code": pl.String(),
    }
)
"""Every column of a call file and the type it is read into; `extra` follows them when read."""

REQUIRED = ("leg_id", "started_at")
"""Columns without which a row says nothing."""

LINE = " line"
"""The line on which each row begins. No column can have this name: a header is read without the
blanks around its names."""

REJECTION = ("rejected_line", "rejected_column", "rejected_reason", "rejected_text")
"""Columns that a rejected row carries in front; a mended row may come back with them. The text is
that of a row whose cells do not fit the header."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How the text of one column becomes a value, and what to say when it does not."""

    column: str
    value: pl.Expr
    """Null where the text breaks the rule."""
    rule: str
    mend: str
    quick: Callable[[pl.Series], pl.Series] | None = None
    """The same values by a shorter way, which may leave open (null) what is not certain."""

    def read(self, text: pl.Series) -> pl.Series:
        """The values of the cells of the column; null where there is none or the rule is broken."""
        if self.quick is None:
            return self._by_rule(text)
        values = self.quick(text)
        if values.null_count() == text.null_count():
            return values
        is_open = values.is_null() & text.is_not_null()
        return values.scatter(is_open.arg_true(), self._by_rule(text.filter(is_open)))

    def _by_rule(self, text: pl.Series) -> pl.Series:
        return text.to_frame(self.column).select(self.value).to_series()


def _words(column: str, words: type[StrEnum]) -> Rule:
    allowed = [word.value for word in words]
    text = pl.col(column)
    return Rule(
        column,
        pl.when(text.is_in(allowed)).then(text),
        f"not a known {column}",
        f"Use one of {', '.join(allowed)}",
    )


def _time(column: str) -> Rule:
    instant = pl.col(column).str.to_datetime(TIME_FORMAT, time_unit="ms", strict=False)
    return Rule(
        column,
        pl.when(instant.is_between(EARLIEST, LATEST)).then(instant),
        f"not a time in UTC between {EARLIEST:%Y} and {LATEST:%Y}",
        "Write it as 2026-01-31T23:59:59.000Z",
        instants,
    )


def _seconds(column: str) -> Rule:
    text = pl.col(column)
    fits = text.str.contains(r"^-?[0-9]{1,8}(\.[0-9]{1,3})?$")
    return Rule(
        column,
        pl.when(fits).then(text).cast(SECONDS, strict=False),
        "not a number of seconds",
        "Write seconds with at most three decimals and a point, for example 61.25",
    )


def _digits(text: pl.Series) -> pl.Series:
    """Numbers of one digit."""
    # As the categories are in their order, the code of a digit is its value.
    return text.cast(_DIGITS, strict=False).to_physical().cast(pl.Int64)


def _truths(text: pl.Series) -> pl.Series:
    return text.cast(_TRUTHS, strict=False).to_physical().cast(pl.Boolean)


_DIGITS = pl.Enum(list("0123456789"))
_TRUTHS = pl.Enum(["false", "true"])

RULES = (
    Rule(
        "revision",
        pl.when(pl.col("revision").str.contains(r"^[0-9]{1,18}$"))
        .then(pl.col("revision"))
        .cast(pl.Int64, strict=False),
        "not a whole number",
        "Write 0 for the first version of a leg, then 1, 2, …",
        _digits,
    ),
    _time("started_at"),
    _time("answered_at"),
    _time("ended_at"),
    _seconds("talk_s"),
    _seconds("ring_s"),
    _words("direction", Direction),
    _words("outcome", Outcome),
    _words("answered_by", AnsweredBy),
    _words("charge_reason", ChargeReason),
    Rule(
        "emergency",
        pl.col("emergency")
        .str.to_lowercase()
        .replace_strict({"true": True, "1": True, "false": False, "0": False}, default=None),
        "neither true nor false",
        "Write true or false",
        _truths,
    ),
)
"""The rules of all columns that are more than text."""
