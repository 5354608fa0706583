"""The numbers of legs in one form."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipeline.numbers import normalise

_POWERS = np.power(10, np.arange(18, dtype=np.int64))
_SHORTEST, _LONGEST = len("+1234567"), len("+123456789012345")


def in_one_form(numbers: pl.Series, country: pl.Series, area_code: pl.Series) -> pl.Series:
    """Numbers as `normalise` gives them, by the dial plan of the place of each.

    Addresses stay as they are, for one may be called without a number; words for withheld are
    dropped.
    """
    is_other = numbers.is_not_null() & ~_is_e164(numbers)
    if not is_other.any():
        return numbers
    calls = pl.DataFrame({"raw": numbers, "country": country, "area_code": area_code})
    return numbers.scatter(is_other.arg_true(), _read(calls.filter(is_other)))


def _read(calls: pl.DataFrame) -> pl.Series:
    # The same few are called again and again.
    distinct = calls.unique()
    raw = distinct["raw"]
    is_address = raw.str.contains(r"^[^+0-9].*@").fill_null(value=False)
    read = normalise(raw.set(is_address, None), distinct["country"], distinct["area_code"])
    number = raw.zip_with(is_address, read["number"])
    return calls.join(
        distinct.with_columns(number.alias("number")),
        on=calls.columns,
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )["number"]


def _is_e164(numbers: pl.Series) -> pl.Series:
    """Whether numbers are in the form already: a plus, and 7 to 15 digits that begin with no 0."""
    values = numbers.cast(pl.Int64, strict=False).fill_null(0).to_numpy()
    lengths = numbers.str.len_bytes().fill_null(0).cast(pl.Int64).to_numpy()
    has_plus = numbers.str.starts_with("+").fill_null(value=False).to_numpy()
    fits = has_plus & (lengths >= _SHORTEST) & (lengths <= _LONGEST)
    # As large as a number of all those digits is at least: none is a 0 in front, or no digit.
    return pl.Series(fits & (values >= _POWERS.take(np.clip(lengths - 2, 0, 17))))
