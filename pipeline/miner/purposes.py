"""Whether calls were private: by their numbers, or by what was dialled in front of one."""

from __future__ import annotations

import polars as pl

from pipeline.directory.keys import Places
from pipeline.directory.private import PrivateNumbers
from pipeline.directory.sites import Sites
from warehouse.legs import INSTANT
from warehouse.words import Direction, Purpose


def without_private_prefix(
    legs: pl.DataFrame, sites: Sites, site: Places
) -> tuple[pl.DataFrame, pl.Series | None]:
    """Legs with the called number alone, and what was dialled where it has a private prefix.

    `site` is the place of each leg by its code in `sites`. Where no site has such a prefix it is
    None, and null for a leg that was dialled without one.
    """
    if not sites.say_what_is_private():
        return legs, None
    asked = legs.select(
        "to_number",
        "dialled",
        # What comes in was dialled elsewhere.
        pl.when(pl.col("direction").ne_missing(pl.lit(Direction.INBOUND.value)))
        .then(sites.fact("private_prefix", site))
        .alias("prefix"),
    )
    prefix = pl.col("prefix")
    dialled, number = (
        pl.when(pl.col(name).str.starts_with(prefix)).then(name)
        for name in ("dialled", "to_number")
    )
    alone = number.str.slice(prefix.str.len_bytes()).replace("", None)
    found = asked.select(
        pl.coalesce(dialled, number).alias("dialled"),
        pl.when(number.is_null()).then("to_number").otherwise(alone).alias("to_number"),
    )
    # It is no number: what was dialled is not read as one.
    rest = legs["dialled"].zip_with(found["dialled"].is_null(), found["to_number"])
    return legs.with_columns(found["to_number"], rest.alias("dialled")), found["dialled"]


def purposes(
    legs: pl.DataFrame,
    private: PrivateNumbers | None,
    users: pl.Series,
    local: pl.Series,
    marked: pl.Series | None,
) -> pl.Series:
    """The `purpose` of each leg, by the number outside the company; empty where nobody says.

    `users` are charged, `local` is the wall clock at the start, `marked` as
    `without_private_prefix` gives it.
    """
    if private is None and marked is None:
        return pl.Series("purpose", [None], dtype=pl.String).new_from_index(0, legs.height)
    nothing = pl.zeros(legs.height, pl.Boolean, eager=True)
    found = nothing if marked is None else marked.is_not_null()
    if private is not None:
        outside = legs.select(
            pl.when(direction=Direction.INBOUND.value)
            .then("from_number")
            .when(direction=Direction.INTERNAL.value)
            .then(None)
            .otherwise("to_number")
        ).to_series()
        instants = local.cast(INSTANT).to_physical().to_numpy()
        found |= pl.Series(private.are_private(users, outside, instants))
    words = pl.DataFrame({"found": found})
    return words.select(
        pl.when("found")
        .then(pl.lit(Purpose.PRIVATE.value))
        .otherwise(pl.lit(Purpose.BUSINESS.value))
        .alias("purpose")
    ).to_series()
