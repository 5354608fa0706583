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
from pipeline.numbers.glance import Flags, Glance, are_digits
from pipeline.numbers.kinds import CODES, Codes, Kind
from pipeline.numbers.pool import Pool, Rows

OPEN = len(Kind)
"""The code of a number that is left open."""
_FORM = (
    r"^(?:sip:|tel:)?(?<number>\+?[0-9][0-9 ./()-]*)"
    r"(?<parameter>;(?:ext=[0-9]+|phone-context=enterprise))?(?:@[^<>]*)?$"
)
_EXTENSION = ";ext="
_SEPARATORS = "[ ./()-]"
_TRUNK_ZERO = r"^\+[0-9 ]+\(0\)"


class Common(NamedTuple):
    """What is known of numbers; those of which `kind` is `OPEN` are still to be read."""

    kind: Codes
    number: Pool
    extended: Rows
    """The rows that have an extension."""
    extension: pl.Series


def read_common(raw: pl.Series, country: pl.Series | str | None) -> Common:
    """Reads numbers by the country (ISO 3166, null where it is not known) of the place of each."""
    kind, number = np.full(len(raw), OPEN, dtype=np.uint32), Pool(raw)
    is_private = np.zeros(len(raw), dtype=np.bool_)
    is_dialled = are_digits(raw)
    others = np.flatnonzero(~is_dialled)
    parts = raw.filter(pl.Series(~is_dialled)).str.extract_groups(_FORM).struct
    bare = _bare(parts.field("number"))
    number.put(others, bare)
    seen = Glance.at(bare)
    kind[others[seen.look_e164]] = CODES[Kind.E164]
    is_dialled[others] = seen.begin_with_digit
    parameters = parts.field("parameter")
    has_parameter = parameters.is_not_null()
    extensions = parameters.filter(has_parameter)
    is_extension = extensions.str.starts_with(_EXTENSION)
    with_parameter = others[has_parameter.to_numpy()]
    extended = with_parameter[is_extension.to_numpy()]
    is_private[with_parameter[~is_extension.to_numpy()]] = True
    dialled = np.flatnonzero(is_dialled)
    if len(dialled):
        places = country.gather(dialled) if isinstance(country, pl.Series) else country
        kind[dialled], found = _dialled(number.gather(dialled), is_private[dialled], places)
        number.put(dialled, found)
    extensions = extensions.filter(is_extension).str.strip_prefix(_EXTENSION)
    return Common(kind, number, extended, extensions)


def _bare(written: pl.Series) -> pl.Series:
    """Numbers without separators; null where a trunk zero stands in brackets: another form."""
    is_odd = written.cast(pl.Int64, strict=False).is_null() & written.is_not_null()
    if not is_odd.any():
        return written
    odd, bare = written.filter(is_odd), Pool(written)
    digits = odd.str.replace_all(_SEPARATORS, "")
    bare.put(is_odd.arg_true().to_numpy(), digits.set(odd.str.contains(_TRUNK_ZERO), None))
    return bare.series()


def _dialled(
    digits: pl.Series, is_private: Flags, country: pl.Series | str | None
) -> tuple[Codes, pl.Series]:
    """The kinds of numbers dialled without a plus, and those numbers."""
    private = CODES[Kind.PRIVATE]
    if country is None:
        return np.full(len(digits), private, dtype=np.uint32), digits
    if isinstance(country, str):
        found = found_by_look(digits, country)
    else:
        is_private = is_private | country.is_null().to_numpy()
        pool = Pool.of_nothing(len(digits))
        for place in country.drop_nulls().unique():
            at = (country == place).fill_null(value=False).arg_true().to_numpy()
            pool.put(at, found_by_look(digits.gather(at), place))
        found = pool.series()
    kind = np.where(found.is_null().to_numpy(), OPEN, CODES[Kind.E164]).astype(np.uint32)
    if not is_private.any():
        return kind, found
    kind[is_private] = private
    return kind, digits.zip_with(pl.Series(is_private), found)
