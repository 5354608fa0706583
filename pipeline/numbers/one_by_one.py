"""Numbers in whatever form, each distinct one by itself."""

from __future__ import annotations

import polars as pl

from pipeline.numbers.dial_plan import dialled, in_context, without_trunk_zero
from pipeline.numbers.kinds import E164, SHORT_WITH_PLUS, Kind
from pipeline.numbers.syntax import parts


def read_one_by_one(
    raw: pl.Series, country: pl.Series | str | None, area_code: pl.Series | str | None
) -> pl.DataFrame:
    """`number`, `extension` and `kind` of each, in any form there is."""
    places = {"country": country, "area_code": area_code}
    varying = {name: value for name, value in places.items() if isinstance(value, pl.Series)}
    calls = pl.DataFrame({"raw": raw, **varying})
    fixed = [
        pl.lit(value, pl.String).alias(name)
        for name, value in places.items()
        if not isinstance(value, pl.Series)
    ]
    distinct = calls.unique()
    read = pl.concat([distinct, _read(distinct.with_columns(fixed))], how="horizontal")
    return calls.join(
        read, on=calls.columns, how="left", nulls_equal=True, maintain_order="left"
    ).drop(calls.columns)


def _read(distinct: pl.DataFrame) -> pl.DataFrame:
    written = pl.concat([distinct.drop("raw"), parts(distinct["raw"])], how="horizontal")
    number, context = pl.col("number"), pl.col("context").fill_null("")
    is_digits = number.str.contains(r"^[0-9]+$").fill_null(False)
    sorted_out = written.with_columns(
        kind=pl.when("is_withheld")
        .then(pl.lit(Kind.WITHHELD.value))
        .when(number.str.contains(E164))
        .then(pl.lit(Kind.E164.value))
        .when(number.str.contains(SHORT_WITH_PLUS) | number.str.contains(r"^[0-9*#]+$"))
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
            pl.coalesce("found", number.str.replace(SHORT_WITH_PLUS, number.str.strip_chars("+")))
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
