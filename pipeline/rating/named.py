"""What rows and tariffs are called, as tables of texts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from warehouse.words import CallType

CALL_TYPES = pl.Enum([word.value for word in CallType])


@dataclass(frozen=True)
class Named:
    """Columns of texts, after a row of nulls."""

    coded: pl.DataFrame
    """As Enum, which keeps each text once."""

    @classmethod
    def of(cls, texts: pl.DataFrame) -> Named:
        """Codes columns of texts, call types by their own words."""
        kinds = {each.name: _words(each) for each in texts} | {"call_type": CALL_TYPES}
        coded = texts.select(pl.col(name).cast(kinds[name]) for name in texts.columns)
        return cls(pl.concat([coded.clear(1), coded], rechunk=True))

    @cached_property
    def plain(self) -> pl.DataFrame:
        """As String, made when it is first asked for: to look texts up so costs least."""
        return self.coded.cast(pl.String).rechunk()

    def tables(self, *, coded: bool) -> dict[str, pl.Series]:
        """Every column, as Enum or as String."""
        return {table.name: table for table in (self.coded if coded else self.plain)}


def _words(texts: pl.Series) -> pl.Enum:
    return pl.Enum(texts.drop_nulls().unique().sort())
