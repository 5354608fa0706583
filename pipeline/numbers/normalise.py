"""Numbers as sources have them → one form, by the dial plan of the place they were dialled at."""

from __future__ import annotations

from enum import StrEnum

import polars as pl

from pipeline.numbers.dial_plan import dialled, in_context, without_trunk_zero
from pipeline.numbers.syntax import parts

_E164 = r"^\+[1-9][0-9]{6,14}$"
_SHORT_WITH_PLUS = r"^\+[0-9]{1,6}$"
"""No subscriber has so few digits: Lync writes emergency calls as +911."""
_KEYS = ("raw", "country", "area_code")


class Kind(StrEnum):
    """What a number is."""

    E164 = "e164"
    PRIVATE = "private"
    """Digits that mean something only where they were dialled: extensions, short numbers."""
    WITHHELD = "withheld"
    BAD = "bad"


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
    calls = pl.DataFrame({"raw": raw.cast(pl.String)}).with_columns(
        _column(country).alias("country"), _column(area_code).alias("area_code")
    )
    is_ready = calls["raw"].str.contains(_E164).fill_null(False)
    if is_ready.all():
        return calls.select(
            number="raw",
            extension=pl.lit(None, pl.String),
            kind=pl.lit(Kind.E164.value),
        )
    others = calls.filter(~is_ready).unique()
    read = pl.concat([others, _read(others)], how="horizontal")
    joined = calls.join(read, on=_KEYS, how="left", nulls_equal=True, maintain_order="left")
    return joined.select(
        pl.when(is_ready).then("raw").otherwise("number").alias("number"),
        "extension",
        pl.when(is_ready).then(pl.lit(Kind.E164.value)).otherwise("kind").alias("kind"),
    )


def _column(value: pl.Series | str | None) -> pl.Series | pl.Expr:
    if isinstance(value, pl.Series):
        return value.cast(pl.String)
    return pl.lit(value, pl.String)


def _read(distinct: pl.DataFrame) -> pl.DataFrame:
    written = pl.concat([distinct.drop("raw"), parts(distinct["raw"])], how="horizontal")
    number, context = pl.col("number"), pl.col("context").fill_null("")
    is_digits = number.str.contains(r"^[0-9]+$").fill_null(False)
    sorted_out = written.with_columns(
        kind=pl.when("is_withheld")
        .then(pl.lit(Kind.WITHHELD.value))
        .when(number.str.contains(_E164))
        .then(pl.lit(Kind.E164.value))
        .when(number.str.contains(_SHORT_WITH_PLUS) | number.str.contains(r"^[0-9*#]+$"))
        .then(pl.lit(Kind.PRIVATE.value))
        .otherwise(pl.lit(Kind.BAD.value)),
        is_local=is_digits & context.str.starts_with("+"),
        is_dialled=is_digits
        & ~context.str.starts_with("+")
        & (context != "enterprise")
        & pl.col("country").is_not_null(),
    )
    found = [
        _looked_up(*row)
        for row in sorted_out.select(
            "number", "country", "area_code", "context", "has_trunk_zero", "is_local", "is_dialled"
        ).iter_rows()
    ]
    return sorted_out.with_columns(found=pl.Series(found, dtype=pl.String)).select(
        number=pl.when(pl.col("kind").is_in([Kind.E164.value, Kind.PRIVATE.value])).then(
            pl.coalesce("found", number.str.replace(_SHORT_WITH_PLUS, number.str.strip_chars("+")))
        ),
        extension="extension",
        kind=pl.when(pl.col("found").is_not_null()).then(pl.lit(Kind.E164.value)).otherwise("kind"),
    )


def _looked_up(
    number: str | None,
    country: str | None,
    area_code: str | None,
    context: str | None,
    has_trunk_zero: bool,
    is_local: bool,
    is_dialled: bool,
) -> str | None:
    """The E.164 number, where the text alone does not give it."""
    if number is None:
        return None
    if has_trunk_zero:
        return without_trunk_zero(number)
    if is_local and context is not None:
        return in_context(number, context)
    if is_dialled:
        return dialled(number, country, area_code)
    return None
