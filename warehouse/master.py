"""The one file that calls are written to, open in one process at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
from filelock import FileLock, Timeout

from warehouse.base import BaseMaker
from warehouse.errors import Damaged, InUse, Unavailable
from warehouse.files import sync_folder
from warehouse.frames import TEXTS_AS_VIEWS, fetch_one, whole
from warehouse.keys import StoredKeys
from warehouse.migrate import migrate
from warehouse.rollups import sum_up_older
from warehouse.room import needing_room
from warehouse.statements import statement
from warehouse.views import create_views

STORAGE_VERSION = "v1.5.0"
"""Read by DuckDB 1.5 and 2; a file born in the format of 2 would shut 1.5 out."""


_NAME = "master.duckdb"
_CHECKPOINT_AT = "256MB"
_NEVER = "1TB"
_THREADS = 1
"""Another thread reads and prices meanwhile, and several here cost twice the time."""
_OF_CHECKPOINT = 2
"""Readers wait for it, and columns are pressed one by one."""
_PIECE = 8 << 20
_SYNCED_AT_ONCE = 64 << 20


class Master:
    """The warehouse as its only writer sees it. Not for use by several threads at once."""

    def __init__(self, folder: Path, connection: duckdb.DuckDBPyConnection, lock: FileLock) -> None:
        self.folder = folder
        self.connection = connection
        self._lock = lock
        self.keys = StoredKeys()
        self._threshold = _CHECKPOINT_AT
        self.base_maker = BaseMaker(self)
        # Closing a second handle of the file would give up the lock that the database has on it.
        self._handle = _handle_of(folder / _NAME)

    @classmethod
    def open(cls, folder: Path, *, memory_limit: str = "400MB") -> Self:
        """Opens, and creates if need be, `folder/master.duckdb` with the current schema.

        Raises `InUse` while another `Master` has it open, here or in another process,
        `NoRoom` if the disk is full, and `Damaged` if the file is not a readable database.
        """
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / _NAME
        lock = FileLock(folder / "master.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise InUse(
                f"{path} is being written by another process. Only one miner can run for a home; "
                "stop the other one first."
            ) from error
        try:
            with needing_room(folder):
                return cls(folder, _connect(path, folder / "temporary", memory_limit), lock)
        except BaseException:
            lock.release()
            raise

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """All or nothing. What was written is durable once the block has been left, not before.

        After `NoRoom` the warehouse has to be opened anew.
        """
        with needing_room(self.folder):
            self.connection.begin()
            try:
                yield self.connection
            except BaseException:
                with suppress(duckdb.Error):
                    # What broke the transaction may have ended it, or the database with it.
                    self.connection.rollback()
                raise
            self.connection.commit()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """For another thread, to read what is committed."""
        return whole(self.connection.cursor())

    def checkpoint(self) -> None:
        """Moves the write-ahead log into the file: for quiet moments."""
        with needing_room(self.folder), self._threads(_OF_CHECKPOINT):
            self.connection.execute("checkpoint")

    def freeze(self) -> None:
        """Writes all into the file and leaves it so until `thaw`: changes go to the log alone."""
        self.checkpoint()
        self._checkpoint_at(_NEVER)

    def thaw(self) -> None:
        self._checkpoint_at(_CHECKPOINT_AT)

    @contextmanager
    def without_log(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """What is committed to an attached file goes straight into it, and is not logged before.

        To be left before the master itself is written again.
        """
        threshold = self._threshold
        self._checkpoint_at("0KB")
        try:
            yield self.connection
        finally:
            self._checkpoint_at(threshold)

    @contextmanager
    def unmoved(self) -> Iterator[None]:
        """Legs stay in their rows, whatever is committed: their row ids can be kept."""
        threshold = self._threshold
        self._checkpoint_at(_NEVER)
        try:
            yield
        finally:
            self._checkpoint_at(threshold)

    @contextmanager
    def _threads(self, count: int) -> Iterator[None]:
        self.connection.execute(f"set threads = {count}")
        try:
            yield
        finally:
            with suppress(duckdb.Error):
                # What broke the work may have shut the database, until it is opened anew.
                self.connection.execute(f"set threads = {_THREADS}")

    def _checkpoint_at(self, size: str) -> None:
        self._threshold = size
        self.connection.execute(f"set checkpoint_threshold = '{size}'")

    def copy_frozen(self, path: Path, stopped: Callable[[], bool]) -> None:
        """Copies the frozen file; for any thread. It may be newer than when it was frozen.

        Raises `InterruptedError` when it is `stopped`. Blocks that are not part of the frozen state
        may change meanwhile: nothing in it names them.
        """
        if self._handle is None:
            copy_within(self.connection.cursor(), path)
            return
        with path.open("wb") as target:
            offset = 0
            while piece := os.pread(self._handle.fileno(), _PIECE, offset):
                if stopped():
                    raise InterruptedError(f"{path} was given up")
                target.write(piece)
                offset += len(piece)
                if offset % _SYNCED_AT_ONCE < _PIECE:
                    # Whoever commits meanwhile would wait behind one sync of it all.
                    target.flush()
                    os.fsync(target.fileno())

    def take(self, copy: Path) -> None:
        """Goes on with another file of the same content in place of its own.

        Raises `Unavailable`, and goes on as before, while something else uses the connection.
        """
        self.base_maker.give_up()
        path = self.folder / _NAME
        limit = str(fetch_one(self.connection, "select current_setting('memory_limit')")[0])
        self.checkpoint()
        self.connection.close()
        if self._handle is not None:
            self._handle.close()
        try:
            # The log of one file must never be applied to the other.
            if path.with_name(f"{path.name}.wal").exists():
                raise Unavailable(f"{path} is still being written. Try again later")
            copy.replace(path)
            sync_folder(self.folder)
        finally:
            self.connection = _connect(path, self.folder / "temporary", limit)
            self._handle = _handle_of(path)

    def close(self) -> None:
        try:
            self.base_maker.close()
            self.connection.close()
        finally:
            if self._handle is not None:
                self._handle.close()
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


def is_open(folder: Path) -> bool:
    """Whether a process has the master in a folder open."""
    try:
        with FileLock(folder / "master.lock").acquire(timeout=0):
            return False
    except Timeout:
        return True


def _handle_of(path: Path) -> BufferedReader | None:
    """Windows lets nobody else read a file that the database writes."""
    return None if os.name == "nt" else path.open("rb")


def copy_within(cursor: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Copies the master through the database: row by row, without what was deleted."""
    # ATTACH takes no parameters.
    quoted = str(path).replace("'", "''")
    cursor.execute(f"attach '{quoted}' as copied (storage_version '{STORAGE_VERSION}')")
    try:
        cursor.execute("copy from database master to copied")
        cursor.execute("checkpoint copied")
    finally:
        cursor.execute("detach copied")


def _connect(path: Path, temporary: Path, memory_limit: str) -> duckdb.DuckDBPyConnection:
    try:
        connection = duckdb.connect(
            path,
            config={
                "memory_limit": memory_limit,
                "temp_directory": str(temporary),
                "threads": _THREADS,
                # Whole row groups go to the file at once and not through the log.
                "write_buffer_row_group_count": 1,
                # An automatic checkpoint in the middle of a load costs up to a second.
                "checkpoint_threshold": _CHECKPOINT_AT,
                "storage_compatibility_version": STORAGE_VERSION,
                **TEXTS_AS_VIEWS,
            },
        )
    except duckdb.IOException as error:
        raise Unavailable(f"{path} cannot be opened: {error}") from error
    except duckdb.Error as error:
        raise Damaged(f"{path} is not a readable warehouse: {error}") from error
    try:
        whole(connection).execute("set timezone = 'UTC'")
        migrate(connection)
        create_views(connection, "main", None)
        sum_up_older(connection)
        # What is published is known for as long as the file is open here: see `warehouse.hot`.
        connection.execute(statement("create_changed_calls"))
        connection.execute(statement("create_written_hot"))
    except BaseException:
        connection.close()
        raise
    return connection
