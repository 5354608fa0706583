"""Numbers as sources have them → one form, by the dial plan of the place they were dialled at."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipeline.numbers.common_forms import read_common
from pipeline.numbers.grammar import OPEN
from pipeline.numbers.kinds import KINDS
from pipeline.numbers.one_by_one import read_one_by_one
from pipeline.numbers.written import no_texts

NUMBER_SCHEMA = {"number": pl.String, "extension": pl.String, "kind": pl.String}


def normalise(
    raw: pl.Series,
    country: pl.Series | str | None = None,
    area_code: pl.Series | str | None = None,
) -> pl.DataFrame:
    """Brings numbers into one form.

    Args:
        raw: As the source has them: SIP and tel URIs, digits as dialled, words for withheld, null.
        country: ISO 3166 code (two letters) of the place of each, for numbers dialled without +.
            Without it, or where it is unknown, nothing is guessed.
        area_code: The area code of the place, for numbers dialled without one.

    Returns:
        One row for each, in the same order: `number` (E.164 with +; or, for `private` ones, digits,
        also with `*` and `#`; null when withheld or bad), `extension` (digits of `;ext=`, or null)
        and `kind` (`Kind`).
    """
    texts = raw.cast(pl.String).rechunk()
    kind, number, extended, extensions = read_common(texts, country)
    extension = no_texts(len(texts)).scatter(extended, extensions)
    is_open = pl.Series(kind == OPEN)
    still_open = np.flatnonzero(is_open.to_numpy())
    if len(still_open):
        read = read_one_by_one(
            texts.filter(is_open), _where(is_open, country), _where(is_open, area_code)
        )
        kind[still_open] = read["kind"].cast(pl.Enum(KINDS)).to_physical().to_numpy()
        number = number.scatter(still_open, read["number"])
        extension = extension.scatter(still_open, read["extension"])
    return pl.DataFrame(
        {
            "number": number,
            "extension": extension,
            "kind": pl.Series(KINDS).gather(pl.Series(kind)),
        }
    )


def _where(rows: pl.Series, value: pl.Series | str | None) -> pl.Series | str | None:
    return value.cast(pl.String).filter(rows) if isinstance(value, pl.Series) else value
