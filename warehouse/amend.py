"""Rollups of days of which few calls change, brought up to what these were and what they are.

A rollup is a sum over calls: what goes out of it and what comes in is all that there is to look at.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import duckdb
import polars as pl

from warehouse.frames import fetch
from warehouse.rollups import ROLLUPS, around, sum_into
from warehouse.statements import statement

_MEASURES: Final = (
    *("calls", "answered", "prompt", "talk_s", "wait_s", "cost", "charge", "tax", "unrated"),
    *("reporting_cost", "reporting_charge", "reporting_tax", "unconverted"),
)
"""Columns of rollups that are sums; the others say of what."""
_PRESENT: Final = ("calls", "cost", "charge", "tax")
"""Of what is summed up at least one of these is above zero, and none is below."""
_CALLS: Final = (
    "create or replace temp table amended_calls as "
    "from calls semi join amended using (source, call_id) "
    "where day between $first and $last and day in (select day from amended_days)"
)
_CALL_DAYS: Final = (
    "select day from group_calls semi join amended using (source, call_id) where {condition}"
)


class Amendment:
    """Some calls before they change, to be told again when they have."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        legs: pl.DataFrame,
        rollups: Collection[str],
    ) -> None:
        """Remembers what the calls of some legs, on whatever day they stand, were summed up to.

        To be called in a transaction. `legs` has `source, call_id, day` and `alone`.
        """
        self._connection = connection
        self._rollups = [rollup for rollup in ROLLUPS if rollup in rollups]
        keys = legs.select("source", "call_id").unique()
        connection.register("calls_to_amend", keys.to_arrow())
        try:
            connection.execute("create or replace temp table amended as from calls_to_amend")
        finally:
            connection.unregister("calls_to_amend")
        days = {*legs["day"], *self._days_of(legs.filter(~pl.col("alone")))}
        self._period = min(days), max(days)
        connection.register("days_to_amend", pl.DataFrame({"day": sorted(days)}).to_arrow())
        try:
            connection.execute("create or replace temp table amended_days as from days_to_amend")
        finally:
            connection.unregister("days_to_amend")
        self._sum("was")

    def apply(self) -> None:
        """Takes out of the rollups what the calls were, and puts into them what they are."""
        self._sum("now")
        for rollup in self._rollups:
            self._merge(rollup)

    def _sum(self, when: str) -> None:
        targets = {rollup: f"{when}_{rollup}" for rollup in self._rollups}
        for rollup, target in targets.items():
            self._connection.execute(
                f"create or replace temp table {target} as from {rollup} limit 0"
            )
        # Of all that is asked of them they are looked for once.
        days = {"first": self._period[0], "last": self._period[1]}
        self._connection.execute(_CALLS, days)
        entries = statement("entries").format(
            calls="amended_calls", groups="amended_calls", shares="main.call_shares"
        )
        self._connection.execute(f"create or replace temp table amended_entries as {entries}")
        sources = {"calls": "amended_calls", "entries": "amended_entries"}
        sum_into(self._connection, targets, sources)

    def _days_of(self, legs: pl.DataFrame) -> pl.Series:
        """On which days the calls of legs stand that are more than one leg."""
        near = {"days": around(set(legs["day"]))}
        nearby = "group_calls.day in (select unnest($days))"
        found = fetch(self._connection, _CALL_DAYS.format(condition=nearby), near)
        if found.height < legs.select("source", "call_id").n_unique():
            found = fetch(self._connection, _CALL_DAYS.format(condition="true"))
        return found["day"]

    def _merge(self, rollup: str) -> None:
        columns = fetch(self._connection, f"describe {rollup}")["column_name"].to_list()
        measures = [name for name in columns if name in _MEASURES]
        groups = [f'"{name}"' for name in columns if name not in _MEASURES]
        parts = {
            "rollup": rollup,
            "groups": ", ".join(groups),
            "same": " and ".join(
                f"{rollup}.{name} is not distinct from difference.{name}"
                for name in groups
                if name != '"day"'
            ),
            "taken": ", ".join(f"-{name} as {name}" for name in measures),
            "sums": ", ".join(f"sum({name}) as {name}" for name in measures),
            "any": " or ".join(f"sum({name}) <> 0" for name in measures),
            "present": " or ".join(f"sum({name}) <> 0" for name in _PRESENT if name in measures),
        }
        for step in ("amend_difference", "amend_sums", "amend_delete"):
            self._connection.execute(statement(step).format(**parts))
        self._connection.execute(f"insert into {rollup} by name from amended_sums")
