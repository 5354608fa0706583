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
from pipeline.sources.lync.raw import CONFERENCE_LEGS, KEY, NAMED_SESSIONS, NAMES, SESSIONS

TIMES_AT_ONCE = 100
NUMBERS_AT_ONCE = 100
"""How many key times, or numbers of names, one statement asks for: always as many, so that servers
plan it once."""

SPREAD = 8
"""To read eight rows by one stretch of an index takes less than to seek one of them."""

_ALL_ROWS = 2**31 - 1

END_OF_TIME = datetime.fromisoformat("9999-12-31")
"""After every session."""

_TABLES = {"sessions": "SessionDetails", "conference_legs": "ConferenceSessionDetails"}


class Kind(StrEnum):
    """Which of the two kinds of session is read: by the names of their queries."""

    SESSIONS = "sessions"
    CONFERENCE_LEGS = "conference_legs"

    def schema(self, catalog: Catalog) -> pl.Schema:
        """The columns of its rows: the views name what the tables number."""
        if self is Kind.CONFERENCE_LEGS:
            return CONFERENCE_LEGS
        return NAMED_SESSIONS if catalog.by_views else SESSIONS


class Name(StrEnum):
    """What sessions tell by its number: by the names of the queries."""

    USERS = "users"
    PHONES = "phones"
    CLIENTS = "clients"
    GATEWAYS = "gateways"
    SERVERS = "servers"

    @property
    def schema(self) -> pl.Schema:
        """The columns of its rows; the first is the number."""
        return NAMES[self.value]


_NUMBERS = {
    Name.USERS: "UserId",
    Name.PHONES: "PhoneId",
    Name.CLIENTS: "VersionId",
    Name.GATEWAYS: "GatewayId",
    Name.SERVERS: "MediationServerId",
}


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
    return database.frame(text, (after.time, *after, until, rows), kind.schema(database.catalog))


def probe(database: Connection) -> None:
    """Runs all queries over no session. Raises `Unavailable`, saying what to do."""
    for kind in Kind:
        page(database, kind, Key.before(END_OF_TIME), END_OF_TIME, 1)
    if not database.catalog.by_views:
        for name in Name:
            named(database, name, [0])


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
    schema = kind.schema(database.catalog)
    return database.frame(text, (after.time, *after, until, *changed, rows), schema)


def of_times(
    database: Connection, kind: Kind, times: Sequence[datetime], *, dialogs: bool = False
) -> pl.DataFrame:
    """The sessions of these key times as they are now, in order of their keys.

    `dialogs` as for `page`.
    """
    text = times_query(database.catalog, kind, dialogs=dialogs)
    wanted = sorted(set(times))
    schema = kind.schema(database.catalog)
    found = [schema.to_frame()]
    for start in range(0, len(wanted), TIMES_AT_ONCE):
        some = wanted[start : start + TIMES_AT_ONCE]
        some += some[-1:] * (TIMES_AT_ONCE - len(some))
        found.append(database.frame(text, (*some, _ALL_ROWS), schema))
    return pl.concat(found)


def named(database: Connection, name: Name, numbers: Sequence[int]) -> pl.DataFrame:
    """What these numbers, each once and in order, stand for; any of nothing are left out.

    Where they lie close together the whole stretch is read, at most `SPREAD` times as many.
    """
    first, last = numbers[0], numbers[-1]
    if last - first < SPREAD * len(numbers):
        text = between_query(name)
        found = database.frame(text, (first, last), name.schema)
        return found.filter(pl.col("number").is_in(pl.Series(numbers).implode()))
    if len(numbers) > NUMBERS_AT_ONCE:
        half = len(numbers) // 2
        return pl.concat([named(database, name, some) for some in (numbers[:half], numbers[half:])])
    some = [*numbers, *[last] * (NUMBERS_AT_ONCE - len(numbers))]
    return database.frame(numbers_query(name), some, name.schema)


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


def numbers_query(name: Name) -> str:
    """The T-SQL that says what single numbers stand for."""
    numbers = ",\n    ".join(["CAST(? AS int)"] * NUMBERS_AT_ONCE)
    return _named(name, f"IN (\n    {numbers}\n)")


def between_query(name: Name) -> str:
    """The T-SQL that says what all numbers from one to another stand for."""
    return _named(name, "BETWEEN CAST(? AS int) AND CAST(? AS int)")


def _has_details(catalog: Catalog, kind: Kind) -> bool:
    return kind is Kind.SESSIONS and not catalog.by_views


def _with(catalog: Catalog, kind: Kind, condition: str, *, dialogs: bool = False) -> str:
    return catalog.query(kind, dialogs=dialogs).replace(CONDITION, condition)


@cache
def _named(name: Name, which: str) -> str:
    return sql(f"named/{name}").replace(CONDITION, f"n.{_NUMBERS[name]} {which}")


@cache
def _condition(name: str) -> str:
    lines = (line for line in sql(name).splitlines() if not line.startswith("--"))
    return "\n".join(lines)
