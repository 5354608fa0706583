"""Numbers that people call privately: the rows of private_numbers.csv, and how to find them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from pipeline.directory.dated import NONE, Dated
from pipeline.directory.keys import Keys, Places
from pipeline.directory.tables import faulty, missing_cells, not_among, overlaps, with_dates
from pipeline.tables import Table
from warehouse.errors import Problem
from warehouse.legs import INSTANT

EVERYBODY: Final = "*"
_NUMBER = r"^(\+[0-9]{4,15}|[0-9]{2,15}|\+?[0-9]{1,15}\*)$"


def checked_private(
    table: Table, users: Iterable[str] | None, problems: list[Problem]
) -> pl.DataFrame:
    """`user` in lower case, `number` and its dates; adds to `problems` what is wrong.

    `users` are the addresses of users.csv in lower case, None where that file cannot be read.
    """
    file = table.file
    rows = table.rows.with_columns(pl.col("user").str.to_lowercase())
    problems.extend(missing_cells(file, rows, ("user", "number")))
    rows = with_dates(file, rows, problems)
    problems.extend(
        faulty(
            file,
            rows,
            "number",
            ~pl.col("number").str.contains(_NUMBER),
            "neither a number nor the beginning of numbers",
            "Write +, country code and number without spaces; for all that begin so, a * behind it",
        )
    )
    if users is not None:
        known = {EVERYBODY, *users}
        problems.extend(
            not_among(
                *(file, rows, "user", known.__contains__, "no such user in users.csv"),
                f"Write an address of the column user of users.csv, or {EVERYBODY} for everybody",
            )
        )
    keyed = rows.drop_nulls(["user", "number"]).with_columns(_key(pl.col("user"), pl.col("number")))
    problems.extend(overlaps(file, keyed, "key", "number", value="number"))
    return rows.select("user", "number", "valid_from", "valid_to")


class PrivateNumbers:
    """Numbers and beginnings of numbers that somebody, or everybody, calls privately."""

    def __init__(self, rows: pl.DataFrame) -> None:
        """Takes `user, number, valid_from, valid_to` of a valid table."""
        is_beginning = pl.col("number").str.ends_with("*")
        self._exact = _Listed(rows.filter(~is_beginning))
        beginnings = rows.filter(is_beginning).with_columns(pl.col("number").str.head(-1))
        self._beginnings = {
            length: _Listed(beginnings.filter(pl.col("number").str.len_bytes() == length))
            for length in beginnings["number"].str.len_bytes().unique().sort()
        }

    def are_private(
        self, users: pl.Series, numbers: pl.Series, local: Places
    ) -> npt.NDArray[np.bool_]:
        """Whether each number is a private one of the user at a local time (ms since 1970)."""
        found = self._exact.holds(users, numbers, local)
        for length, listed in self._beginnings.items():
            found |= listed.holds(users, numbers.str.head(length), local)
        return found


class _Listed:
    """Numbers, each with the users whose private one it is."""

    def __init__(self, rows: pl.DataFrame) -> None:
        dated = rows.select(
            _key(pl.col("user"), pl.col("number")),
            pl.col("valid_from").cast(INSTANT).alias("since"),
            pl.col("valid_to").cast(INSTANT).alias("until"),
        )
        self._dated = Dated(dated, "key")
        self._numbers = Keys(rows["number"].unique().sort())

    def holds(self, users: pl.Series, numbers: pl.Series, local: Places) -> npt.NDArray[np.bool_]:
        found = np.zeros(len(numbers), dtype=np.bool_)
        # Nearly all numbers are nobody's private ones.
        places = np.flatnonzero(self._numbers.places(numbers) >= 0)
        asked = pl.DataFrame({"user": users.gather(places), "number": numbers.gather(places)})
        for user in (pl.col("user"), pl.lit(EVERYBODY)):
            keys = asked.select(_key(user, pl.col("number"))).to_series()
            rows = self._dated.at(self._dated.keys(keys), local[places])
            found[places] |= rows != NONE
        return found


def _key(user: pl.Expr, number: pl.Expr) -> pl.Expr:
    return pl.concat_str(user, number, separator=" ").alias("key")
