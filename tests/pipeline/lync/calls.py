"""Fills a call detail database, embedded or on PostgreSQL, from facts in plain words."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from pipeline.sources.lync.connect import connected
from pipeline.sources.lync.driver import PAGE_ROWS, SessionRows
from pipeline.sources.lync.legs import LEG_COLUMNS

CASES = sorted((Path(__file__).parent / "cases").glob("*.toml"))

Facts = Mapping[str, Any]

AUDIO = 16


def legs_in(
    connection: str,
    since: datetime,
    until: datetime | None,
    now: datetime,
    page_rows: int = PAGE_ROWS,
) -> pl.DataFrame:
    """The legs that the sessions of [since, until) mean together."""
    with connected(connection) as database:
        rows = SessionRows(database, page_rows)
        return rows.legs(rows.read(since, until), now)


class Database(Protocol):
    """What sqlite3 and pyodbc connections have in common."""

    def execute(self, sql: str, parameters: Any = ...) -> Any: ...

    def commit(self) -> None: ...


class CallDatabase:
    """Writes sessions; the rows that they point at (users, phones, gateways …) appear by need."""

    def __init__(self, connection: str, database: Database, day: date = date(2025, 3, 3)) -> None:
        self.connection = connection
        self.database = database
        self.day = day
        self._ids: dict[tuple[str, object], int] = {}

    def at(self, text: str | None) -> str | None:
        """`HH:MM:SS.mmm` on the day, or a full time, as the full time."""
        return f"{self.day} {text}" if text is not None and len(text) == 12 else text

    def session(self, **facts: Any) -> None:
        """One SessionDetails row, with VoipDetails where `voip` is given and Locations likewise."""
        key = {"SessionIdTime": self.at(facts["at"]), "SessionIdSeq": facts.get("seq", 1)}
        replaced = facts.get("replaces")
        self.insert(
            "SessionDetails",
            key
            | {
                "CorrelationId": facts.get("correlation"),
                "ReplacesDialogIdTime": self.at(replaced),
                "ReplacesDialogIdSeq": None if replaced is None else 1,
                "User1Id": self.user(facts.get("user1")),
                "User2Id": self.user(facts.get("user2")),
                "TargetUserId": self.user(facts.get("target")),
                "SessionStartedById": self.user(facts.get("starter")),
                "OnBehalfOfId": self.user(facts.get("behalf")),
                "ReferredById": self.user(facts.get("referrer")),
                "User1ClientVerId": self.client(facts.get("client1")),
                "User2ClientVerId": self.client(facts.get("client2")),
                "InviteTime": self.at(facts.get("invite")),
                "ResponseTime": self.at(facts.get("response")),
                "SessionEndTime": self.at(facts.get("end")),
                "ResponseCode": facts.get("code"),
                "DiagnosticId": facts.get("diagnostic"),
                "CallPriority": facts.get("priority", 2),
                "MediaTypes": None if facts.get("no_media") else facts.get("media", AUDIO),
                "CallFlag": facts.get("flag", 0),
                "LastModifiedTime": self.at(facts.get("modified")),
            },
        )
        if "voip" in facts:
            voip = facts["voip"]
            self.insert(
                "VoipDetails",
                key
                | {
                    "FromNumberId": self.name("Phones", "Phone", "Uri", voip.get("from_number")),
                    "ConnectedNumberId": self.name(
                        "Phones", "Phone", "Uri", voip.get("connected_number")
                    ),
                    "FromMediationServerId": self.mediation(voip.get("from_mediation")),
                    "ToMediationServerId": self.mediation(voip.get("to_mediation")),
                    "FromGatewayId": self.name("Gateways", "Gateway", "", voip.get("from_gateway")),
                    "ToGatewayId": self.name("Gateways", "Gateway", "", voip.get("to_gateway")),
                },
            )
        if "location" in facts:
            self.insert("Locations", key | {"Location": facts["location"]})
        self.dialog(key, facts)

    def conference_leg(self, **facts: Any) -> None:
        """One ConferenceSessionDetails row, and the Conferences rows of its conference."""
        uri, instance = facts.get("uri"), facts.get("instance")
        uri_id = self.name("ConferenceUris", "ConferenceUri", "", uri)
        replaced = facts.get("replaces")
        for recorded in range(1, facts.get("recorded", 1) + 1):
            known = ("Conferences", (uri_id, instance, recorded))
            if uri_id is not None and known not in self._ids:
                self._ids[known] = recorded
                self.insert(
                    "Conferences",
                    {
                        "SessionIdTime": self.at("00:00:00.000"),
                        "SessionIdSeq": len(self._ids),
                        "ConferenceUriId": uri_id,
                        "ConfInstance": instance,
                        "OrganizerId": self.user(facts.get("organizer")),
                        "Flag": facts.get("conference_flag", 0),
                    },
                )
        key = {"SessionIdTime": self.at(facts["at"]), "SessionIdSeq": facts.get("seq", 1)}
        self.dialog(key, facts)
        self.insert(
            "ConferenceSessionDetails",
            key
            | {
                "ConferenceUriId": uri_id,
                "ConfInstance": instance,
                "UserId": self.user(facts.get("participant")),
                "ReferredById": self.user(facts.get("referrer")),
                "UserClientVersionId": self.client(facts.get("client", 1)),
                "ReplacesDialogIdTime": self.at(replaced),
                "ReplacesDialogIdSeq": None if replaced is None else 1,
                "IsStartedByConfServer": int(facts.get("dial_out", False)),
                "ResponseCode": facts.get("code"),
                "MediationServerId": self.mediation(facts.get("mediation")),
                "GatewayId": self.name("Gateways", "Gateway", "", facts.get("gateway")),
                "InviteTime": self.at(facts.get("invite")),
                "ResponseTime": self.at(facts.get("response")),
                "SessionEndTime": self.at(facts.get("end")),
                "LastModifiedTime": self.at(facts.get("modified")),
                "UriTypeId": 4,
                "CallFlag": facts.get("flag", 0),
            },
        )

    def dialog(self, key: Facts, facts: Facts) -> None:
        """The Dialogs row of a session, where `dialog` is given; it may be None."""
        if "dialog" in facts:
            name = facts["dialog"]
            self.insert("Dialogs", {**key, "ExternalId": None if name is None else name.encode()})

    def user(self, uri: str | None) -> int | None:
        is_phone = uri is not None and (uri.startswith("+") or "user=phone" in uri)
        return self.name("Users", "User", "Uri", uri, UriTypeId=0 if is_phone else 1)

    def client(self, kind: int | None) -> int | None:
        version = None if kind is None else f"client {kind}"
        return self.name("ClientVersions", "Version", "", version, ClientType=kind)

    def mediation(self, server: str | None) -> int | None:
        return self.name("MediationServers", "MediationServer", "", server)

    def name(
        self, table: str, stem: str, suffix: str, value: str | None, **others: Any
    ) -> int | None:
        """The id of a named thing, made at its first use."""
        if value is None:
            return None
        known = (table, value)
        if known not in self._ids:
            self._ids[known] = len(self._ids) + 1
            identity = {f"{stem}Id": self._ids[known], f"{stem}{suffix}": value}
            self.insert(table, identity | others)
        return self._ids[known]

    def insert(self, table: str, row: Mapping[str, Any]) -> None:
        marks = ", ".join("?" * len(row))
        self.database.execute(
            f"INSERT INTO dbo.{table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values())
        )
        self.database.commit()


@dataclass(frozen=True)
class Case:
    """One situation: what the database holds, and the legs that it means."""

    about: str
    day: date
    now: datetime
    sessions: list[dict[str, Any]]
    conferences: list[dict[str, Any]]
    legs: list[dict[str, Any]]

    def store(self, calls: CallDatabase) -> None:
        calls.day = self.day
        for session in self.sessions:
            calls.session(**session)
        for conference in self.conferences:
            calls.conference_leg(**conference)


def load_case(path: Path) -> Case:
    """Reads a case file; times of day stand on its `day`, ids without one get it too.

    A leg says every column that is not empty, but for the usual: audio, no emergency,
    ended, and alone in its call.
    """
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    day: date = told["day"]

    def instant(text: str) -> datetime:
        return datetime.fromisoformat(f"{day} {text}" if len(text) == 12 else text)

    def full_id(short: str) -> str:
        return f"{short[0]}{day:%Y%m%d}T{short[1:]}"

    def leg(facts: dict[str, Any]) -> dict[str, Any]:
        facts = {"media": "audio", "emergency": False, "open": False} | facts
        identity = full_id(facts.pop("id"))
        call = facts.pop("call", None)
        known: dict[str, Any] = {
            "leg_id": identity,
            "call_id": identity if call is None else full_id(call),
            "key_time": datetime.fromisoformat(identity[1:20]),
        }
        for short in ("started", "answered", "ended"):
            if short in facts:
                known[f"{short}_at"] = instant(facts.pop(short))
        for seconds in ("ring_s", "talk_s"):
            if seconds in facts:
                known[seconds] = Decimal(str(facts.pop(seconds))).quantize(Decimal("0.001"))
        known |= facts
        filled = {column: value for column, value in known.items() if value != ""}
        return {column: filled.get(column) for column in LEG_COLUMNS}

    midnight = datetime.combine(day, time.min)
    return Case(
        about=told["about"],
        day=day,
        now=instant(told["now"]) if "now" in told else midnight + timedelta(days=7),
        sessions=told.get("session", []),
        conferences=told.get("conference", []),
        legs=[leg(facts) for facts in told.get("leg", [])],
    )
