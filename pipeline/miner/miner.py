"""Turns waiting call files into priced, stored and published calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import polars as pl
import structlog

from pipeline.callfile.spool import Spool
from pipeline.miner.batch import Batch, Reader
from pipeline.miner.books import Books, Shelf, dimensions_of
from warehouse.clock import Clock
from warehouse.dimensions import note_dimensions
from warehouse.ledger import note_days
from warehouse.load import arrival, load_arrival
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
    elsewhere: int = 0
    """Legs not kept, for another source counts the same sessions; not among `legs`."""

    def plus(self, other: Cycle) -> Cycle:
        return Cycle(
            self.files + other.files,
            self.legs + other.legs,
            self.rejected + other.rejected,
            self.elsewhere + other.elsewhere,
        )


class Miner:
    """Works off the spool; the only writer of the warehouse.

    `by` is the person on whose behalf it brings in new versions of tariffs; `published` is told
    whenever readers may see something new.
    """

    def __init__(
        self,
        master: Master,
        spool: Spool,
        shelf: Shelf,
        source_sites: Mapping[str, str],
        clock: Clock,
        by: str,
        published: Callable[[Master, datetime], None] = lambda *_: None,
    ) -> None:
        self._by = by
        self._published = published
        self._master = master
        self._spool = spool
        self._shelf = shelf
        self._source_sites = source_sites
        self._clock = clock
        self._noted: Books | None = None
        self._note_books(shelf.books)
        self._publish_next = self._now() + PUBLISH_EVERY

    def cycle(
        self, progress: Progress | None = None, stopped: Callable[[], bool] = lambda: False
    ) -> Cycle:
        """Mines every call file that waits, then publishes.

        Files are read and priced while those before them are stored. Between files it asks whether
        it is `stopped`. Raises `Unavailable` where the disk is full; files not stored yet wait.
        """
        done = Cycle()
        waiting = self._spool.pending()
        reader = Reader(self._spool, self._shelf, self._source_sites, waiting, stopped)
        with ThreadPoolExecutor(1, "reader") as ahead:
            coming = ahead.submit(reader.next) if waiting else None
            looked_at = 0
            while coming is not None and (batch := coming.result()) is not None:
                coming = ahead.submit(reader.next)
                done = done.plus(self._store(batch))
                looked_at += batch.looked_at
                # It need not be in memory while the next is waited for.
                del batch
                if progress is not None:
                    progress(looked_at, len(waiting))
                if looked_at < len(waiting):
                    log.info("mining", files=looked_at, of=len(waiting), legs=done.legs)
                    self._publish_now_and_then()
        if not waiting:
            # Who may see what hangs on the directory, whether anybody calls or not.
            if self._shelf.refresh():
                log.info("books_changed", problems=len(self._shelf.problems))
            self._note_books(self._shelf.books)
        self._publish()
        return done

    def _now(self) -> datetime:
        return self._clock().astimezone(UTC)

    def _publish_now_and_then(self) -> None:
        """While a backlog is worked off, most of the time is for the backlog."""
        if self._now() >= self._publish_next:
            self._publish()

    def _publish(self) -> None:
        begun = self._now()
        # While a big base is copied, new calls are published all the same.
        publish(self._master, begun, wait=False)
        self._published(self._master, begun)
        ended = self._now()
        self._publish_next = ended + max(PUBLISH_EVERY, 10 * (ended - begun))

    def _note_books(self, books: Books) -> None:
        if books is self._noted:
            return
        tariffs = books.tariffs
        versions = dict(zip(tariffs.names, tariffs.versions, strict=True))
        note_tariffs(self._master, versions, tariffs.version, self._now(), self._by)
        note_dimensions(self._master, dimensions_of(books), self._now())
        self._noted = books

    def _store(self, batch: Batch) -> Cycle:
        if batch.arrival is None:
            return Cycle(rejected=batch.rejected)
        self._note_books(batch.books)
        arrived, files = batch.arrival, batch.files
        days = pl.concat([file.legs["day"] for file in files])
        held = [mark for mark in marks(self._master) if (days < mark.before).any()]
        if held:
            files = [replace(file, legs=withheld(file.legs, held)) for file in batch.files]
            arrived = arrival(files).with_foretold()
        stored = load_arrival(self._master, arrived, self._now())
        for file, rest in zip(batch.files, files, strict=True):
            if rest.legs.height < file.legs.height:
                note_days(self._master, file.name, file.sha256, file.legs["day"])
        self._spool.finish(batch.paths)
        kept = stored.added + stored.replaced - stored.elsewhere
        elsewhere = stored.elsewhere + stored.given_up
        return Cycle(len(batch.files), kept, batch.rejected, elsewhere)
