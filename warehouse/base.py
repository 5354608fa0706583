"""The big part of what is published: a copy of the master as it once was."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import duckdb

from warehouse.files import replacing
from warehouse.frames import fetch_one
from warehouse.manifest import SNAPSHOTS

if TYPE_CHECKING:
    from warehouse.master import Master


@dataclass(frozen=True, slots=True)
class Base:
    """A published base, or one that could be."""

    name: str
    mark: UUID
    cutoff: date
    """Days from here on are not read from it."""
    serial: int
    """The change of the master after which it was copied, or an earlier one."""


class BaseMaker:
    """Copies its master into new bases, beside the thread that goes on writing it.

    All methods are for that thread. Killed, it leaves nothing that the next publication does not
    clear up.
    """

    def __init__(self, master: Master) -> None:
        self._master = master
        self._folder = master.folder / SNAPSHOTS
        self._thread = ThreadPoolExecutor(1, "base")
        self._given_up = Event()
        self._begun: tuple[Base, Future[None]] | None = None
        self._number = 0

    @property
    def begun(self) -> Base | None:
        """The base that was begun and has not been taken."""
        return self._begun[0] if self._begun else None

    @property
    def is_busy(self) -> bool:
        return self._begun is not None

    @property
    def is_ready(self) -> bool:
        """Whether `take` would not wait."""
        return self._begun is not None and self._begun[1].done()

    @property
    def number(self) -> int:
        """Of the base that was begun."""
        return self._number

    def begin(self, number: int, cutoff: date) -> Base:
        """Begins a new base with the present state; its days before `cutoff` are to be read."""
        (serial,) = fetch_one(self._master.connection, "select serial from publication")
        base = Base(f"base-{number}.duckdb", uuid4(), cutoff, serial)
        self._master.freeze()
        self._given_up.clear()
        self._begun = base, self._thread.submit(self._copy, self._folder / base.name)
        self._number = number
        return base

    def take(self) -> None:
        """Waits for the base that was begun; raises what kept it from being."""
        if self._begun is None:
            raise RuntimeError("no base was begun")
        try:
            self._begun[1].result()
        finally:
            self._begun = None
            self._master.thaw()

    def give_up(self) -> None:
        """Leaves nothing of the base that was begun, if one was."""
        if self._begun is None:
            return
        base, copied = self._begun
        self._given_up.set()
        wait([copied])
        (self._folder / base.name).unlink(missing_ok=True)
        self._begun = None
        with suppress(duckdb.Error):
            # A database that has met a full disk is shut to all until it is opened anew.
            self._master.thaw()

    def close(self) -> None:
        """Gives up what was begun; to be called before the master is closed."""
        self.give_up()
        self._thread.shutdown()

    def _copy(self, path: Path) -> None:
        with replacing(path) as temporary:
            temporary.unlink(missing_ok=True)
            self._master.copy_frozen(temporary, self._given_up.is_set)
