"""What a call detail database shows of itself: its tables and views, and how it spells them.

Versions differ (2013 notes no changes), one vendor document spells columns otherwise than servers
do, and where the collation tells capitals from small letters, so do the names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

import sqlglot
from sqlglot import TokenType, exp

from pipeline.sources.lync.dialects import sql
from pipeline.sources.source import Finding, Tone
from warehouse.errors import Unavailable

SCHEMA = "dbo"
CONDITION = "{these}"
"""Stands in a query where the condition goes that says which sessions."""
_DIALOG, _DIALOGS = "{dialog}", "{dialogs}\n"
"""Stand in a query of the tables where the SIP name of a session goes, and its table."""

_MAIN = "sessiondetails"
_NAMES = "Dialogs"
_VIEWS = "_views"
_SESSIONS = ("sessions", "conference_legs")
_READING = {
    "": (
        *_SESSIONS,
        *(f"named/{one}" for one in ("users", "phones", "clients", "gateways", "servers")),
    ),
    _VIEWS: tuple(one + _VIEWS for one in _SESSIONS),
}
"""The queries that give legs, of the tables and of the views: what they need must be readable."""

_OTHER_SPELLINGS = {
    "replacesdialogidtime": "replacedialogidtime",
    "replacesdialogidseq": "replacedialogidseq",
    "onbehalfofuritype": "onnnbehalfofuritype",
}
"""Columns that a document or a server spells otherwise, in small letters."""

_VIEWS_LACK = Finding(
    Tone.ADVICE,
    "This login may read only the views of the call detail database. They do not number the "
    "parties, so that the views' own word is taken for who called; and of media they tell "
    "only messages, audio and video.",
    "GRANT SELECT ON SCHEMA::dbo to the login, and the tables themselves are read.",
)

_MEND = (
    "Check that DATABASE names the call detail database, "
    "and GRANT SELECT ON SCHEMA::dbo to the login."
)


@dataclass(frozen=True)
class Catalog:
    """The tables and views of one database."""

    columns: frozenset[tuple[str, str]]
    """Each column with the table or view that it is of, in the server's spelling."""
    readable: frozenset[str]
    """The tables and views of which the login may SELECT every column."""

    @classmethod
    def of(cls, rows: Iterable[Iterable[object]]) -> Catalog:
        """From the rows of columns.sql."""
        told = [(str(table), str(column), bool(readable)) for table, column, readable in rows]
        return cls(
            frozenset((table, column) for table, column, _ in told),
            frozenset(table for table, _, readable in told if readable),
        )

    def has(self, table: str, column: str) -> bool:
        """Whether there is such a column, however it is spelled."""
        return self.column(table, column) is not None

    @cached_property
    def by_views(self) -> bool:
        """Whether the views are read, because a table is shut to this login."""
        readable = {name.lower() for name in self.readable}
        # Where the views are granted in part, the rest of them is what should be asked for.
        meant = _MAIN not in readable and f"{_MAIN}view" in readable
        return meant or (not _read("") <= readable and _read(_VIEWS) <= readable)

    @property
    def findings(self) -> list[Finding]:
        """What an administrator should know of what this login may read."""
        return [_VIEWS_LACK] if self.by_views else []

    @property
    def reading(self) -> list[str]:
        """The T-SQL of all queries that give legs, each still without its condition."""
        names = _READING[_VIEWS if self.by_views else ""]
        return [_without_dialogs(sql(name)) for name in names]

    @property
    def names_dialogs(self) -> bool:
        """Whether it can be read what SIP calls each session."""
        table = self.table(_NAMES)
        return not self.by_views and table in self.readable and self.has(_NAMES, "ExternalId")

    def query(self, name: str, *, dialogs: bool = False) -> str:
        """The T-SQL of `name`.sql, or of its form for views where only they can be read.

        With `dialogs` it asks what SIP calls each session, if the database says that.
        """
        text = sql(name + _VIEWS if self.by_views else name)
        return _with_dialogs(text) if dialogs and self.names_dialogs else _without_dialogs(text)

    def spelled(self, tsql: str) -> str:
        """A query with every table and column of `SCHEMA` as the server spells it.

        Raises:
            Unavailable: it has no such table or column; the message names them all.
        """
        return _spelled(self, tsql)

    def table(self, table: str) -> str | None:
        """A table or view as the server spells it; None where it shows no such one."""
        return _names(self)[0].get(table.lower())

    def column(self, table: str, column: str) -> str | None:
        """A column as the server spells it; None where it shows no such one."""
        columns = _names(self)[1]
        name = column.lower()
        return columns.get((table.lower(), name)) or columns.get(
            (table.lower(), _OTHER_SPELLINGS.get(name, name))
        )


def _with_dialogs(text: str) -> str:
    lines = (line for line in sql("dialogs").splitlines(True) if not line.startswith("--"))
    return text.replace(_DIALOGS, "".join(lines)).replace(_DIALOG, "d.ExternalId")


def _without_dialogs(text: str) -> str:
    # A short type: servers' drivers make room for the longest value that there could be.
    return text.replace(_DIALOGS, "").replace(_DIALOG, "CAST(NULL AS varbinary(1))")


@cache
def _read(suffix: str) -> frozenset[str]:
    """The tables, or the views, that the queries read, in small letters."""
    return frozenset(
        table.lower()
        for query in _READING[suffix]
        for tables in _tables(_without_dialogs(sql(query))).values()
        for table in tables
    )


@cache
def _names(catalog: Catalog) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    return (
        {table.lower(): table for table, _ in catalog.columns},
        {(table.lower(), column.lower()): column for table, column in catalog.columns},
    )


@cache
def _spelled(catalog: Catalog, tsql: str) -> str:
    tables = _tables(tsql)
    named = {one for meant in tables.values() for one in meant}
    missing = sorted(f"{SCHEMA}.{one}" for one in named if not catalog.table(one))
    parts, done = [], 0
    tokens = sqlglot.tokenize(tsql, read="tsql")
    for before, dot, token in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if dot.token_type is not TokenType.DOT:
            continue
        if before.text == SCHEMA:
            name = catalog.table(token.text)
        elif before.text in tables:
            spellings = {one: catalog.column(one, token.text) for one in tables[before.text]}
            missing += [
                f"{SCHEMA}.{one}.{token.text}"
                for one, spelling in spellings.items()
                if spelling is None and catalog.table(one)
            ]
            name = next(filter(None, spellings.values()), None)
        else:
            continue
        if name is not None:
            parts += [tsql[done : token.start], name]
            done = token.end + 1
    if missing:
        raise Unavailable(f"It shows no {', '.join(dict.fromkeys(missing))}. {_MEND}")
    return "".join([*parts, tsql[done:]])


@cache
def _tables(tsql: str) -> dict[str, tuple[str, ...]]:
    """The tables of `SCHEMA` in a query by their aliases; parts of it may share an alias."""
    tables: dict[str, tuple[str, ...]] = {}
    statement = sqlglot.parse_one(tsql.replace(CONDITION, "1 = 1"), read="tsql")
    for table in statement.find_all(exp.Table):
        if table.db == SCHEMA:
            alias = table.alias_or_name
            tables[alias] = (*tables.get(alias, ()), table.name)
    return tables
