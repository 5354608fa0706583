"""The one file that calls are written to, open in one process at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
from filelock import FileLock, Timeout

from warehouse.errors import Damaged, Unavailable
from warehouse.migrate import migrate
from warehouse.views import create_views

STORAGE_VERSION = "v1.5.0"
"""Read by DuckDB 1.5 and 2; a file born in the format of 2 would shut 1.5 out."""


class Master:
    """The warehouse as its only writer sees it. Not for use by several threads at once."""

    def __init__(self, folder: Path, connection: duckdb.DuckDBPyConnection, lock: FileLock) -> None:
        self.folder = folder
        self.connection = connection
        self._lock = lock

    @classmethod
    def open(cls, folder: Path, *, memory_limit: str = "800MB") -> Self:
        """Opens, and creates if need be, `folder/master.duckdb` with the current schema.

        Raises `Unavailable` while another `Master` has it open, here or in another process, and
        `Damaged` if the file is not a readable database.
        """
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "master.duckdb"
        lock = FileLock(folder / "master.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise Unavailable(
                f"{path} is being written by another process. Only one miner can run for a home; "
                "stop the other one first."
            ) from error
        try:
            return cls(folder, _connect(path, folder / "temporary", memory_limit), lock)
        except BaseException:
            lock.release()
            raise

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """All or nothing. What was written is durable once the block has been left, not before."""
        self.connection.begin()
        try:
            yield self.connection
        except BaseException:
            self.connection.rollback()
            raise
        self.connection.commit()

    def checkpoint(self) -> None:
        """Moves the write-ahead log into the file: for quiet moments."""
        self.connection.execute("checkpoint")

    def close(self) -> None:
        try:
            self.connection.close()
        finally:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _connect(path: Path, temporary: Path, memory_limit: str) -> duckdb.DuckDBPyConnection:
    try:
        connection = duckdb.connect(
            path,
            config={
                "memory_limit": memory_limit,
                "temp_directory": str(temporary),
                # An automatic checkpoint in the middle of a load costs up to a second.
                "checkpoint_threshold": "256MB",
                "storage_compatibility_version": STORAGE_VERSION,
            },
        )
    except duckdb.IOException as error:
        raise Unavailable(f"{path} cannot be opened: {error}") from error
    except duckdb.Error as error:
        raise Damaged(f"{path} is not a readable warehouse: {error}") from error
    try:
        connection.execute("set timezone = 'UTC'")
        migrate(connection)
        create_views(connection, "main", None)
    except BaseException:
        connection.close()
        raise
    return connection
