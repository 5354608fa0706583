"""Waiting call files, read and priced together up to a size that is quick to store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from pathlib import Path

import polars as pl
import structlog

from pipeline.callfile.read import RawFile, read_call_file, read_together
from pipeline.callfile.spool import Spool
from pipeline.miner.books import Books, Shelf
from pipeline.miner.price import price
from warehouse.errors import InvalidInput, Problem
from warehouse.legs import LEG_SCHEMA
from warehouse.load import Arrival, RatedFile, arrival

BATCH_LEGS = 190_000
"""Legs that are stored together. DuckDB writes row groups of 122,880 straight to the disk, and the
rest behind them; three parts that would fit in two it rewrites later, which costs as much again:
so the rest is more than half of one, also where files have some legs fewer than they seem to."""

_SEEN = 1 << 14
"""Bytes of a file by which it is judged how many legs it has."""

log = structlog.get_logger()


@dataclass(slots=True)
class Batch:
    """Call files ready to be stored in one transaction."""

    books: Books
    files: list[RatedFile] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)
    """Where those files lie, in the same order."""
    legs: pl.DataFrame | None = None
    """Of all those files, where they were priced together; until there is the `arrival`."""
    arrival: Arrival | None = None
    """Of those files; None where there are none."""
    looked_at: int = 0
    """Files, with those that could not be used."""
    rejected: int = 0
    """Rows put aside; a file that could not be read at all counts as one."""


@dataclass(frozen=True, slots=True)
class _Read:
    path: Path
    sha256: str
    legs: pl.DataFrame
    rejected: pl.DataFrame | None = None


class Reader:
    """Reads call files in order, batch by batch; what cannot be used it puts aside."""

    def __init__(
        self,
        spool: Spool,
        shelf: Shelf,
        source_sites: Mapping[str, str],
        waiting: list[Path],
        stopped: Callable[[], bool],
    ) -> None:
        self._spool = spool
        self._shelf = shelf
        self._source_sites = source_sites
        self._waiting = iter(waiting)
        self._stopped = stopped

    def next(self) -> Batch | None:
        """The next batch; None where nothing is left or it was told to stop."""
        if self._shelf.refresh():
            log.info("books_changed", problems=len(self._shelf.problems))
        batch = Batch(self._shelf.books)
        found: dict[Path, bytes] = {}
        legs = 0
        while legs < BATCH_LEGS and (path := self._next_path()) is not None:
            batch.looked_at += 1
            try:
                data = path.read_bytes()
            except OSError as error:
                # Not a fault of its content: it waits until it can be read.
                log.warning("call_file_unreadable", file=path.name, error=str(error))
                continue
            found[path] = data
            legs += _lines_about(data)
        read = self._read(found, batch)
        # What was made into something else is forgotten before more memory is needed.
        found.clear()
        self._price(read, batch)
        del read
        if batch.files:
            batch.arrival = arrival(batch.files, batch.legs)
            batch.legs = None
            batch.files = [*batch.arrival.files]
            batch.arrival = batch.arrival.with_foretold()
        return batch if batch.looked_at else None

    def _next_path(self) -> Path | None:
        path = next(self._waiting, None)
        if path is not None and self._stopped():
            self._waiting = iter(())
            return None
        return path

    def _read(self, found: Mapping[Path, bytes], batch: Batch) -> list[_Read]:
        """What can be used of files, those with the same columns read at once where that goes."""
        read: list[_Read] = []
        for _, alike in groupby(found, lambda path: found[path].partition(b"\n")[0]):
            paths = [*alike]
            raw = [RawFile(path.name, found[path], _source_of(path)) for path in paths]
            try:
                together = read_together(raw)
            except Exception:
                # Which of them it was is found out one by one.
                together = None
            if together is None:
                read.extend(one for path in paths for one in self._by_itself(path, found, batch))
                continue
            begin = 0
            for path, height in zip(paths, together.heights, strict=True):
                digest = sha256(found[path]).hexdigest()
                read.append(_Read(path, digest, together.legs.slice(begin, height)))
                begin += height
        return read

    def _by_itself(self, path: Path, found: Mapping[Path, bytes], batch: Batch) -> list[_Read]:
        with self._putting_aside(path, batch):
            data = found[path]
            content = read_call_file(path.name, data, source=_source_of(path))
            return [_Read(path, sha256(data).hexdigest(), content.legs, content.rejected)]
        return []

    def _price(self, read: list[_Read], batch: Batch) -> None:
        """Prices all together, or one by one if that is the way to find the one that breaks it."""
        if not read:
            return
        try:
            priced = self._priced(pl.concat([one.legs for one in read]), batch.books)
        except Exception:
            for one in read:
                with self._putting_aside(one.path, batch):
                    self._take(one, self._priced(one.legs, batch.books), batch)
            return
        batch.legs = priced
        begin = 0
        for one in read:
            self._take(one, priced.slice(begin, one.legs.height), batch)
            begin += one.legs.height

    def _priced(self, legs: pl.DataFrame, books: Books) -> pl.DataFrame:
        priced = price(legs, books.directory, books.tariffs, self._source_sites, books.payers)
        return priced.select(pl.col(name).cast(kind) for name, kind in LEG_SCHEMA.items())

    def _take(self, one: _Read, legs: pl.DataFrame, batch: Batch) -> None:
        rejected = one.rejected
        if rejected is not None and not rejected.is_empty():
            log.warning("rows_rejected", file=one.path.name, rows=rejected.height)
            self._spool.keep_rejected_rows(one.path.name, rejected.write_csv().encode())
            batch.rejected += rejected.height
        batch.files.append(RatedFile(one.path.name, one.sha256, legs))
        batch.paths.append(one.path)

    @contextmanager
    def _putting_aside(self, path: Path, batch: Batch) -> Iterator[None]:
        """Whatever a file holds, it must not keep the files behind it from being mined."""
        try:
            yield
        except InvalidInput as error:
            self._refuse(path, error.problems, batch)
        except OSError:
            raise
        except Exception as error:
            log.exception("call_file_not_understood", file=path.name)
            rule = f"could not be understood ({type(error).__name__}: {error})"
            self._refuse(path, (Problem(path.name, rule, "Please report this file"),), batch)

    def _refuse(self, path: Path, problems: tuple[Problem, ...], batch: Batch) -> None:
        log.warning("call_file_refused", file=path.name, problems=len(problems))
        self._spool.refuse(path, problems)
        batch.rejected += 1


def _source_of(path: Path) -> str:
    return path.name.split("_", 1)[0]


def _lines_about(data: bytes) -> int:
    """How many lines a file has if all of it is like its beginning."""
    seen = data[:_SEEN]
    return seen.count(b"\n") * len(data) // max(len(seen), 1)
