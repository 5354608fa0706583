"""What figures can be told apart by, and the grain of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal

Key = Literal[
    "department",
    "cost_centre",
    "user",
    "kind",
    "site",
    "tariff",
    "gateway",
    "destination",
    "call_type",
    "direction",
    "account_code",
    "purpose",
]
"""`tariff` is the carrier, `kind` what an owner is; `user` comes with the latest name, `person`."""
Grain = Literal["day", "week", "month"]
"""Weeks begin on Monday."""

PERIOD: Final = "period"
"""The column of the first day of each day, week or month."""


def columns_of(keys: Iterable[str], grain: Grain | None) -> set[str]:
    """The columns that a table has to have for these keys."""
    columns = {"day"} if grain else set()
    for key in keys:
        columns |= {"user", "person"} if key == "user" else {key}
    return columns


def selected(keys: Sequence[str], grain: Grain | None) -> tuple[str, str]:
    """The keys of a select list, and those to group by, each with a comma behind."""
    groups = [f'"{key}"' for key in keys]
    shown = list(groups)
    if grain:
        shown.insert(0, f"date_trunc('{grain}', day)::date as {PERIOD}")
        groups.insert(0, PERIOD)
    if "user" in keys:
        shown.append("arg_max(person, day) as person")
    return "".join(f"{one}, " for one in shown), "".join(f"{one}, " for one in groups)


def grouping(groups: str) -> str:
    """The end of a query that has no other columns to group by."""
    listed = groups.removesuffix(", ")
    return f"group by {listed} order by {listed}" if listed else ""
