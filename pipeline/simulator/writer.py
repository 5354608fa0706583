"""Puts rows into an embedded call detail database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Self

from pipeline.simulator import clients
from pipeline.simulator.company import ANONYMOUS_USER, Company
from pipeline.simulator.lines import Line, phone_user_uri
from pipeline.simulator.model import Row, Value
from pipeline.simulator.rows import TABLES, as_of
from pipeline.simulator.scenarios.meetings import audio_uri_id, focus_uri_id
from pipeline.simulator.sites import DOMAIN, EDGE, SITES
from pipeline.sources.lync import embedded

_ENTERPRISE, _FEDERATED, _ANONYMOUS = 1, 2, 3
_PHONE_URI, _USER_URI, _FOCUS, _AUDIO_VIDEO = 0, 1, 2, 4
_UPSERT = {
    table: f"INSERT OR REPLACE INTO dbo.{table} ({', '.join(columns)}) "
    f"VALUES ({', '.join('?' * len(columns))})"
    for table, columns in {
        **TABLES,
        "Users": ("UserId", "UserUri", "TenantId", "UriTypeId"),
        "Phones": ("PhoneId", "PhoneUri"),
        "Gateways": ("GatewayId", "Gateway"),
        "MediationServers": ("MediationServerId", "MediationServer"),
        "EdgeServers": ("EdgeServerId", "EdgeServer"),
        "Servers": ("ServerId", "ServerFQDN"),
        "Pools": ("PoolId", "PoolFQDN"),
        "ContentTypes": ("ContentTypeId", "ContentType"),
        "ClientVersions": ("VersionId", "Version", "ClientType"),
        "ConferenceUris": ("ConferenceUriId", "ConferenceUri", "UriTypeId"),
        "Mcus": ("McuId", "McuUri", "McuTypeId"),
    }.items()
}


class CallDatabase:
    """An open embedded database; every method is one step of an open transaction."""

    def __init__(self, path: Path) -> None:
        self._connection = embedded.connect(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._connection.commit()
        self._connection.close()

    def commit(self) -> None:
        self._connection.commit()

    def build_fast(self) -> None:
        """Gives up safety against power cuts: for a file that nobody has yet."""
        self._connection.execute("PRAGMA dbo.synchronous = OFF")
        self._connection.execute("PRAGMA dbo.cache_size = -65536")

    def upsert(self, rows: Iterable[Row], now: int) -> int:
        """Writes rows as they stand at an instant; gives how many there were."""
        tables: dict[str, list[tuple[Value, ...]]] = defaultdict(list)
        for row in rows:
            values = as_of(row, now)
            if values is not None:
                tables[row.table].append(values)
        for table, batch in tables.items():
            self._many(table, batch)
        return sum(map(len, tables.values()))

    def write_names(self, company: Company) -> None:
        """Everything that sessions point at."""
        for table, rows in _names(company).items():
            self._many(table, rows)

    def line(self, number: str) -> Line:
        """The line of a number; one that was never seen gets the next free id."""
        found = self._connection.execute(
            "SELECT PhoneId FROM dbo.Phones WHERE PhoneUri = ? ORDER BY PhoneId", (number,)
        ).fetchone()
        if found is None:
            found = self._connection.execute("SELECT max(PhoneId) + 1 FROM dbo.Phones").fetchone()
        line = Line(int(found[0]), number, number.partition(";")[0])
        self._many("Phones", [(line.phone_id, line.number)])
        self._many("Users", [_phone_user(line)])
        return line

    def has_session(self, time: str, seq: int) -> bool:
        return (
            self._connection.execute(
                "SELECT 1 FROM dbo.Dialogs WHERE SessionIdTime = ? AND SessionIdSeq = ?",
                (time, seq),
            ).fetchone()
            is not None
        )

    def _many(self, table: str, rows: Iterable[tuple[Value, ...]]) -> None:
        with closing(self._connection.cursor()) as cursor:
            cursor.executemany(_UPSERT[table], rows)


def discard(path: Path) -> None:
    """Removes a database file and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _names(company: Company) -> dict[str, list[tuple[Value, ...]]]:
    trunks = [trunk for site in SITES for trunk in site.trunks]
    accounts = [
        *company.accounts(),
        *(services.probe for services in company.services.values()),
    ]
    return {
        "Users": [
            *((each.user_id, each.address, _ENTERPRISE, _USER_URI) for each in accounts),
            *((each.user_id, each.address, _FEDERATED, _USER_URI) for each in company.partners),
            (ANONYMOUS_USER, "anonymous@anonymous.invalid", _ANONYMOUS, _USER_URI),
            *(_phone_user(line) for line in company.lines if line != company.anonymous),
        ],
        "Phones": [(line.phone_id, line.number) for line in company.lines],
        "Gateways": [(trunk.gateway.server_id, trunk.gateway.name) for trunk in trunks],
        "MediationServers": [
            (site.main.mediation.server_id, site.main.mediation.name) for site in SITES
        ],
        "EdgeServers": [(EDGE.server_id, EDGE.name)],
        "Servers": [
            (server.server_id, server.name) for site in SITES for server in site.front_ends
        ],
        "Pools": [(site.pool.server_id, site.pool.name) for site in SITES],
        "ContentTypes": [(1, "application/sdp"), (2, "text/plain")],
        "ClientVersions": list(clients.CLIENT_VERSIONS),
        "ConferenceUris": [
            row
            for person in company.people
            for row in (
                (focus_uri_id(person.user_id), _conference(person.address, "focus"), _FOCUS),
                (
                    audio_uri_id(person.user_id),
                    _conference(person.address, "audio-video"),
                    _AUDIO_VIDEO,
                ),
            )
        ],
        "Mcus": [
            (
                site.pool.server_id,
                f"{site.front_ends[0].name}@{DOMAIN};gruu;opaque=srvr:audio-video",
                _AUDIO_VIDEO,
            )
            for site in SITES
        ],
    }


def _phone_user(line: Line) -> tuple[Value, ...]:
    return line.user_id, phone_user_uri(line, DOMAIN), _ENTERPRISE, _PHONE_URI


def _conference(address: str, kind: str) -> str:
    meeting = address.partition("@")[0].replace(".", "").upper()[:12]
    return f"{address};gruu;opaque=app:conf:{kind}:id:{meeting}"
