"""Texts of times and durations → values. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import polars as pl

from pipeline.callfile.format import EARLIEST, LATEST
from pipeline.sources.tables.mapping import EPOCH, EPOCH_MS, DurationUnit
from warehouse.legs import INSTANT, SECONDS

_ISO = r"^(\d{4}-\d\d-\d\d)[ T]+(\d\d?:\d\d:\d\d(?:\.\d+)?)\s*(Z|[+-]\d\d(?::?\d\d)?)?$"
_NO_TIME = r"^(0000-00-00.*|0+(\.0+)?)$"
"""What stands for "never" in tables that cannot be empty."""
_NUMBER = r"^[0-9]{1,14}([.,][0-9]+)?$"
_CLOCK = r"^(?:([0-9]{1,4}):)?([0-9]{1,4}):([0-9]{2})(?:[.,]([0-9]{1,3}))?$"
_A_DAY = timedelta(days=1)


def never(text: pl.Expr) -> pl.Expr:
    """Null where a text stands for a time that did not happen."""
    return pl.when(~text.str.contains(_NO_TIME)).then(text)


def instants(text: pl.Expr, form: str | None, zone: str) -> tuple[pl.Expr, pl.Expr]:
    """The instants (naive UTC) that a time may mean: the first and the last of them.

    They differ where the clock of `zone` shows a time twice. A time that it skips is meant by the
    clock that was not yet put forward. Null where the text is no time between 1990 and 2100.
    """
    if form in {EPOCH, EPOCH_MS}:
        unit = 1000 if form == EPOCH else 1
        number = pl.when(text.str.contains(_NUMBER)).then(text).cast(pl.Decimal(18, 4))
        absolute = (number * unit).round(0).cast(pl.Int64).cast(INSTANT)
        return _sane(absolute), _sane(absolute)
    if form is not None and "%z" in form:
        read = text.str.to_datetime(form, strict=False, time_unit="ms")
        return _sane(read.dt.replace_time_zone(None)), _sane(read.dt.replace_time_zone(None))
    if form is not None:
        local = _sane(text.str.to_datetime(form, strict=False, time_unit="ms"))
        return _from_zone(local, zone, "earliest"), _from_zone(local, zone, "latest")
    parts = text.str.extract_groups(_ISO)
    day, hour, offset = (parts.struct.field(str(at)) for at in (1, 2, 3))
    local = _sane(
        (day + " " + hour).str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="ms")
    )
    minutes = _minutes(offset)
    absolute = local - pl.duration(minutes=minutes, time_unit="ms")
    return (
        pl.coalesce(absolute, _from_zone(local, zone, "earliest")),
        pl.coalesce(absolute, _from_zone(local, zone, "latest")),
    )


def _sane(instant: pl.Expr) -> pl.Expr:
    return pl.when(instant.is_between(EARLIEST, LATEST)).then(instant)


def _minutes(offset: pl.Expr) -> pl.Expr:
    """`Z`, `+02`, `-0330`, `+05:45` → minutes east of Greenwich."""
    digits = offset.str.replace_all(r"[^0-9]", "").str.pad_end(4, "0")
    hours = digits.str.slice(0, 2).cast(pl.Int32, strict=False)
    rest = digits.str.slice(2, 2).cast(pl.Int32, strict=False)
    return (hours * 60 + rest) * pl.when(offset.str.starts_with("-")).then(-1).otherwise(1)


def _from_zone(local: pl.Expr, zone: str, twice: Literal["earliest", "latest"]) -> pl.Expr:
    def read(wall: pl.Expr) -> pl.Expr:
        return (
            wall.dt.replace_time_zone(zone, ambiguous=twice, non_existent="null")
            .dt.convert_time_zone("UTC")
            .dt.replace_time_zone(None)
        )

    return pl.coalesce(read(local), read(local - _A_DAY) + _A_DAY)


def seconds(text: pl.Expr, unit: DurationUnit) -> pl.Expr:
    """`61`, `61,5`, `1:02:03.5`, `02:03` → seconds to the millisecond; null where it is neither."""
    divisor = 1000 if unit is DurationUnit.MILLISECONDS else 1
    number = (
        pl.when(text.str.contains(_NUMBER))
        .then(text.str.replace(",", ".", literal=True))
        .cast(pl.Decimal(24, 6), strict=False)
        / divisor
    )
    parts = text.str.extract_groups(_CLOCK)
    hours, minutes, rest, fraction = (parts.struct.field(str(at)) for at in (1, 2, 3, 4))
    whole = (
        hours.cast(pl.Int64).fill_null(0) * 3600 + minutes.cast(pl.Int64) * 60 + rest.cast(pl.Int64)
    )
    thousandths = fraction.str.pad_end(3, "0").cast(pl.Int64).fill_null(0)
    clock = (whole * 1000 + thousandths).cast(pl.Decimal(24, 6)) / 1000
    return pl.coalesce(number, clock).cast(SECONDS, strict=False)


def between(later: pl.Expr, earlier: pl.Expr) -> pl.Expr:
    """Seconds from one instant to another; what would be less than 0 is 0."""
    milliseconds = (later - earlier).dt.total_milliseconds().clip(0)
    return (milliseconds.cast(pl.Decimal(24, 3)) / 1000).cast(SECONDS, strict=False)


def after(instant: pl.Expr, duration: pl.Expr) -> pl.Expr:
    """The instant that many seconds later."""
    return instant + pl.duration(
        milliseconds=(duration * 1000).round(0).cast(pl.Int64), time_unit="ms"
    )
