"""Numbers in the forms in which most of them come, read many at a time.

The forms are E.164 numbers and dialled digits, with the usual separators, as tel or SIP URIs, with
an extension or in the enterprise's own context. What is not certain is left open; all else is read
as `parts` and `dialled` do.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from pipeline.numbers.dialling import found_by_look
from pipeline.numbers.kinds import CODES, E164, Codes, Kind
from pipeline.numbers.pool import Pool, Rows

OPEN = len(Kind)
"""The code of a number that is left open."""
_FORM = (
    r"^(?:sip:|tel:)?\+?[0-9][0-9 ./()-]*"
    r"(?:;(?:ext=[0-9]+|phone-context=enterprise))?(?:@[^<>]*)?$"
)
_EXTENSION = r"^[^;@]*;ext=([0-9]+)"
_CONTEXT = r"^[^;@]*;phone-context="
_SEPARATORS = "[ ./()-]"
_TRUNK_ZERO = r"^\+[0-9 ]+\(0\)"


class Common(NamedTuple):
    """What is known of numbers; those of which `kind` is `OPEN` are still to be read."""

    kind: Codes
    number: pl.Series
    extended: Rows
    """The rows that have an extension."""
    extension: pl.Series


def read_common(raw: pl.Series, country: pl.Series | str | None) -> Common:
    """Reads numbers by the country (ISO 3166, null where it is not known) of the place of each."""
    is_common = raw.str.contains(_FORM).fill_null(value=False).to_numpy()
    number, trunk_zeros = _bare(raw)
    is_common[trunk_zeros] = False
    is_e164 = number.str.contains(E164).fill_null(value=False).to_numpy()
    kind = np.where(is_common & is_e164, CODES[Kind.E164], OPEN).astype(np.uint32)
    is_dialled = pl.Series(is_common & ~is_e164) & ~number.str.starts_with("+")
    dialled = np.flatnonzero(is_dialled.fill_null(value=False).to_numpy())
    numbers = Pool(number)
    if len(dialled):
        places = country.gather(dialled) if isinstance(country, pl.Series) else country
        kind[dialled], found = _dialled(raw.gather(dialled), number.gather(dialled), places)
        numbers.put(dialled, found)
    has_extension = raw.str.contains(";ext=", literal=True).fill_null(value=False)
    extensions = raw.filter(has_extension).str.extract(_EXTENSION)
    return Common(kind, numbers.series(), np.flatnonzero(has_extension.to_numpy()), extensions)


def _bare(raw: pl.Series) -> tuple[pl.Series, Rows]:
    """Numbers of a common form without scheme, parameters, host and separators.

    Also those rows in which a trunk zero stands in brackets. Rows of other forms come to anything.
    """
    text = pl.col("text")
    number = (
        raw.str.strip_chars_start("telsip:")
        .to_frame("text")
        .select(text.str.head(text.str.find("[;@]").fill_null(text.str.len_bytes())))
        .to_series()
    )
    # Digits alone, also after a plus, read as a whole number.
    is_odd = number.cast(pl.Int64, strict=False).is_null()
    if not is_odd.any():
        return number, np.empty(0, dtype=np.int64)
    odd, written, bare = np.flatnonzero(is_odd.to_numpy()), number.filter(is_odd), Pool(number)
    bare.put(odd, written.str.replace_all(_SEPARATORS, ""))
    has_trunk_zero = written.str.contains(_TRUNK_ZERO).fill_null(value=False)
    return bare.series(), odd[has_trunk_zero.to_numpy()]


def _dialled(
    raw: pl.Series, digits: pl.Series, country: pl.Series | str | None
) -> tuple[Codes, pl.Series]:
    """The kinds of numbers dialled without a plus, and those numbers."""
    private = CODES[Kind.PRIVATE]
    if country is None:
        return np.full(len(raw), private, dtype=np.uint32), digits
    is_private = raw.str.contains(_CONTEXT)
    if isinstance(country, str):
        found = found_by_look(digits, country)
    else:
        is_private |= country.is_null()
        pool = Pool.of_nothing(len(raw))
        for place in country.drop_nulls().unique():
            at = (country == place).fill_null(value=False).arg_true().to_numpy()
            pool.put(at, found_by_look(digits.gather(at), place))
        found = pool.series()
    kind = np.where(found.is_null().to_numpy(), OPEN, CODES[Kind.E164]).astype(np.uint32)
    kind[is_private.to_numpy()] = private
    return kind, digits.zip_with(is_private, found)
