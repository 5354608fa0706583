"""Which legs are too old to be kept as they are, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

import polars as pl

from warehouse.anonymous import ANONYMOUS, PERSONAL
from warehouse.digest import ask
from warehouse.master import Master
from warehouse.scope import Where
from warehouse.snapshot import Snapshot
from warehouse.statements import statement


@dataclass(frozen=True, slots=True)
class Mark:
    """Legs of local days before `before`, of all sites, departments and call types that are named.

    An empty tuple stands for all, an empty text in it for legs that have none.
    """

    what: Literal["delete", "anonymise"]
    before: date
    sites: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    call_types: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        """Tells rules apart; the same whatever the day."""
        named = ("sites", "departments", "call_types")
        parts = [f"{name} {list(getattr(self, name))}" for name in named if getattr(self, name)]
        return " ".join([self.what, *parts])

    @property
    def covers(self) -> pl.Expr:
        """Whether a leg falls under the rule."""
        found = pl.col("day") < self.before
        for column, wanted in self._named():
            if wanted:
                absent = pl.col(column).is_null() & ("" in wanted)
                found &= absent | pl.col(column).is_in(list(wanted)).fill_null(value=False)
        return found

    @property
    def open_legs(self) -> Where:
        """Legs of the warehouse that fall under the rule and are still as they were."""
        conditions = ["day < $before"]
        parameters: dict[str, Any] = {"before": self.before}
        for column, wanted in self._named():
            if wanted:
                absent = f" or {column} is null" if "" in wanted else ""
                conditions.append(f"({column} in (select unnest(${column})){absent})")
                parameters[column] = list(wanted)
        if self.what == "anonymise":
            conditions.append("charged_user is distinct from $anonymous")
            parameters["anonymous"] = ANONYMOUS
        return Where(" and ".join(conditions), parameters)

    def _named(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return (
            ("site", self.sites),
            ("department", self.departments),
            ("call_type", self.call_types),
        )


def anonymised(legs: pl.DataFrame) -> pl.DataFrame:
    """Legs without numbers and people.

    When, how long, which way, over which trunk, where to, whose department and how much stays.
    """
    return legs.with_columns(
        *(pl.lit(None, pl.String).alias(name) for name in PERSONAL),
        pl.lit(ANONYMOUS).alias("charged_user"),
    )


def is_anonymous() -> pl.Expr:
    """Whether a leg has been anonymised."""
    return pl.col("charged_user").eq_missing(pl.lit(ANONYMOUS))


def withheld(legs: pl.DataFrame, marks: Sequence[Mark]) -> pl.DataFrame:
    """Legs that come late, as they may be stored: those too old are left out or anonymised."""
    if not marks or legs.is_empty():
        return legs
    for mark in marks:
        if mark.what == "delete":
            legs = legs.filter(~mark.covers)
    old = pl.any_horizontal(
        pl.lit(False), *(one.covers for one in marks if one.what == "anonymise")
    )
    chosen = legs.select(old.alias("old"))["old"]
    if not chosen.any():
        return legs
    rows = legs.with_row_index("_at")
    return (
        pl.concat([rows.filter(~chosen), anonymised(rows.filter(chosen))]).sort("_at").drop("_at")
    )


def marks(master: Master) -> tuple[Mark, ...]:
    """Everything that was ever deleted or anonymised; the list is empty for most warehouses."""
    rows = master.connection.execute(statement("list_retention")).fetchall()
    return tuple(
        Mark(what, before, tuple(sites), tuple(departments), tuple(call_types))
        for what, before, sites, departments, call_types in rows
    )


def move_marks(
    master: Master, to: Iterable[Mark], at: datetime, by: str, *, taking_away: bool
) -> None:
    """Notes what is to be deleted or anonymised: late legs are treated so from here on.

    A mark never goes back. When something stored is about to be taken away, the published base
    counts as outdated: whenever this process may end, the next publication leaves it out.
    """
    instant = at.astimezone(UTC).replace(tzinfo=None)
    with master.transaction() as connection:
        for mark in to:
            connection.execute(
                statement("upsert_retention"),
                {
                    "rule": mark.rule,
                    "what": mark.what,
                    "sites": list(mark.sites),
                    "departments": list(mark.departments),
                    "call_types": list(mark.call_types),
                    "before": mark.before,
                    "at": instant,
                    "by": by,
                    "owed": taking_away,
                },
            )
        if taking_away:
            connection.execute(
                "update publication set change = uuid(), base = null, base_mark = null"
            )


def owes(master: Master) -> bool:
    """Whether something was taken away of which files or free space may still hold traces."""
    found = master.connection.execute("select 1 from retention where owed limit 1").fetchone()
    return found is not None


def settle(master: Master) -> None:
    """Notes that nothing is left of what was taken away."""
    with master.transaction() as connection:
        connection.execute("update retention set owed = false")


def open_days(origin: Master | Snapshot, mark: Mark) -> pl.DataFrame:
    """`day, legs` of the legs that fall under a mark and are still as they were."""
    condition = mark.open_legs
    sql = statement("count_open_legs").format(condition=condition.sql)
    return ask(origin, sql, condition.parameters)
