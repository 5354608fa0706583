"""Reads calls from files of delimited text."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import cast

import polars as pl

from pipeline.sources.source import BATCH_COLUMNS, Batch, Description, Finding, Rejected, Tone
from pipeline.sources.tables.advice import advice
from pipeline.sources.tables.csv_rows import PAGE_BYTES, CsvText, Page, Top
from pipeline.sources.tables.files import Found, found, opened
from pipeline.sources.tables.legs import legs_of, problems_of
from pipeline.sources.tables.place import Memory, Place, place_in, present
from pipeline.sources.tables.settings import CsvSettings
from warehouse.errors import Problem


@dataclass(frozen=True, slots=True)
class _Open:
    """An open file that has a row at least, and where to go on in it."""

    reader: CsvText
    top: Top
    place: Place

    def pages(self) -> Iterator[Page]:
        page = self.reader.page(self.top, self.place)
        yield page
        while not page.is_last:
            page = self.reader.page(self.top, page.place)
            yield page


@dataclass(slots=True)
class _Yield:
    """What one poll has gathered so far."""

    budget: int
    """Bytes that may still be read."""
    legs: list[pl.DataFrame] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    waiting: int = 0
    more: bool = False


class CsvSource:
    """The files of one source. A poll reads what was added to them, so much at a time."""

    def __init__(self, settings: CsvSettings, home: Path, page_bytes: int = PAGE_BYTES) -> None:
        self._settings = settings
        self._home = home
        self._page_bytes = page_bytes

    def describe(self) -> Description:
        """Files stay until somebody removes them."""
        self._files()
        return Description(f"CSV files {', '.join(self._settings.files)}", None)

    def discover(self, now: datetime) -> list[Finding]:
        """Looks at the beginning of the newest file."""
        files = self._files()
        findings = [_count(len(files))]
        if not any(map(glob.has_magic, self._settings.files)):
            missed = "What is written just before a file is rotated away would be missed."
            mend = "Name its rotated copies too (Master.csv*), unless nothing rotates it."
            findings.append(Finding(Tone.ADVICE, missed, mend))
        for file in reversed(files):
            with self._opened(file, (), now) as text:
                if text is not None:
                    legs, rejected = self._legs(text.top, next(text.pages()))
                    return findings + advice(file.path.name, legs, rejected)
        return findings

    def poll(self, cursor: str | None, now: datetime) -> Batch:
        """What was added to the files; those written longest ago come first."""
        memory = Memory.of(cursor).wanting(self._settings.start)
        files = self._files()
        places = {place.path: place for place in memory.places}
        gathered = _Yield(self._page_bytes)
        for file in files:
            known = places.get(str(file.path))
            if known is not None and known.is_done(file):
                continue
            if gathered.budget <= 0:
                gathered.more = True
                break
            place = self._read(file, places.values(), now, gathered)
            if place is not None:
                places[place.path] = place
        legs = self._once(gathered.legs)
        newest = _later(memory.newest, cast("datetime | None", legs["started_at"].max()))
        read_to = memory.read_to
        if newest is not None and not gathered.more:
            read_to = _later(read_to, min(newest, now))
        kept = present(places.values(), files, now)
        after = Memory(places=kept, start=memory.start, newest=newest, read_to=read_to)
        return Batch(
            legs=legs,
            cursor=after.text(),
            more=gathered.more,
            waiting=gathered.waiting,
            read_to=read_to,
            rejected=tuple(gathered.rejected),
        )

    def recount(self, since: datetime, until: datetime, now: datetime) -> pl.DataFrame:
        """All legs that began in [since, until), of the files that are still there."""
        counted = []
        for file in self._files():
            with self._opened(file, (), now) as text:
                if text is None:
                    continue
                for page in text.pages():
                    legs, _ = self._legs(text.top, page)
                    inside = pl.col("key_time").is_between(since, until, closed="left")
                    counted.append(legs.filter(inside))
        return self._once(counted)

    def _read(
        self, file: Found, places: Iterable[Place], now: datetime, gathered: _Yield
    ) -> Place | None:
        """Reads on in one file; gives its new place."""
        with self._opened(file, places, now) as text:
            if text is None:
                gathered.waiting += file.size > 0
                return None
            place = text.place
            for page in text.pages():
                legs, rejected = self._legs(text.top, page)
                gathered.legs.append(legs)
                gathered.rejected += rejected
                gathered.budget -= page.place.offset - place.offset
                place = page.place
                if page.is_last:
                    gathered.waiting += page.has_rest
                    return place if page.has_rest else place.done_with(file)
                if gathered.budget <= 0:
                    break
        gathered.more = True
        return place

    @contextmanager
    def _opened(
        self, file: Found, places: Iterable[Place], now: datetime
    ) -> Iterator[_Open | None]:
        """None for a file without a whole row."""
        path = file.path
        name = str(path.relative_to(self._home) if path.is_relative_to(self._home) else path)
        with opened(path) as data:
            reader = CsvText(
                name, data, self._settings, quiet=file.is_quiet(now), page_bytes=self._page_bytes
            )
            top = reader.top(str(path))
            if top is None:
                yield None
            else:
                yield _Open(reader, top, place_in(places, file, top.head, top.begin, data))

    def _legs(self, top: Top, page: Page) -> tuple[pl.DataFrame, list[Rejected]]:
        read = legs_of(page.rows, self._settings)
        by_line: dict[int, list[Problem]] = {}
        for problem in (*page.problems, *problems_of(read.faults, page.name)):
            by_line.setdefault(problem.line or 0, []).append(problem)
        rejected = [
            Rejected(page.lines[line], tuple(problems), top.text)
            for line, problems in sorted(by_line.items())
        ]
        start = self._settings.start
        legs = read.legs.select(BATCH_COLUMNS.names())
        return legs if start is None else legs.filter(pl.col("key_time") >= start), rejected

    def _files(self) -> list[Found]:
        return found(self._settings.files, self._home)

    def _once(self, legs: list[pl.DataFrame]) -> pl.DataFrame:
        """Every leg as it was read last."""
        whole = pl.concat([pl.DataFrame(schema=BATCH_COLUMNS), *legs])
        return whole.unique("leg_id", keep="last", maintain_order=True)


def _count(files: int) -> Finding:
    if files:
        return Finding(Tone.FACT, f"Files that `files` names: {files}.")
    mend = "Look whether `files` is right, and whether anybody writes calls there yet."
    return Finding(Tone.ADVICE, "There is no file that `files` names.", mend)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((known for known in (one, other) if known is not None), default=None)
