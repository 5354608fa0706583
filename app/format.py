"""How numbers, money, times and words are shown to people."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from gettext import NullTranslations
from typing import Any, Final

from babel.dates import format_date

NOTHING = "–"
_MINUS = "−"
_HARD = "\u00a0"
_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹"}
_PLACES = {"JPY": 0, "KRW": 0, "CLP": 0, "VND": 0, "KWD": 3, "BHD": 3, "OMR": 3, "TND": 3}
_FINE_PLACES = 4
"""What tariffs round to unless they say otherwise; more are shown where there are more."""
_STORED_PLACES = 6
_THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Style:
    """How somebody reads: their numbers and their language."""

    group: str = ","
    point: str = "."
    symbol_after: bool = False
    language: str = "en"
    """Of texts and dates."""
    phrases: NullTranslations = field(default_factory=NullTranslations, compare=False, repr=False)
    """The English texts in that language."""

    def say(self, text: str, /, **values: Any) -> str:
        """A text in the reader's language; `values` stand for the names in braces."""
        told = self.phrases.gettext(text) if text else ""
        return told.format(**values) if values else told


ENGLISH: Final = Style()


def number(value: int | Decimal, style: Style = ENGLISH, places: int = 0) -> str:
    """A number with separators, rounded half up to `places`."""
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{abs(rounded):,f}".translate({ord(","): style.group, ord("."): style.point})
    return f"{_MINUS}{text}" if rounded < 0 else text


def money(
    amount: Decimal | None, currency: str | None, style: Style = ENGLISH, *, fine: bool = False
) -> str:
    """An amount with its currency; `fine` has four places or more, as single calls need."""
    if amount is None:
        return NOTHING
    places = places_of(currency)
    if fine:
        exact = round_half_up(amount, _STORED_PLACES).normalize()
        places = max(places, _FINE_PLACES, -int(exact.as_tuple().exponent))
    prefix, suffix = currency_marks(currency, style)
    sign = _MINUS if amount < 0 else ""
    return f"{sign}{prefix}{number(abs(amount), style, places)}{suffix}"


def places_of(currency: str | None) -> int:
    """Decimals that amounts of a currency have."""
    return _PLACES.get(currency or "", 2)


def currency_marks(currency: str | None, style: Style = ENGLISH) -> tuple[str, str]:
    """What stands before and after an amount of a currency."""
    if not currency:
        return "", ""
    symbol = _SYMBOLS.get(currency)
    if symbol is None or style.symbol_after:
        return "", f"{_HARD}{symbol or currency}"
    return symbol, ""


def round_half_up(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def percent(part: int | Decimal, whole: int | Decimal, style: Style = ENGLISH) -> str:
    """A share, to a tenth of a percent; a dash where there is no whole."""
    if not whole:
        return NOTHING
    return f"{number(Decimal(part) * 100 / Decimal(whole), style, 1)}%"


def change(now: int | Decimal, before: int | Decimal, style: Style = ENGLISH) -> str | int | None:
    """The change in percent with its sign; 0 where there is none, None where nothing was before."""
    if not before:
        return None
    return _signed((Decimal(now) - Decimal(before)) * 100 / Decimal(before), "%", style)


def change_in_share(now: Decimal, before: Decimal, style: Style = ENGLISH) -> str | int:
    """The change between two shares of 1, in percentage points with its sign."""
    return _signed((now - before) * 100, f" {style.say('points')}", style)


def _signed(value: Decimal, unit: str, style: Style) -> str | int:
    rounded = round_half_up(value, 1)
    if not rounded:
        return 0
    # st.metric tells a fall by a hyphen at the front, not by a minus sign.
    return f"{'-' if rounded < 0 else '+'}{number(abs(rounded), style, 1)}{unit}"


def duration(seconds: Decimal | None) -> str:
    """Hours, minutes and seconds, as in 0:03:25; started seconds are not counted."""
    if seconds is None:
        return NOTHING
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def size(count: int, style: Style = ENGLISH) -> str:
    """Bytes in the largest unit of which there is one, by thousands."""
    amount, unit = Decimal(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < _THOUSAND:
            break
        amount, unit = amount / _THOUSAND, larger
    places = 1 if unit != "B" and amount < _THOUSAND / 10 else 0
    return f"{number(amount, style, places)}{_HARD}{unit}"


def day(value: date, style: Style = ENGLISH, *, weekday: bool = False) -> str:
    return _dated(value, "EEE d MMM y" if weekday else "d MMM y", style)


def days(first: date, last: date, style: Style = ENGLISH) -> str:
    """A range of days, no longer than need be."""
    if first == last:
        return day(first, style, weekday=True)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} – {day(last, style)}"
    if first.year == last.year:
        return f"{short_day(first, style)} – {day(last, style)}"
    return f"{day(first, style)} – {day(last, style)}"


def short_day(value: date, style: Style = ENGLISH) -> str:
    """Without the year, which stands beside it."""
    return _dated(value, "d MMM", style)


def month(value: date, style: Style = ENGLISH) -> str:
    return _dated(value, "LLLL y", style)


def instant(value: datetime, style: Style = ENGLISH) -> str:
    return f"{day(value, style)}, {value:%H:%M}"


def table_day(style: Style = ENGLISH, *, weekday: bool = False) -> str:
    """How a table in a browser writes days: it knows names of months in English only."""
    if style.language != ENGLISH.language:
        return "DD/MM/YYYY"
    return "ddd D MMM YYYY" if weekday else "D MMM YYYY"


def age(then: datetime, now: datetime, style: Style = ENGLISH) -> str | None:
    """How long ago, in words; None beyond a day, when the date says more."""
    passed = now.astimezone(UTC) - then.astimezone(UTC)
    if passed < timedelta(minutes=1):
        return style.say("just now")
    if passed < timedelta(hours=1):
        return _ago(passed // timedelta(minutes=1), "minute", style)
    if passed < timedelta(days=1):
        return _ago(passed // timedelta(hours=1), "hour", style)
    return None


def _ago(count: int, unit: str, style: Style) -> str:
    return style.say("{time} ago", time=counted(count, unit, style))


def counted(count: int, noun: str, style: Style = ENGLISH) -> str:
    """A count with its noun, in the plural where it needs one."""
    return f"{number(count, style)} {style.say(noun if count == 1 else f'{noun}s')}"


def words(value: str | None, style: Style = ENGLISH) -> str:
    """A stored word, such as `no_answer`, as people read it."""
    return style.say(value.replace("_", " ").capitalize()) if value else NOTHING


@lru_cache(maxsize=4096)
def _date_in(value: date, pattern: str, language: str) -> str:
    return format_date(value, pattern, language)


def _dated(value: date, pattern: str, style: Style) -> str:
    # Babel wants a date: of an instant it would take the day in UTC.
    return _date_in(date(value.year, value.month, value.day), pattern, style.language)


def literal(text: str) -> str:
    """Text as it stands where Markdown is read: names and numbers are not formatting."""
    return re.sub(r"[\\`*_\[\]<>#$~|]|:(?=[a-z])", r"\\\g<0>", text)
