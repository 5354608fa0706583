"""The questions that the driver asks a call detail database, whatever server holds it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import NamedTuple, cast

import polars as pl

from pipeline.sources.lync.connect import Connection
from pipeline.sources.lync.dialects import sql
from pipeline.sources.lync.raw import CONFERENCE_LEGS, KEY, SESSIONS

KEYS_AT_ONCE = 100
"""How many keys one statement asks for: always as many, so that servers plan it once."""

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


def page(database: Connection, kind: Kind, after: Key, until: datetime, rows: int) -> pl.DataFrame:
    """The next sessions behind `after`, before `until`: at most `rows`, in order of their keys."""
    text = _text(database, kind, sql("window"))
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
    with_details = kind is Kind.SESSIONS and not database.catalog.by_views
    condition = sql("modified_sessions" if with_details else "modified")
    text = _text(database, kind, f"{sql('window')}    AND (\n{condition})\n")
    changed = (since, since) if with_details else (since,)
    return database.frame(text, (after.time, *after, until, *changed, rows), kind.schema)


def of_keys(database: Connection, kind: Kind, keys: Sequence[Key]) -> pl.DataFrame:
    """The sessions of these keys as they are now, if they still exist, in order of their keys."""
    text = _text(database, kind, _any_of(sql("key"), KEYS_AT_ONCE))
    wanted = sorted(set(keys))
    found = [kind.schema.to_frame()]
    for start in range(0, len(wanted), KEYS_AT_ONCE):
        some = wanted[start : start + KEYS_AT_ONCE]
        some += some[-1:] * (KEYS_AT_ONCE - len(some))
        parameters = [value for key in some for value in key]
        found.append(database.frame(text, (*parameters, KEYS_AT_ONCE), kind.schema))
    return pl.concat(found)


def nth(database: Connection, since: datetime, number: int) -> datetime | None:
    """Key time of the session that comes `number` sessions after the first one since then.

    The kinds are counted apart; the earlier of both times is given.
    """
    text = database.catalog.query("nth")
    found = database.frame(text, (since, number, since, number), KEY)
    return cast("datetime | None", found["session_id_time"].min())


def _text(database: Connection, kind: Kind, condition: str) -> str:
    return database.catalog.query(kind).replace("{these}", _bare(condition))


@cache
def _any_of(condition: str, times: int) -> str:
    return "(" + "\n    OR ".join([f"({_bare(condition)})"] * times) + ")"


@cache
def _bare(condition: str) -> str:
    """Without its comments."""
    lines = (line for line in condition.splitlines() if not line.startswith("--"))
    return "\n".join(lines).strip()
