"""Keeps the mirror like the warehouse: day by day, each in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from hashlib import sha256
from typing import Any, Final

import polars as pl
import pyodbc  # type: ignore[import-not-found]  # its stubs are not where mypy looks

from warehouse.clock import Clock
from warehouse.mirror.bulk import ahead, chunk_rows, fitted
from warehouse.mirror.dates import calendar
from warehouse.mirror.dialect import Dialect, Packed
from warehouse.mirror.plan import DayState, Group, days_of, due_days, first_group
from warehouse.mirror.server import Server
from warehouse.mirror.statements import staged
from warehouse.mirror.tables import BY_DAY, DIRECTORY, PRICES, Table, table
from warehouse.mirror.upgrade import upgrade
from warehouse.snapshot import Snapshot, Snapshots

Progress = Callable[[int, int], None]
"""Told how many days are done, and how many still differ."""

_DAYS: Final = "mirror_days"
_OF_DAYS: Final = "where day between $first and $last and day in (select unnest($days))"
_MARK_DIGITS: Final = 32


@dataclass(frozen=True, slots=True)
class Done:
    """What a round did."""

    version: int = 0
    """Published version that the mirror now equals, if no day is waiting."""
    days: int = 0
    calls: int = 0
    cut: int = 0
    """Texts that were longer than their columns."""
    waiting: int = 0
    """Days that still differ: the round was stopped."""


class Mirror:
    """Copies published snapshots to a server; reads nothing else, and holds up nobody.

    May be ended at any moment: the server has whole days, and the next round goes on from what it
    says itself that it has.
    """

    def __init__(
        self, server: Server, snapshots: Snapshots, clock: Clock, *, columnstore: bool = False
    ) -> None:
        self._server = server
        self._snapshots = snapshots
        self._clock = clock
        self._columnstore = columnstore
        self._known: dict[date, str] | None = None
        self._forget()

    def cycle(
        self,
        progress: Progress | None = None,
        stopped: Callable[[], bool] = lambda: False,
        again: Collection[date] = (),
        anew: Collection[str] = (),
    ) -> Done:
        """Replaces everything that differs, and in any case the days `again` and the tables `anew`.

        Raises `TargetUnavailable` where another round may succeed, `TargetRefused` where somebody
        has to do something first, and what `Snapshots.current` raises.
        """
        snapshot = self._snapshots.current()
        if snapshot.version == self._equals and not again and not anew:
            return Done(snapshot.version)
        try:
            return self._round(progress, stopped, set(again), anew)
        except BaseException:
            self._forget()
            raise

    @property
    def waiting(self) -> int | None:
        """How many days are not as they are published; None before the server was asked."""
        if self._known is None:
            return None
        return len(due_days(days_of(self._snapshots.current()), self._known))

    def _forget(self) -> None:
        self._equals = 0
        self._there: dict[date, str] | None = None
        self._tables: dict[str, str] = {}

    def _round(
        self,
        progress: Progress | None,
        stopped: Callable[[], bool],
        again: set[date],
        anew: Collection[str],
    ) -> Done:
        there = self._look()
        for name in anew:
            self._tables.pop(name, None)
        done = Done()
        tables_of = 0
        while True:
            snapshot = self._snapshots.current()
            here = days_of(snapshot)
            due = due_days(here, there, again)
            done = replace(done, version=snapshot.version, waiting=len(due))
            if stopped():
                return done
            if snapshot.version != tables_of:
                self._replace_tables(snapshot, here)
                tables_of = snapshot.version
            if not due:
                self._equals = snapshot.version
                return done
            group = first_group(due, here, there)
            calls, cut = self._replace_days(snapshot, group, here)
            again -= {*group.days}
            for day in group.days:
                if day in here:
                    there[day] = here[day].mark
                else:
                    there.pop(day, None)
            done = replace(
                done,
                days=done.days + len(group.days),
                calls=done.calls + calls,
                cut=done.cut + cut,
            )
            if progress is not None:
                progress(done.days, len(due) - len(group.days))

    def _look(self) -> dict[date, str]:
        """What the server says that it has; its schema is made or brought up where need be."""
        server = self._server
        if self._there is None:
            server.close()
            upgrade(server, self._clock(), columnstore=self._columnstore)
        dialect = server.dialect
        self._there = dict(server.rows(dialect.statement("list_days")))
        self._known = self._there
        self._tables = dict(server.rows(dialect.statement("list_tables")))
        return self._there

    def _replace_days(
        self, snapshot: Snapshot, group: Group, here: dict[date, DayState]
    ) -> tuple[int, int]:
        """One transaction; gives how many calls were written, and how many texts were cut."""
        dialect = self._server.dialect
        calls: Counter[date] = Counter()
        cut: Counter[date] = Counter()
        self._make_staging(group)
        with self._server.transaction() as cursor:
            dialect.lock(cursor)
            cursor.execute(dialect.emptying(table(_DAYS)))
            leaving = self._noted(snapshot, group.days, here, calls, cut)
            dialect.insert(cursor, staged(_DAYS), table(_DAYS), leaving)
            for name in BY_DAY:
                if group.is_new:
                    self._delete(cursor, table(name), group)
                else:
                    cursor.execute(dialect.emptying(table(name)))
            for of, rows, counted in ahead(_chunks(snapshot, group, dialect)):
                # Nobody reads days that are not there yet: they go where they belong at once.
                into = f"{{schema}}.{of.name}" if group.is_new else staged(of.name)
                dialect.write(cursor, into, of, rows)
                self._server.heard()
                if of.name == "calls":
                    for day, many, shortened in counted.iter_rows():
                        calls[day] += many
                        cut[day] += shortened
            if not group.is_new:
                for name in BY_DAY:
                    self._delete(cursor, table(name), group)
                    self._server.heard()
                    cursor.execute(
                        dialect.statement(
                            "insert_staged",
                            table=name,
                            columns=table(name).listed,
                            staged=staged(name),
                        )
                    )
                    self._server.heard()
            self._delete(cursor, table(_DAYS), group)
            known = [day for day in group.days if day in here]
            if known:
                noted = self._noted(snapshot, known, here, calls, cut)
                dialect.insert(cursor, f"{{schema}}.{_DAYS}", table(_DAYS), noted)
        return calls.total(), cut.total()

    def _noted(
        self,
        snapshot: Snapshot,
        days: Iterable[date],
        here: dict[date, DayState],
        calls: Counter[date],
        cut: Counter[date],
    ) -> pl.DataFrame:
        """Rows of days; one that the warehouse does not know has no mark."""
        at = _stored(self._clock())
        rows = [
            (day, here[day].mark if day in here else "", snapshot.version, calls[day], cut[day], at)
            for day in days
        ]
        return pl.DataFrame(rows, table(_DAYS).schema, orient="row")

    def _make_staging(self, group: Group) -> None:
        """Tables of this session for the rows of a group.

        Made in a transaction of their own: a driver that asks for their columns may be refused
        those of one that is open, and takes it back.
        """
        wanted = {_DAYS} if group.is_new else {_DAYS, *BY_DAY}
        missing = sorted(wanted - self._server.session_tables)
        if missing:
            with self._server.transaction() as cursor:
                for name in missing:
                    cursor.execute(self._server.dialect.staging(table(name)))
            self._server.session_tables.update(missing)

    def _delete(self, cursor: pyodbc.Cursor, of: Table, group: Group) -> None:
        cursor.execute(self._server.dialect.statement("delete_days", table=of.name), *group.span)

    def _replace_tables(self, snapshot: Snapshot, here: dict[date, DayState]) -> None:
        """Those that are replaced as a whole, where they are of another state."""
        directory = snapshot.manifest.directory.removeprefix("directory-").rsplit("-", 1)[0]
        for name in DIRECTORY:
            self._replace_table(snapshot, table(name), directory, partial(_whole, snapshot))
        tariffs = pl.DataFrame(
            [
                {**one.model_dump(), "loaded_at": _stored(one.loaded_at)}
                for one in snapshot.manifest.tariffs
            ],
            table("tariffs").schema,
        )
        self._replace_table(snapshot, table("tariffs"), _mark(tariffs), lambda _: iter([tariffs]))
        # A version stands for all its rows, whatever else of the directory changes.
        versions = snapshot.query(f"select distinct tariff, version from {PRICES} order by all")
        whole = partial(_whole, snapshot)
        self._replace_table(snapshot, table(PRICES), _mark(versions), whole)
        if here:
            first, last = min(here).year, max(here).year
            self._replace_table(
                snapshot,
                table("dates"),
                f"{first} to {last}",
                lambda _: iter([calendar(first, last)]),
            )

    def _replace_table(
        self,
        snapshot: Snapshot,
        of: Table,
        mark: str,
        rows_of: Callable[[Table], Iterator[pl.DataFrame]],
    ) -> None:
        if self._tables.get(of.name) == mark:
            return
        dialect = self._server.dialect
        with self._server.transaction() as cursor:
            dialect.lock(cursor)
            cursor.execute(dialect.statement("delete_all", table=of.name))
            many = 0
            for whole in rows_of(of):
                for part in whole.iter_slices(chunk_rows(of)):
                    rows, _ = fitted(part.cast(of.schema), of)
                    dialect.insert(cursor, f"{{schema}}.{of.name}", of, rows)
                    self._server.heard()
                    many += rows.height
            cursor.execute(dialect.statement("delete_table_mark"), of.name)
            cursor.execute(
                dialect.statement("insert_table_mark"),
                *(of.name, mark, snapshot.version, many, _stored(self._clock())),
            )
        self._tables[of.name] = mark


def _chunks(
    snapshot: Snapshot, group: Group, dialect: Dialect
) -> Iterator[tuple[Table, Packed, pl.DataFrame]]:
    """Rows of a group as the server takes them, and of each day how many, and how many cut."""
    first, last = group.span
    parameters: dict[str, Any] = {"first": first, "last": last, "days": list(group.days)}
    for of in map(table, BY_DAY):
        query = f"{_select(of)} {_OF_DAYS}"
        for batch in snapshot.batches(query, parameters, rows=chunk_rows(of)):
            if not batch.is_empty():
                rows, cut = fitted(batch.cast(of.schema), of)
                yield of, dialect.packed(rows), _counted(rows, cut)


def _whole(snapshot: Snapshot, of: Table) -> Iterator[pl.DataFrame]:
    return snapshot.batches(_select(of), rows=chunk_rows(of))


def _mark(rows: pl.DataFrame) -> str:
    return sha256(rows.write_ndjson().encode()).hexdigest()[:_MARK_DIGITS]


def _select(of: Table) -> str:
    return f"select {of.selected} from {of.name}"


def _counted(rows: pl.DataFrame, cut: pl.Series) -> pl.DataFrame:
    """`day, rows, cut`."""
    both = rows.select("day", cut.alias("cut"))
    return both.group_by("day").agg(pl.len().alias("rows"), pl.col("cut").sum())


def _stored(instant: datetime) -> datetime:
    """UTC as servers hold it: without an offset, in milliseconds."""
    naive = instant.astimezone(UTC).replace(tzinfo=None)
    return naive.replace(microsecond=naive.microsecond // 1000 * 1000)
