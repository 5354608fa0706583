"""Who reports to whom: strangers and circles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import polars as pl

from pipeline.directory.tables import faulty
from warehouse.errors import Problem


class _Tie(NamedTuple):
    manager: str
    until: date


def manager_problems(file: str, rows: pl.DataFrame, main: pl.DataFrame) -> Iterator[Problem]:
    """Managers that are nobody, and circles of managers.

    Args:
        file: Name for the messages.
        rows: `line, user, manager, valid_from, valid_to`, addresses in lower case.
        main: `address` and `main`: every one that anyone ever had, once, and whose it is, as a
            `user`.
    """
    tied = rows.drop_nulls(["user", "manager"]).join(
        main, left_on="manager", right_on="address", how="left", maintain_order="left"
    )
    yield from faulty(
        file,
        tied,
        "manager",
        pl.col("main").is_null(),
        "no such user",
        "Write the address of someone in the column user, or leave it empty",
    )
    yield from _circles(file, tied.drop_nulls("main").with_columns(manager="main"))


def _circles(file: str, rows: pl.DataFrame) -> Iterator[Problem]:
    """Goes through time: only a tie that begins can close a circle, and it lies on it."""
    told: set[frozenset[str]] = set()
    ties: dict[str, _Tie] = {}
    ordered = _on_circles(rows).sort("valid_from", "line")
    columns = ("valid_from", "valid_to", "line", "user", "manager")
    for day, group in groupby(ordered.select(columns).iter_rows(), itemgetter(0)):
        begun = []
        for _, until, line, user, manager in group:
            ties[user] = _Tie(manager, until)
            begun.append((line, user))
        for line, user in begun:
            circle = _circle(ties, user, day)
            if circle and frozenset(circle) not in told:
                told.add(frozenset(circle))
                since = "" if day == date.min else f" from {day} on"
                yield Problem(
                    file,
                    f"is their own manager, by way of {', '.join(circle[1:])}{since}"
                    if circle[1:]
                    else "is their own manager",
                    "Correct or empty one of these managers",
                    value=user,
                    line=line,
                    column="manager",
                )


def _on_circles(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows that may lie on a circle at some time: few, if any, of those of a company."""
    people = pl.Categorical()
    left = rows.with_columns(
        pl.col("user", "manager").cast(people).to_physical().name.suffix("_no")
    )
    height = -1
    while height != left.height:
        height = left.height
        left = left.join(
            left.select("user_no").unique(), left_on="manager_no", right_on="user_no", how="semi"
        )
        left = left.join(
            left.select("manager_no").unique(), left_on="user_no", right_on="manager_no", how="semi"
        )
    return left.drop("user_no", "manager_no")


def _circle(ties: Mapping[str, _Tie], start: str, day: date) -> list[str]:
    """Those one passes on the way up from `start` back to `start`; empty where none leads there."""
    way: dict[str, None] = {}
    at: str = start
    while at not in way:
        way[at] = None
        tie = ties.get(at)
        if tie is None or tie.until <= day:
            return []
        at = tie.manager
    return list(way) if at == start else []
