"""What rows and tariffs are called, as tables of texts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from warehouse.words import CallType

CALL_TYPES = pl.Enum([word.value for word in CallType])


@dataclass(frozen=True)
class Named:
    """Columns of texts, after a row of nulls. Each table is made when it is first asked for."""

    places: pl.DataFrame
    """Of the text of each row among the `words` of its column."""
    words: tuple[pl.DataFrame, ...]
    """Per column, each text once."""

    @classmethod
    def of(cls, texts: pl.DataFrame) -> Named:
        """Codes columns of texts, call types by their own words."""
        kinds = {each.name: _words(each) for each in texts} | {"call_type": CALL_TYPES}
        places = texts.select(
            pl.col(name).cast(kinds[name]).to_physical() for name in texts.columns
        )
        return cls(
            pl.concat([places.clear(1), places], rechunk=True),
            tuple(pl.DataFrame({name: kinds[name].categories}) for name in texts.columns),
        )

    @cached_property
    def coded(self) -> pl.DataFrame:
        """As Enum, which keeps each text once."""
        return self.places.with_columns(
            pl.col(known.columns).cat.to(pl.Enum(known.to_series())) for known in self.words
        )

    @cached_property
    def plain(self) -> pl.DataFrame:
        """As String: to look texts up so costs least."""
        return pl.DataFrame(
            [known.to_series().gather(self.places[known.columns[0]]) for known in self.words]
        )

    def tables(self, *, coded: bool) -> dict[str, pl.Series]:
        """Every column, as Enum or as String."""
        return {table.name: table for table in (self.coded if coded else self.plain)}


def _words(texts: pl.Series) -> pl.Enum:
    return pl.Enum(texts.drop_nulls().unique().sort())
