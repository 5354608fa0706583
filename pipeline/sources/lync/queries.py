"""The questions that the driver asks a call detail database, whatever server holds it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import NamedTuple, cast

import polars as pl

from pipeline.sources.lync.catalog import CONDITION, Catalog
from pipeline.sources.lync.connect import Connection
from pipeline.sources.lync.dialects import sql
from pipeline.sources.lync.raw import CONFERENCE_LEGS, KEY, SESSIONS

TIMES_AT_ONCE = 100
"""How many key times one statement asks for: always as many, so that servers plan it once."""

_ALL_ROWS = 2**31 - 1

END_OF_TIME = datetime.fromisoformat("9999-12-31")
"""After every session."""

_TABLES = {"sessions": "SessionDetails", "conference_legs": "ConferenceSessionDetails"}


class Kind(StrEnum):
    """Which of the two kinds of session is read: by the names of their queries."""

    SESSIONS = "sessions"
    CONFERENCE_LEGS = "conference_legs"

    @property
    def schema(self) -> pl.Schema:
        """The columns of its rows."""
        return SESSIONS if self is Kind.SESSIONS else CONFERENCE_LEGS


class Key(NamedTuple):
    """What tells a session from all others of its kind; keys are in order."""

    time: datetime
    """Naive UTC, as read: never round it."""
    sequence: int

    @classmethod
    def before(cls, time: datetime) -> Key:
        """Before every session of that time and after all earlier ones."""
        return cls(time, -1)


def page(
    database: Connection,
    kind: Kind,
    after: Key,
    until: datetime,
    rows: int,
    *,
    dialogs: bool = False,
) -> pl.DataFrame:
    """The next sessions behind `after`, before `until`: at most `rows`, in order of their keys.

    With `dialogs` it is asked what SIP calls each session, where that can be read.
    """
    text = window_query(database.catalog, kind, dialogs=dialogs)
    return database.frame(text, (after.time, *after, until, rows), kind.schema)


def probe(database: Connection) -> None:
    """Runs both queries over no session. Raises `Unavailable`, saying what to do."""
    for kind in Kind:
        page(database, kind, Key.before(END_OF_TIME), END_OF_TIME, 1)


def notes_changes(database: Connection, kind: Kind) -> bool:
    """Whether the server notes when a session of this kind was changed (2015 and later)."""
    table = _TABLES[kind] + ("View" if database.catalog.by_views else "")
    return database.catalog.has(table, "LastModifiedTime")


def modified(
    database: Connection, kind: Kind, since: datetime, after: Key, until: datetime, rows: int
) -> pl.DataFrame:
    """Like `page`, but only sessions that the server changed at or after `since`.

    No more than a hint: the server keeps no index of it, does not promise its time zone, and
    changes become visible in another order. Ask only where `notes_changes`.
    """
    text = modified_query(database.catalog, kind)
    changed = (since, since) if _has_details(database.catalog, kind) else (since,)
    return database.frame(text, (after.time, *after, until, *changed, rows), kind.schema)


def of_times(
    database: Connection, kind: Kind, times: Sequence[datetime], *, dialogs: bool = False
) -> pl.DataFrame:
    """The sessions of these key times as they are now, in order of their keys.

    `dialogs` as for `page`.
    """
    text = times_query(database.catalog, kind, dialogs=dialogs)
    wanted = sorted(set(times))
    found = [kind.schema.to_frame()]
    for start in range(0, len(wanted), TIMES_AT_ONCE):
        some = wanted[start : start + TIMES_AT_ONCE]
        some += some[-1:] * (TIMES_AT_ONCE - len(some))
        found.append(database.frame(text, (*some, _ALL_ROWS), kind.schema))
    return pl.concat(found)


def nth(database: Connection, since: datetime, number: int) -> datetime | None:
    """Key time of the session that comes `number` sessions after the first one since then.

    The kinds are counted apart; the earlier of both times is given.
    """
    text = database.catalog.query("nth")
    found = database.frame(text, (since, number, since, number), KEY)
    return cast("datetime | None", found["session_id_time"].min())


def window_query(catalog: Catalog, kind: Kind, *, dialogs: bool = False) -> str:
    """The T-SQL of `page`."""
    return _with(catalog, kind, _condition("window"), dialogs=dialogs)


def modified_query(catalog: Catalog, kind: Kind) -> str:
    """The T-SQL of `modified`."""
    changed = _condition("changed_sessions" if _has_details(catalog, kind) else "changed")
    return _with(catalog, kind, f"{_condition('window')}\n    AND ({changed})")


def times_query(catalog: Catalog, kind: Kind, *, dialogs: bool = False) -> str:
    """The T-SQL of `of_times`."""
    times = ",\n        ".join(["CAST(? AS datetime)"] * TIMES_AT_ONCE)
    condition = f"s.SessionIdTime IN (\n        {times}\n    )"
    return _with(catalog, kind, condition, dialogs=dialogs)


def _has_details(catalog: Catalog, kind: Kind) -> bool:
    return kind is Kind.SESSIONS and not catalog.by_views


def _with(catalog: Catalog, kind: Kind, condition: str, *, dialogs: bool = False) -> str:
    return catalog.query(kind, dialogs=dialogs).replace(CONDITION, condition)


@cache
def _condition(name: str) -> str:
    lines = (line for line in sql(name).splitlines() if not line.startswith("--"))
    return "\n".join(lines)
