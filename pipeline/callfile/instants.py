"""Times and seconds in the form in which we write them, read many at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]

from pipeline.callfile.chars import SIZE, Flags, Form, Whole, Words, at, last_words, pairs, words
from warehouse.legs import INSTANT, SECONDS

_DATED, _HOURS, _SECONDS = Form(b"0000-00-"), Form(b"00T00:00"), Form(b":00.000Z")
_INSTANT_LENGTH = 3 * SIZE
_FIRST_YEAR, _END_YEAR = 1990, 2100
_DAY_MS = 86_400_000

_LOW, _TOP = Form(b"0000.000"), Form(b"00000000")
_SHORTEST, _LONGEST = len("0.000"), len("00000000.000")
_DECIMAL = pa.decimal128(12, 3)

_BLOCK = 1 << 13
"""Texts that are read at a time, so few that what is known of them stays near the processor."""

_Read = Callable[[pl.Series], tuple[Whole, Flags]]


def instants(text: pl.Series) -> pl.Series:
    """`2026-01-31T23:59:59.000Z` as instants; null is any other form, and what no clock shows."""
    found = _where_long(text, _INSTANT_LENGTH, _INSTANT_LENGTH, _milliseconds)
    return found.cast(INSTANT)


def seconds(text: pl.Series) -> pl.Series:
    """Seconds with three decimals, `61.250`; null is any other form."""
    found = _where_long(text, _SHORTEST, _LONGEST, _thousandths)
    wide = np.zeros((len(found), 2), dtype=np.int64)
    wide[:, 0] = found.fill_null(0).to_numpy()
    mask = None
    if found.null_count():
        is_known = found.is_not_null().to_numpy()
        mask = pa.py_buffer(np.packbits(is_known, bitorder="little"))
    numbers = pa.Array.from_buffers(_DECIMAL, len(found), [mask, pa.py_buffer(wide)])
    return pl.Series(text.name, numbers, dtype=SECONDS)


def _where_long(text: pl.Series, shortest: int, longest: int, read: _Read) -> pl.Series:
    """What is read of texts of so many bytes, as far as it is certain."""
    fits = text.str.len_bytes().is_between(shortest, longest).fill_null(value=False)
    if fits.all():
        values, is_certain = _in_blocks(text, read)
    else:
        where = fits.to_numpy()
        values, is_certain = np.zeros(len(text), dtype=np.int64), where.copy()
        values[where], is_certain[where] = _in_blocks(text.filter(fits), read)
    found = pl.Series(text.name, values)
    return found if is_certain.all() else found.set(pl.Series(~is_certain), None)


def _in_blocks(texts: pl.Series, read: _Read) -> tuple[Whole, Flags]:
    values = np.empty(len(texts), dtype=np.int64)
    is_certain = np.empty(len(texts), dtype=np.bool_)
    for begin in range(0, len(texts), _BLOCK):
        block = slice(begin, begin + _BLOCK)
        values[block], is_certain[block] = read(texts[block])
    return values, is_certain


def _milliseconds(texts: pl.Series) -> tuple[Whole, Flags]:
    """Milliseconds since 1970, and which of them are certain."""
    forms = (_DATED, _HOURS, _SECONDS)
    digits = [form.digits(each) for form, each in zip(forms, words(texts, 3), strict=True)]
    dated, hours, seconds = map(pairs, digits)
    year, month, day = at(dated, 0) * 100 + at(dated, 2), at(dated, 5), at(hours, 0)
    hour, minute, second = at(hours, 3), at(hours, 6), at(seconds, 1)
    is_certain = (
        (year >= _FIRST_YEAR)
        & (year < _END_YEAR)
        & (month >= 1)
        & (month <= 12)
        & (hour < 24)
        & (minute < 60)
        & (second < 60)
    )
    for form, each in zip(forms, digits, strict=True):
        is_certain &= form.fits(each)
    place = np.where(is_certain, (year - _FIRST_YEAR) * 12 + month - 1, 0)
    is_certain &= (day >= 1) & (day <= _LENGTHS.take(place))
    clock = ((hour * 60 + minute) * 60 + second) * 1000
    clock += at(seconds, 4) * 10 + at(digits[2], 6)
    return (_BEGINS.take(place) + day - 1) * _DAY_MS + clock, is_certain


def _thousandths(texts: pl.Series) -> tuple[Whole, Flags]:
    """Thousandths of a second, and which of them are certain."""
    lengths = texts.str.len_bytes().to_numpy().astype(np.uint64)
    is_long = bool(lengths.max(initial=0) > SIZE)
    *rest, last = last_words(texts, 1 + is_long)
    low = _only_last(_LOW.digits(last), lengths)
    both = pairs(low)
    values = at(both, 0) * 10**5 + at(both, 2) * 10**3 + at(both, 5) * 10 + at(low, 7)
    is_certain = _LOW.fits(low)
    for word in rest:
        top = _only_last(_TOP.digits(word), np.maximum(lengths, SIZE) - np.uint64(SIZE))
        both = pairs(top)
        values += at(both, 4) * 10**9 + at(both, 6) * 10**7
        is_certain &= _TOP.fits(top)
    return values, is_certain


def _only_last(digits: Words, counts: Words) -> Words:
    """Words of which all bytes but the last so many are 0."""
    found: Words = digits & _LAST.take(np.minimum(counts, SIZE).astype(np.int64))
    return found


_LAST = np.array([2**64 - 2 ** (8 * (SIZE - count)) for count in range(SIZE + 1)], dtype=np.uint64)
_MONTHS = [date(year, month, 1) for year in range(_FIRST_YEAR, _END_YEAR) for month in range(1, 13)]
_EDGES = np.array([each.toordinal() for each in (*_MONTHS, date(_END_YEAR, 1, 1))], dtype=np.int64)
_BEGINS = _EDGES[:-1] - date(1970, 1, 1).toordinal()
_LENGTHS = np.diff(_EDGES)
