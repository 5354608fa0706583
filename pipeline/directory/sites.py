"""Places by number: what is known of many legs' sites is taken from tables."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from pipeline.directory.keys import Places

FACTS = ("country", "area_code", "time_zone", "private_prefix")
NO_ZONE = "UTC"


class Sites:
    """Sites by code, those of sites.csv and others that are only named; 0 is no site.

    `site` and each of `FACTS` is a table by code.
    """

    def __init__(self, sites: pl.DataFrame, names: Iterable[str]) -> None:
        self._sites = sites
        self._names = dict.fromkeys([*sites["site"], *names])
        self._codes = {name: code for code, name in enumerate(self._names, start=1)}
        named = pl.DataFrame({"site": [None, *self._names]}, schema={"site": pl.String})
        known = sites.select("site", *FACTS).unique("site", keep="first", maintain_order=True)
        self._table = named.join(known, on="site", how="left", maintain_order="left")

    def including(self, names: Iterable[str]) -> Sites:
        """These with further ones, under the same codes."""
        new = [name for name in names if name not in self._codes]
        return Sites(self._sites, [*self._names, *new]) if new else self

    def code(self, name: str | None) -> int:
        return 0 if name is None else self._codes[name]

    def codes(self, names: pl.Series) -> Places:
        found = names.replace_strict(self._codes, default=0, return_dtype=pl.Int64)
        return found.fill_null(0).to_numpy()

    def fact(self, column: str, codes: Places) -> pl.Series:
        return self._table[column].gather(codes)

    def say_what_is_private(self) -> bool:
        """Whether any site has digits that are dialled in front of private numbers."""
        return self._table["private_prefix"].null_count() < self._table.height

    def zones(self, codes: Places) -> tuple[list[str], Places]:
        """Time zones by name, and which of them each site has; UTC where none is known."""
        of_each = self._table["time_zone"].fill_null(NO_ZONE)
        names = of_each.unique().sort()
        return names.to_list(), names.search_sorted(of_each).to_numpy().take(codes)
