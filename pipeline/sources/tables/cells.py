"""Values of a database as the texts that a file would hold. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from pipeline.sources.tables.mapping import EPOCH, EPOCH_MS


def text_of(value: object, time_format: str | None) -> str | None:
    """A value as text; times in the form that the settings give, empty texts as null."""
    match value:
        case None:
            text = ""
        case datetime() if time_format is not None and time_format not in {EPOCH, EPOCH_MS}:
            text = value.strftime(time_format.replace("%.f", ".%f"))
        case datetime():
            text = value.isoformat(sep=" ")
        case date() | time():
            text = value.isoformat()
        case timedelta():
            text = f"{value.total_seconds():f}"
        case float() | Decimal():
            text = f"{value:f}"
        case bool():
            text = str(int(value))
        case bytes():
            text = value.hex()
        case _:
            text = str(value)
    return text.strip() or None


def coarse(value: object) -> object:
    """A time to the millisecond, the finest that drivers bind alike."""
    if isinstance(value, datetime):
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    return value
