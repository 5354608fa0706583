"""Numbers as they are written, in the usual forms, read character by character."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]

from pipeline.loops import run
from pipeline.numbers.grammar import (
    ABROAD,
    DIALLED,
    OF_EXTENSION,
    OF_NUMBER,
    OPEN,
    STATE,
    Steps,
    usual_forms,
)
from pipeline.numbers.kinds import CODES, Codes, Kind

_E164: Final = CODES[Kind.E164]
_PLUS, _ZERO, _NINE = b"+09"
_LEAST, _MOST = len("+1234567"), len("+123456789012345")

Characters = npt.NDArray[np.uint8]
Ends = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]


class Written(NamedTuple):
    """What numbers are by the way they are written."""

    kind: Codes
    """`OPEN`, `DIALLED` or the code of a `Kind`."""
    number: pl.Series
    """Digits, after a plus where there is one; empty where the kind is open."""
    extended: Rows
    """The rows that have an extension."""
    extension: pl.Series
    """Of those rows."""


def read_written(raw: pl.Series, access_code: str = "") -> Written:
    """Reads numbers of the usual forms; others, and null, are left open.

    The access code is what is dialled before the code of a country, with no other meaning.
    """
    arrow = raw.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, begins, data = arrow.buffers()
    characters = np.frombuffer(data or b"", dtype=np.uint8)
    kind, extended = np.empty(len(raw), dtype=np.uint32), np.empty(len(raw), dtype=np.int64)
    number, extension = np.empty_like(characters), np.empty_like(characters)
    ends, extension_ends = (np.zeros(len(raw) + 1, dtype=np.int64) for _ in range(2))
    count = run(
        *(_read, len(raw), len(access_code)),
        *(characters, np.frombuffer(begins, dtype=np.int64), *usual_forms(access_code)),
        *(kind, number, ends, extended, extension, extension_ends),
    )
    extensions = _texts(extension, extension_ends[: count + 1])
    return Written(kind, _texts(number, ends), extended[:count], extensions)


def no_texts(count: int) -> pl.Series:
    """So many nulls."""
    return pl.Series([None], dtype=pl.String).new_from_index(0, count)


def _texts(characters: Characters, ends: Ends) -> pl.Series:
    """Texts that lie one behind the other."""
    buffers = pa.py_buffer(ends), pa.py_buffer(characters)
    texts = pa.LargeStringArray.from_buffers(len(ends) - 1, *buffers)
    return pl.Series(texts, dtype=pl.String)


def _read(  # noqa: C901 - one loop, for the compiler
    access: int,
    characters: Characters,
    begins: Ends,
    steps: Steps,
    meant: Codes,
    kind: Codes,
    number: Characters,
    ends: Ends,
    extended: Rows,
    extension: Characters,
    extension_ends: Ends,
) -> int:
    """Of each text between two `begins` its kind and number, and of those extended the extension.

    Texts are written one behind the other, with where they end. `access` is the length of the
    access code. Gives how many are extended.
    """
    end = count = 0
    for row in range(len(kind)):
        begin, state = end, 0
        extension_end = extension_ends[count]
        at, stop = begins[row], begins[row + 1]
        while at < stop:
            step = steps[state + characters[at]]
            if step & OF_NUMBER:
                number[end] = characters[at]
                end += 1
                # The other digits of a number do not lead anywhere else: no need to look them up.
                while step & STATE == state and at + 1 < stop:
                    if not _ZERO <= characters[at + 1] <= _NINE:
                        break
                    at += 1
                    number[end] = characters[at]
                    end += 1
            elif step & OF_EXTENSION:
                extension[extension_end] = characters[at]
                extension_end += 1
            state = step & STATE
            at += 1
        means = meant[state >> 8]
        if means == ABROAD:
            means = DIALLED
            if _LEAST <= end - begin - access + 1 <= _MOST:
                means = _E164
                end += 1 - access
                number[begin] = _PLUS
                for place in range(begin + 1, end):
                    number[place] = number[place + access - 1]
        if means == _E164 and not _LEAST <= end - begin <= _MOST:
            means = OPEN
        if means == OPEN:
            end = begin
        elif extension_end > extension_ends[count]:
            extended[count] = row
            count += 1
            extension_ends[count] = extension_end
        kind[row], ends[row + 1] = means, end
    return count
