"""Numbers in the forms in which most of them come, read many at a time.

What is not certain is left open; all else is read as `parts` and `dialled` do.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from pipeline.numbers.dialling import found_by_look, literal_access_code
from pipeline.numbers.grammar import DIALLED, OPEN
from pipeline.numbers.kinds import CODES, Codes, Kind
from pipeline.numbers.written import Rows, no_texts, read_written


class Common(NamedTuple):
    """What is known of numbers; those of which `kind` is `OPEN` are still to be read."""

    kind: Codes
    number: pl.Series
    extended: Rows
    """The rows that have an extension."""
    extension: pl.Series


def read_common(raw: pl.Series, country: pl.Series | str | None) -> Common:
    """Reads numbers by the country (ISO 3166, null where it is not known) of the place of each."""
    if not isinstance(country, pl.Series):
        return _read_at(raw, country)
    kind, number = np.full(len(raw), OPEN, dtype=np.uint32), no_texts(len(raw))
    extended, extensions = [np.empty(0, dtype=np.int64)], [pl.Series(dtype=pl.String)]
    for place in country.unique():
        is_here = country.is_null() if place is None else country == place
        rows = is_here.arg_true().to_numpy()
        kind[rows], of_rows, having, extension = _read_at(raw.gather(rows), place)
        number = number.scatter(rows, of_rows)
        extended.append(rows[having])
        extensions.append(extension)
    return Common(kind, number, np.concatenate(extended), pl.concat(extensions))


def _read_at(raw: pl.Series, country: str | None) -> Common:
    """Reads numbers of one place."""
    access_code = "" if country is None else literal_access_code(country)
    kind, number, extended, extension = read_written(raw, access_code)
    is_dialled = kind == DIALLED
    if country is None:
        kind[is_dialled] = CODES[Kind.PRIVATE]
    elif is_dialled.any():
        dialled = np.flatnonzero(is_dialled)
        found = found_by_look(number.gather(dialled), country)
        kind[dialled] = np.where(found.is_null().to_numpy(), OPEN, CODES[Kind.E164])
        number = number.scatter(dialled, found)
    return Common(kind, number, extended, extension)
