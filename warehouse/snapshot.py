"""The published warehouse as readers see it."""

from __future__ import annotations

import itertools
import tempfile
import weakref
from collections import Counter, deque
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb
import polars as pl

from warehouse.answers import Answers, question
from warehouse.dimensions import DIMENSIONS
from warehouse.errors import Damaged, Unavailable
from warehouse.frames import TEXTS_AS_VIEWS, fetch, fetch_one, pieces, sorted_pieces, whole
from warehouse.limits import time_limit
from warehouse.manifest import SNAPSHOTS, Manifest, ManifestMark, manifest_mark, read_manifest
from warehouse.migrate import schema_version
from warehouse.narrow import create_narrow
from warehouse.publish import PUBLISHED_TABLES
from warehouse.statements import statement
from warehouse.views import create_views

_NARROWED = itertools.count(1)
_QUESTION_S = 60.0
"""A person has left the page long before."""


class NothingPublished(Unavailable):
    """The miner has not published anything yet."""


class Snapshot:
    """One published version. Never changes, and stays readable for as long as it is held.

    Its tables are those of `PUBLISHED_TABLES`, over them the views `calls` and `entries`, and
    beside them those of `warehouse.dimensions.DIMENSIONS`. Safe for use by several threads.
    """

    def __init__(
        self,
        manifest: Manifest,
        instance: duckdb.DuckDBPyConnection,
        schema: str,
        answers: Answers,
        seconds: float,
    ) -> None:
        self.manifest = manifest
        self._instance = instance
        self._schema = schema
        self._answers = answers
        self._seconds = seconds

    @property
    def version(self) -> int:
        return self.manifest.version

    def query(
        self,
        sql: str,
        parameters: dict[str, Any] | None = None,
        *,
        days: tuple[date, date] | None = None,
    ) -> pl.DataFrame:
        """The result of one query, which is the caller's own; small results are remembered.

        `days` are the first and the last of the only days that it depends on, where there are such:
        then an answer from the base alone lasts for as long as the base. Raises `TooSlow`.
        """
        asked = (self._state(days), question(sql, parameters))
        return self._answers.get(asked, lambda: self._fetch(sql, parameters))

    def _state(self, days: tuple[date, date] | None) -> object:
        """What an answer lasts for."""
        manifest = self.manifest
        if days is not None and days[1] < manifest.cutoff:
            first, last = days
            if not any(first <= day <= last for day in manifest.hot_days):
                return manifest.base_mark
        return self._schema

    def _fetch(self, sql: str, parameters: dict[str, Any] | None) -> pl.DataFrame:
        with self._cursor() as cursor, time_limit(cursor, self._seconds):
            return fetch(whole(cursor), sql, parameters)

    @contextmanager
    def narrowed(self, users: Collection[str]) -> Iterator[Snapshot]:
        """The same for whoever may see the calls of some of these users and no others.

        Answers are the same within scopes of none but these, and come in a fraction of the time:
        what the users own is copied into memory once, for as long as the block lasts. Raises
        `Unavailable` where it does not fit.
        """
        schema = f"{self._schema}_narrow_{next(_NARROWED)}"
        try:
            try:
                with self._cursor() as cursor:
                    create_narrow(cursor, self._schema, schema, PUBLISHED_TABLES, users)
            except duckdb.Error as error:
                raise Unavailable(
                    f"The calls of {len(users)} people cannot be held: {error}"
                ) from error
            yield Snapshot(self.manifest, self._instance, schema, Answers(), self._seconds)
        finally:
            self._instance.execute(f"drop schema if exists {schema} cascade")

    def batches(
        self,
        sql: str,
        parameters: dict[str, Any] | None = None,
        *,
        rows: int = 50_000,
        ordered: bool = False,
    ) -> Iterator[pl.DataFrame]:
        """The result of one query in pieces of about `rows`, in bounded memory.

        `ordered` is for queries that end in their order, and keeps it.
        """
        with self._cursor() as cursor:
            yield from (sorted_pieces if ordered else pieces)(cursor, sql, parameters, rows)

    def verify(self) -> None:
        """Raises `Damaged` if the two files do not hold what the manifest says."""
        with self._cursor() as cursor:
            legs, calls = fetch_one(
                cursor, "select (select count(*) from legs), (select count(*) from calls)"
            )
            sums = cursor.execute(statement("total_cost")).fetchall()
        cost = {currency: str(amount) for currency, amount in sums}
        expected = self.manifest.totals
        if (expected.legs, expected.calls, expected.cost) != (legs, calls, cost):
            raise Damaged(
                f"Version {self.version} should hold {expected}, but holds "
                f"legs={legs} calls={calls} cost={cost}."
            )

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        cursor = self._instance.cursor()
        cursor.execute(f"set search_path = '{self._schema},main'")
        return cursor


class Snapshots:
    """Opens what is published in a warehouse folder, and follows it. One per process is enough.

    The DuckDB instance and its cache live on when a new version comes: its files are attached
    beside the old ones, which are detached once no `Snapshot` of theirs is held.
    """

    def __init__(
        self,
        folder: Path,
        *,
        memory_limit: str = "1GB",
        threads: int | None = None,
        question_seconds: float = _QUESTION_S,
    ) -> None:
        """`threads` is how many work on questions beside those that ask; None is one a core."""
        self._folder = folder / SNAPSHOTS
        self._instance = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": memory_limit,
                "temp_directory": str(Path(tempfile.gettempdir()) / "tollbook"),
                **TEXTS_AS_VIEWS,
                **({"threads": threads} if threads else {}),
            },
        )
        self._instance.execute("set timezone = 'UTC'")
        self._instance.execute(statement("create_masked"))
        self._answers = Answers()
        self._seconds = question_seconds
        self._lock = Lock()
        self._serial = itertools.count(1)
        self._mark: ManifestMark | None = None
        self._current: Snapshot | None = None
        self._attached: Counter[str] = Counter()
        self._dropped: deque[tuple[str, Manifest]] = deque()

    def current(self) -> Snapshot:
        """The newest published version.

        Raises `NothingPublished` before the first one, `Unavailable` while the published files
        are of another version of the program, and `Damaged` where they cannot be read.
        """
        if not self._lock.acquire(blocking=False):
            # While one reader opens a new version, the others go on with the one before.
            opened = self._current
            if opened is not None:
                return opened
            self._lock.acquire()
        try:
            mark = manifest_mark(self._folder)
            if mark is None:
                raise NothingPublished(
                    f"Nothing is published in {self._folder} yet. Start `tollbook mine`."
                )
            if self._current is None or mark != self._mark:
                self._current = self._newest()
                self._mark = mark
                self._release()
            return self._current
        finally:
            self._lock.release()

    def close(self) -> None:
        """Ends the instance; snapshots still held become useless."""
        with self._lock:
            self._current = None
            self._instance.close()

    def _newest(self) -> Snapshot:
        try:
            return self._open(self._read())
        except duckdb.IOException:
            # Several versions may have come and gone between reading the manifest and the files.
            manifest = self._read()
        try:
            return self._open(manifest)
        except duckdb.Error as error:
            raise Damaged(
                f"The published files {', '.join(manifest.files)} cannot be read: {error}"
            ) from error

    def _read(self) -> Manifest:
        manifest = read_manifest(self._folder)
        if manifest is None:
            raise NothingPublished(f"Nothing is published in {self._folder} any more.")
        if manifest.schema_version != schema_version():
            raise Unavailable(
                f"The published files have schema {manifest.schema_version}, this program reads "
                f"{schema_version()}. Run the same version of `tollbook mine`."
            )
        return manifest

    def _open(self, manifest: Manifest) -> Snapshot:
        for name in manifest.files:
            self._attach(name)
        schema = f"version_{next(self._serial)}"
        self._instance.execute(f"create schema {schema}")
        for table in PUBLISHED_TABLES:
            self._instance.execute(_view(schema, table, manifest))
        for table in DIMENSIONS:
            source = f"{_alias(manifest.directory)}.{table}"
            self._instance.execute(f"create view {schema}.{table} as from {source}")
        create_views(self._instance, schema, schema)
        snapshot = Snapshot(manifest, self._instance, schema, self._answers, self._seconds)
        self._attached.update(manifest.files)
        # The collector may run anywhere, even within a query: only note what can go.
        weakref.finalize(snapshot, self._dropped.append, (schema, manifest))
        return snapshot

    def _attach(self, name: str) -> None:
        if self._attached[name]:
            return
        # ATTACH takes no parameters.
        quoted = str(self._folder / name).replace("'", "''")
        self._instance.execute(f"attach if not exists '{quoted}' as {_alias(name)} (read_only)")

    def _release(self) -> None:
        while self._dropped:
            schema, manifest = self._dropped.popleft()
            self._instance.execute(f"drop schema {schema} cascade")
            self._attached.subtract(manifest.files)
            for name in manifest.files:
                if not self._attached[name]:
                    self._instance.execute(f"detach database if exists {_alias(name)}")


def _alias(name: str) -> str:
    return name.removesuffix(".duckdb").replace("-", "_")


def _view(schema: str, table: str, manifest: Manifest) -> str:
    """A view takes no parameters either; dates print as digits and dashes only."""
    in_base = f"day < date '{manifest.cutoff.isoformat()}'"
    if manifest.hot_days:
        days = ", ".join(f"date '{day.isoformat()}'" for day in manifest.hot_days)
        in_base += f" and day not in ({days})"
    return (
        f"create view {schema}.{table} as "
        f"from {_alias(manifest.base)}.{table} where {in_base} "
        f"union all from {_alias(manifest.hot)}.{table}"
    )
