"""What follows from legs by themselves: found while those before them are stored.

Storing keeps one processor busy, and most of what is derived of many new legs hangs on nothing
that is stored. It is found beside, and holds wherever nothing of the same call, or of the same day,
is stored.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from warehouse.compound import Compound, calls_of
from warehouse.entries import entries_of
from warehouse.occupancy import holding, occupied
from warehouse.sums import Sums, sums_of


@dataclass(frozen=True, slots=True)
class Foretold:
    """What would be stored beside some legs if there were no others."""

    compound: Compound
    """The calls of several legs, or without their head."""
    sums: Sums
    gateway_hours: pl.DataFrame


def foretell(legs: pl.DataFrame) -> Foretold:
    """Says what follows from legs as `warehouse.store` stores them; for any thread."""
    compound = calls_of(legs.filter(~pl.col("alone"))).worth_a_row()
    sums = sums_of(entries_of(legs.filter("alone"), compound))
    return Foretold(compound, sums, occupied(holding(legs)))
