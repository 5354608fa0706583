"""The parts of a number as sources write it: SIP and tel URIs, parameters, visual separators."""

from __future__ import annotations

import polars as pl

_ENCODED = {
    "%20": " ",
    "%23": "#",
    "%28": "(",
    "%29": ")",
    "%2A": "*",
    "%2B": "+",
    "%2D": "-",
    "%2E": ".",
    "%3B": ";",
    "%3D": "=",
    "%40": "@",
}
_WITHHELD = (
    *("anonymous", "withheld", "private", "restricted", "unavailable", "unknown", "blocked"),
    *("no number", "number withheld", "private number", "not available", "none", "null"),
)
_SEPARATORS = r"[\s\-./()\u00ad\u2010-\u2015\u2212\u2060\u200b-\u200f\u202a-\u202e\ufeff]"
_HIDING_CODES = r"^(\*31#|#31#|\*67|\*82)"
"""Dialled before a number to hide or show the caller; no part of the number."""
_WRITTEN_EXTENSION = r"(?i)^(.*[0-9)])\s*(?:,|;)?\s*(?:x|ext\.?|extension)\s*([0-9]{1,7})$"


def parts(raw: pl.Series) -> pl.DataFrame:
    """The parts of numbers as written, one row for each.

    Returns:
        `number`, without scheme, host, parameters, separators and codes that hide the caller, as it
        is otherwise; `extension` (digits or null); `context` (`phone-context`, lower case, or
        null); `is_withheld`; `has_trunk_zero`: written as +44 (0) 20.
    """
    encoded = [code for pair in _ENCODED for code in (pair, pair.lower())]
    decoded = [text for text in _ENCODED.values() for _ in range(2)]
    number = pl.col("number")
    return (
        pl.DataFrame({"number": raw.cast(pl.String)})
        .with_columns(
            number.str.strip_chars()
            .str.replace(r"^.*<([^>]*)>.*$", "${1}")
            .str.replace(r"(?i)^(sips?|tel):", "")
            .str.extract(r"^([^@]*)")
            .str.replace_many(encoded, decoded)
            .str.extract(r"^([^@]*)")
        )
        .with_columns(
            extension=pl.coalesce(
                number.str.extract(r"(?i);ext=([^;]*)").str.replace_all(r"[^0-9]", ""),
                number.str.extract(_WRITTEN_EXTENSION, 2),
            ),
            context=number.str.extract(r"(?i);phone-context=([^;]*)").str.to_lowercase(),
            number=pl.coalesce(number.str.extract(_WRITTEN_EXTENSION), number)
            .str.extract(r"^([^;]*)")
            .str.strip_chars(),
        )
        .with_columns(
            number.str.replace_all(_SEPARATORS, "").str.replace(_HIDING_CODES, ""),
            pl.when(pl.col("extension") != "").then("extension"),
            is_withheld=number.fill_null("").str.to_lowercase().is_in(["", *_WITHHELD]),
            has_trunk_zero=number.str.contains(r"^\+[0-9\s]+\(0\)").fill_null(False),
        )
    )
