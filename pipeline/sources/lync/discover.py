"""Questions to a call detail database whose answers its administrator should know.

They read, count and compare; they show names of trunks, never of people, and no number. Where a
table may be huge, they look at the last week only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from pipeline.sources.lync.catalog import Catalog
from pipeline.sources.lync.connect import Connection, Parameter
from pipeline.sources.lync.dialects import sql
from pipeline.sources.lync.probes import names, rows
from pipeline.sources.lync.probes import server as of_server
from pipeline.sources.lync.queries import probe
from pipeline.sources.lync.rights import missing_rights
from pipeline.sources.source import Description, Finding, Tone
from warehouse.errors import Unavailable
from warehouse.legs import INSTANT

RECENT = timedelta(days=7)
"""How far back questions go where a table may be huge."""
_STILL_COMING = timedelta(hours=1)
"""Rows so young may have halves that are still on their way."""
_MOST_NUMBERS = 5_000

_INT, _TEXT = pl.Int64(), pl.String()

SCHEMAS: dict[str, pl.Schema] = {
    "span": pl.Schema({"oldest": INSTANT, "newest": INSTANT}),
    "retention": pl.Schema({"enabled": _INT, "keep_days": _INT, "purge_hour": _INT}),
    "server": pl.Schema(
        {
            "product_version": _TEXT,
            "edition": _TEXT,
            "compatibility_level": _INT,
            "collation_name": _TEXT,
            "offset_s": _INT,
            "utc_now": INSTANT,
        }
    ),
    "indexes": pl.Schema({"table_name": _TEXT, "column_name": _TEXT}),
    "open": pl.Schema({"age": _TEXT, "answer": _TEXT, "sessions": _INT, "open_sessions": _INT}),
    "lateness": pl.Schema(
        {"sessions": _INT, "over_an_hour": _INT, "least_s": _INT, "most_s": _INT}
    ),
    "parties": pl.Schema(
        {
            "from_trunk": _INT,
            "to_trunk": _INT,
            "user1": _TEXT,
            "user2": _TEXT,
            "starter": _TEXT,
            "sessions": _INT,
            "without_gateway": _INT,
            "without_number": _INT,
        }
    ),
    "trunks": pl.Schema({"trunk": _TEXT, "inbound": _INT, "outbound": _INT}),
    "numbers": pl.Schema({"phone_uri": _TEXT}),
    "orphans": pl.Schema(
        {"voip_rows": _INT, "voip_without_session": _INT, "audio_without_voip": _INT}
    ),
    "forks": pl.Schema({"rows_of_ringing": _INT, "ringings": _INT}),
    "conferences": pl.Schema({"dial_out": _INT, "legs": _INT, "doubled": _INT}),
    "uri_types": pl.Schema({"uri_type_id": _INT, "uri_type": _TEXT}),
    "client_types": pl.Schema({"client_type": _INT, "client_name": _TEXT, "category": _TEXT}),
}
"""By question, the columns of `probes/<question>.sql` in order."""

LYNC_2010 = "Lync Server 2010"
LYNC_2013 = "Lync Server 2013"
SKYPE = "Skype for Business Server 2015 or later"


_DOUBLED = Finding(
    Tone.ADVICE,
    "This login may not read dbo.Dialogs: calls that another source recorded too are counted in "
    "both.",
    "Let the administrator of the database run: GRANT SELECT ON dbo.Dialogs TO [the login].",
)


@dataclass(frozen=True, slots=True)
class _Question:
    about: str
    """In words, for whoever cannot have the answer."""
    probe: str
    parameters: tuple[Parameter, ...]
    judge: Callable[[pl.DataFrame], Iterable[Finding]]


def describe(database: Connection) -> Description:
    """What the database is, and how long it keeps calls."""
    server = _server(database)
    name = database.product if server is None else of_server.server_name(server)
    try:
        retention = of_server.kept_for(_answer(database, "retention"))
    except Unavailable:
        retention = None
    return Description(f"{_generation(database.catalog)} on {name}", retention)


def discover(database: Connection, now: datetime, *, dialogs: bool = False) -> list[Finding]:
    """Everything worth knowing; `now` is naive UTC. A question that fails keeps no other back.

    With `dialogs` it has to be known what SIP calls each session.
    """
    found = [
        Finding(Tone.FACT, f"{describe(database).product}."),
        *(list(missing_rights(database.catalog)) or _unreadable(database)),
        *database.catalog.findings,
        *([_DOUBLED] if dialogs and not database.catalog.names_dialogs else []),
    ]
    unanswered = []
    for question in _questions(database, now):
        try:
            answer = _answer(database, question.probe, question.parameters)
        except Unavailable:
            unanswered.append(question.about)
        else:
            found += question.judge(answer)
    if unanswered:
        found.append(
            Finding(
                Tone.ADVICE,
                f"Nothing can be said of {', '.join(unanswered)}: their tables cannot be read.",
                "Let the administrator of the database run the GRANT script of docs/lync.md.",
            )
        )
    return found


def _unreadable(database: Connection) -> Iterator[Finding]:
    """A fault if calls cannot be read although nothing seems to be missing."""
    try:
        probe(database)
    except Unavailable as error:
        mend = "See what the server says of it; send it to the makers of Tollbook if that is odd."
        yield Finding(Tone.FAULT, f"Calls cannot be read: {error}", mend)


def _questions(database: Connection, now: datetime) -> list[_Question]:
    since, settled = now - RECENT, now - _STILL_COMING
    day = now - timedelta(days=1)
    server = _server(database)

    def clock(span: pl.DataFrame) -> Iterator[Finding]:
        yield from of_server.clock(span["newest"].item(), now, server)

    def retention(settings: pl.DataFrame) -> Iterator[Finding]:
        oldest = _answer(database, "span")["oldest"].item()
        yield from of_server.retention(settings, oldest, now)

    late = _Question("late rows", "lateness", (since, since, since), rows.lateness)
    indexes = _Question("indexes", "indexes", (), of_server.indexes)
    return [
        _Question("the clock", "span", (), clock),
        _Question("retention", "retention", (), retention),
        *([] if server is None else [indexes]),
        _Question("calls without end", "open", (settled, day, since), rows.open_rows),
        *([late] if _notes_changes(database.catalog) else []),
        _Question("who is who", "parties", (since,), rows.parties),
        _Question("trunks", "trunks", (since, since, since), names.trunks),
        _Question("numbers", "numbers", (since, since, _MOST_NUMBERS), names.numbers),
        _Question("halves of rows", "orphans", (since, settled) * 3, rows.orphans),
        _Question("simultaneous ringing", "forks", (since, since, now), rows.forks),
        _Question("conferences", "conferences", (since,), rows.conferences),
        _Question("types of parties", "uri_types", (), names.uri_types),
        _Question("types of clients", "client_types", (), names.client_types),
    ]


def _answer(
    database: Connection, probe: str, parameters: tuple[Parameter, ...] = ()
) -> pl.DataFrame:
    return database.frame(sql(f"probes/{probe}"), parameters, SCHEMAS[probe])


def _server(database: Connection) -> pl.DataFrame | None:
    """What SQL Server says of itself; None of any other."""
    try:
        return _answer(database, "server")
    except Unavailable:
        return None


def _generation(catalog: Catalog) -> str:
    """Which product it is, by columns that came with each."""
    if _notes_changes(catalog):
        return SKYPE
    has_kinds = catalog.has("ClientVersions", "ClientType") or catalog.by_views
    return LYNC_2013 if has_kinds else LYNC_2010


def _notes_changes(catalog: Catalog) -> bool:
    return any(
        catalog.has(table, "LastModifiedTime") for table in ("SessionDetails", "SessionDetailsView")
    )
