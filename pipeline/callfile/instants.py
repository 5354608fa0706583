"""Times in the form in which we write them, read many at a time."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from pipeline.callfile.chars import SIZE, Flags, Form, Whole, at, pairs, words
from warehouse.legs import INSTANT

_DATED, _HOURS, _SECONDS = Form(b"0000-00-"), Form(b"00T00:00"), Form(b":00.000Z")
_LENGTH = 3 * SIZE
_FIRST_YEAR, _END_YEAR = 1990, 2100
_DAY_MS = 86_400_000

_BLOCK = 1 << 13
"""Texts that are read at a time, so few that what is known of them stays near the processor."""


def instants(text: pl.Series) -> pl.Series:
    """`2026-01-31T23:59:59.000Z` as instants; null is any other form, and what no clock shows."""
    fits = (text.str.len_bytes() == _LENGTH).fill_null(value=False)
    if fits.all():
        values, is_certain = _in_blocks(text)
    else:
        where = fits.to_numpy()
        values, is_certain = np.zeros(len(text), dtype=np.int64), where.copy()
        values[where], is_certain[where] = _in_blocks(text.filter(fits))
    found = pl.Series(text.name, values).cast(INSTANT)
    return found if is_certain.all() else found.set(pl.Series(~is_certain), None)


def _in_blocks(texts: pl.Series) -> tuple[Whole, Flags]:
    values = np.empty(len(texts), dtype=np.int64)
    is_certain = np.empty(len(texts), dtype=np.bool_)
    for begin in range(0, len(texts), _BLOCK):
        block = slice(begin, begin + _BLOCK)
        values[block], is_certain[block] = _milliseconds(texts[block])
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


_MONTHS = [date(year, month, 1) for year in range(_FIRST_YEAR, _END_YEAR) for month in range(1, 13)]
_EDGES = np.array([each.toordinal() for each in (*_MONTHS, date(_END_YEAR, 1, 1))], dtype=np.int64)
_BEGINS = _EDGES[:-1] - date(1970, 1, 1).toordinal()
_LENGTHS = np.diff(_EDGES)
