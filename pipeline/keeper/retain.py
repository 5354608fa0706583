"""Takes away what has been kept for long enough: legs, or the people in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from pipeline.callfile.spool import Spool
from pipeline.keeper.prune import prune
from warehouse.copy import compact
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.restate import restate, stored_days, stored_legs
from warehouse.retention import (
    Mark,
    anonymised,
    is_anonymous,
    move_marks,
    open_days,
    owes,
    settle,
)
from warehouse.snapshot import Snapshot
from warehouse.store import remove

VERSIONS_KEPT_FOR_READERS = 2
"""Older snapshots that a publication leaves to those who are just opening them."""

Progress = Callable[[int, int], None]
"""Told how many days are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Found:
    """What falls under one rule."""

    rule: str
    """What the rule does, and to which legs."""
    before: date
    legs: int
    days: int
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Retained:
    """What was done."""

    found: tuple[Found, ...]
    files: int
    """Call files that were cut or removed, rejected ones included."""


def look(origin: Snapshot, marks: Sequence[Mark]) -> tuple[Found, ...]:
    """What falls under the marks now; a leg may fall under several."""
    return tuple(_found(mark, open_days(origin, mark)) for mark in _in_order(marks))


def retain(
    master: Master,
    spool: Spool,
    marks: Sequence[Mark],
    at: datetime,
    by: str,
    progress: Progress | None = None,
) -> Retained:
    """Deletes and anonymises what falls under the marks, wherever it lies, and publishes.

    Some days at a time, each in one transaction. Ended at any moment, it can be called again, and
    readers do not see again what is gone; what comes late is treated by the same marks.
    """
    if not marks:
        return Retained((), 0)
    ordered = _in_order(marks)
    many = sum(open_days(master, mark).height for mark in ordered)
    move_marks(master, ordered, at, by, taking_away=many > 0)
    found = []
    done = 0
    for mark in ordered:
        # Asked again: what one rule has deleted, the next one does not find any more.
        due = open_days(master, mark)
        found.append(_found(mark, due))
        for days in _batches(master, due["day"]):
            _apply(master, mark, days)
            done += len(days)
            if progress is not None:
                progress(done, many)
    files = prune(master, spool, marks, at)
    if owes(master):
        compact(master)
        _publish_alone(master, at)
        settle(master)
    return Retained(tuple(found), files)


def _in_order(marks: Sequence[Mark]) -> list[Mark]:
    """Deleted first: what is gone needs no anonymising."""
    return sorted(marks, key=lambda mark: mark.what != "delete")


def _found(mark: Mark, due: pl.DataFrame) -> Found:
    days = due["day"].to_list()
    legs = int(due["legs"].sum())
    ends = (days[0], days[-1]) if days else (None, None)
    return Found(mark.rule, mark.before, legs, len(days), *ends)


def _batches(master: Master, due: pl.Series) -> Iterator[list[date]]:
    wanted = due.to_list()
    for batch in stored_days(master, wanted[0], wanted[-1]) if wanted else []:
        if days := sorted({*batch} & {*wanted}):
            yield days


def _apply(master: Master, mark: Mark, days: list[date]) -> None:
    legs = stored_legs(master, days).filter(mark.covers)
    if mark.what == "anonymise":
        restate(master, anonymised(legs.filter(~is_anonymous())))
        return
    with master.transaction() as connection:
        remove(connection, legs)


def _publish_alone(master: Master, at: datetime) -> None:
    """Publishes until no older snapshot is left beside the new one."""
    publish(master, at)
    for _ in range(VERSIONS_KEPT_FOR_READERS):
        with master.transaction() as connection:
            connection.execute("update publication set change = uuid()")
        publish(master, at)
