"""What the rows of a price list name: prefix, destination and call type."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from warehouse.words import CallType

CALL_TYPES = pl.Enum([word.value for word in CallType])


@dataclass(frozen=True)
class Named:
    """One row per row of the list, after one of nulls."""

    coded: pl.DataFrame
    """As Enum, which keeps each text once."""

    @classmethod
    def of(cls, texts: pl.DataFrame) -> Named:
        """Codes the three columns of texts."""
        return cls(
            texts.select(
                pl.col("prefix").cast(_words(texts["prefix"])),
                pl.col("destination").cast(_words(texts["destination"])),
                pl.col("call_type").cast(CALL_TYPES),
            )
        )

    @cached_property
    def plain(self) -> pl.DataFrame:
        """As String, made when it is first asked for: to look texts up so costs least."""
        return self.coded.cast(pl.String)


def _words(texts: pl.Series) -> pl.Enum:
    return pl.Enum(texts.drop_nulls().unique().sort())
