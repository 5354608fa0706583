"""Turns waiting call files into priced, stored and published calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import polars as pl
import structlog

from pipeline.callfile.read import read_call_file
from pipeline.callfile.spool import Spool
from pipeline.miner.books import Shelf
from pipeline.miner.price import price
from warehouse.clock import Clock
from warehouse.errors import InvalidInput, Problem
from warehouse.ledger import note_days
from warehouse.legs import LEG_SCHEMA
from warehouse.load import load
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.restate import note_tariffs
from warehouse.retention import marks, withheld

PUBLISH_EVERY = timedelta(minutes=1)
"""While a backlog is worked off, readers see it grow at this pace."""

Progress = Callable[[int, int], None]
"""Told how many files are done, and of how many."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Cycle:
    """What one cycle did."""

    files: int = 0
    legs: int = 0
    rejected: int = 0
    """Rows put aside; a file that could not be read at all counts as one."""


class Miner:
    """Works off the spool; the only writer of the warehouse.

    `by` is the person on whose behalf it brings in new versions of tariffs.
    """

    def __init__(
        self,
        master: Master,
        spool: Spool,
        shelf: Shelf,
        source_sites: Mapping[str, str],
        clock: Clock,
        by: str,
    ) -> None:
        self._by = by
        self._master = master
        self._spool = spool
        self._shelf = shelf
        self._source_sites = source_sites
        self._clock = clock
        self._note_tariffs()

    def cycle(
        self, progress: Progress | None = None, stopped: Callable[[], bool] = lambda: False
    ) -> Cycle:
        """Mines every call file that waits, then publishes.

        Between files it asks whether it is `stopped`.
        """
        done = Cycle()
        published = self._now()
        waiting = self._spool.pending()
        for at, path in enumerate(waiting, start=1):
            if stopped():
                break
            if self._shelf.refresh():
                log.info("books_changed", problems=len(self._shelf.problems))
                self._note_tariffs()
            one = self._mine(path)
            done = Cycle(done.files + one.files, done.legs + one.legs, done.rejected + one.rejected)
            if progress is not None:
                progress(at, len(waiting))
            if self._now() - published > PUBLISH_EVERY:
                publish(self._master, self._now())
                published = self._now()
        publish(self._master, self._now())
        return done

    def _now(self) -> datetime:
        return self._clock().astimezone(UTC)

    def _note_tariffs(self) -> None:
        tariffs = self._shelf.books.tariffs
        versions = dict(zip(tariffs.names, tariffs.versions, strict=True))
        note_tariffs(self._master, versions, tariffs.version, self._now(), self._by)

    def _mine(self, path: Path) -> Cycle:
        try:
            data = path.read_bytes()
        except OSError as error:
            # Not a fault of its content: it waits until it can be read.
            log.warning("call_file_unreadable", file=path.name, error=str(error))
            return Cycle()
        digest = sha256(data).hexdigest()
        books = self._shelf.books
        try:
            file = read_call_file(path.name, data, source=path.name.split("_", 1)[0])
            legs = price(file.legs, books.directory, books.tariffs, self._source_sites)
        except InvalidInput as error:
            return self._refuse(path, error.problems)
        except Exception as error:
            # Whatever a file holds, it must not keep the files behind it from being mined.
            log.exception("call_file_not_understood", file=path.name)
            rule = f"could not be understood ({type(error).__name__}: {error})"
            return self._refuse(path, (Problem(path.name, rule, "Please report this file"),))
        if not file.rejected.is_empty():
            log.warning("rows_rejected", file=path.name, rows=file.rejected.height)
            self._spool.keep_rejected_rows(path.name, file.rejected.write_csv().encode())
        kept = withheld(legs, marks(self._master))
        stored = load(
            self._master,
            kept.select(pl.col(name).cast(kind) for name, kind in LEG_SCHEMA.items()),
            file=path.name,
            sha256=digest,
            loaded_at=self._now(),
        )
        if kept.height < legs.height:
            note_days(self._master, path.name, digest, legs["day"])
        self._spool.finish(path)
        return Cycle(1, stored.added + stored.replaced, file.rejected.height)

    def _refuse(self, path: Path, problems: tuple[Problem, ...]) -> Cycle:
        log.warning("call_file_refused", file=path.name, problems=len(problems))
        self._spool.refuse(path, problems)
        return Cycle(rejected=1)
