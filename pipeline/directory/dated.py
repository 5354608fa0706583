"""Rows that hold for a time, found by key and instant."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipeline.directory.keys import Keys, Places, last_not_above
from warehouse.legs import INSTANT

NONE = 0
"""The place of no row."""


class Dated:
    """Rows of a table with a key and the instants `since` (inclusive) and `until` (exclusive).

    Rows without a key are left out. The place of the first of the others is 1.
    """

    def __init__(self, rows: pl.DataFrame, key: str) -> None:
        ordered = rows.drop_nulls(key).sort(key, "since", maintain_order=True)
        # Of several chunks, taking rows by their place costs four times as much.
        self.rows = pl.concat([ordered.clear(1), ordered]).rechunk()
        """By place; the first is empty."""
        keys = ordered[key].rle().struct.unnest()
        self._keys = Keys(keys["value"])
        counts = keys["len"].cast(pl.Int64).to_numpy()
        self._ends = np.append(NONE, np.cumsum(counts)) + 1
        self._since, self._until = (
            self.rows[name].cast(INSTANT).to_physical().fill_null(0).to_numpy()
            for name in ("since", "until")
        )

    def keys(self, texts: pl.Series) -> Places:
        """Which key each text is; -1 for none."""
        return self._keys.places(texts)

    def at(self, keys: Places, instants: Places) -> Places:
        """The place of the row of each key that holds at an instant (ms since 1970), or `NONE`.

        Of several it is the one that began last.
        """
        is_known = keys >= 0
        known = np.maximum(keys, 0)
        if len(self.rows) == 1:
            return np.full(len(keys), NONE)
        begins = self._ends.take(known)
        place = last_not_above(self._since, begins, self._ends.take(known + 1), instants)
        holds = is_known & (place >= begins) & (instants < self._until.take(place))
        return np.where(holds, place, NONE)

    def facts(self, column: str, places: Places) -> pl.Series:
        """What a column holds at each place."""
        return self.rows[column].gather(places)
