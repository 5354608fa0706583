"""Rows of the call detail database, and how they look while a call is still going on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.simulator.instants import stamp
from pipeline.simulator.model import Key, Row, Value

TABLES: dict[str, tuple[str, ...]] = {
    "Dialogs": ("SessionIdTime", "SessionIdSeq", "ExternalChecksum", "ExternalId"),
    "SessionDetails": (
        *("SessionIdTime", "SessionIdSeq", "CorrelationId"),
        *("ReplacesDialogIdTime", "ReplacesDialogIdSeq", "User1Id", "User2Id", "TargetUserId"),
        *("SessionStartedById", "OnBehalfOfId", "ReferredById", "ServerId", "PoolId"),
        *("ContentTypeId", "User1ClientVerId", "User2ClientVerId", "User2EdgeServerId"),
        *("InviteTime", "ResponseTime", "ResponseCode", "DiagnosticId", "CallPriority"),
        *("SessionEndTime", "MediaTypes", "CallFlag", "LastModifiedTime"),
    ),
    "VoipDetails": (
        *("SessionIdTime", "SessionIdSeq", "FromNumberId", "ConnectedNumberId"),
        *("FromMediationServerId", "ToMediationServerId", "FromGatewayId", "ToGatewayId"),
        *("DisconnectedbyURIId", "DisconnectedbyPhoneId", "LastModifiedTime"),
    ),
    "Media": ("SessionIdTime", "SessionIdSeq", "MediaId", "StartTime", "EndTime"),
    "Locations": ("SessionIdTime", "SessionIdSeq", "Location"),
    "Conferences": (
        *("SessionIdTime", "SessionIdSeq", "ConferenceUriId", "ConfInstance"),
        *("ConferenceStartTime", "ConferenceEndTime", "PoolId", "OrganizerId", "Flag"),
        "LastModifiedTime",
    ),
    "ConferenceSessionDetails": (
        *("SessionIdTime", "SessionIdSeq", "ConferenceUriId", "ConfInstance"),
        *("McuConferenceUriId", "UserId", "ReferredById", "UserClientVersionId"),
        *("ConfClientVersionId", "IsStartedByConfServer", "IsEndedByConfServer"),
        *("IsUserInternal", "ResponseCode", "DiagnosticId", "ServerId", "PoolId"),
        *("MediationServerId", "GatewayId", "InviteTime", "ResponseTime", "SessionEndTime"),
        *("UriTypeId", "CallFlag", "LastModifiedTime"),
    ),
    "McuJoinsAndLeaves": (
        *("SessionIdTime", "SessionIdSeq", "UserId", "McuUserInstance", "McuId", "IsFromPstn"),
        *("DialogSessionIdTime", "DialogSessionIdSeq", "UserJoinTime", "UserLeaveTime"),
        *("ClientVerId", "LastModifiedTime"),
    ),
}
"""Table → the columns that the simulator fills."""

_KNOWN_AT_END = frozenset(
    {
        *("SessionEndTime", "DisconnectedbyURIId", "DisconnectedbyPhoneId", "EndTime"),
        *("ConferenceEndTime", "UserLeaveTime", "IsEndedByConfServer"),
    }
)
_KNOWN_AT_RESPONSE = frozenset({"ResponseTime", "ResponseCode", "DiagnosticId"})


def _places(columns: Iterable[str], wanted: frozenset[str]) -> tuple[int, ...]:
    return tuple(place for place, column in enumerate(columns) if column in wanted)


_OPEN = {table: _places(columns, _KNOWN_AT_END) for table, columns in TABLES.items()}
_RINGING = {
    table: _places(columns, _KNOWN_AT_END | _KNOWN_AT_RESPONSE) for table, columns in TABLES.items()
}
_MODIFIED = {
    table: _places(columns, frozenset({"LastModifiedTime"})) for table, columns in TABLES.items()
}

AUDIO, VIDEO, MESSAGES = 16, 32, 1


@dataclass(slots=True)
class Session:
    """One session between two parties. Ids are those of the database, instants milliseconds."""

    key: Key
    invite: int
    response: int | None
    code: int | None
    end: int | None
    user1: int | None = None
    user2: int | None = None
    target: int | None = None
    started_by: int | None = None
    on_behalf: int | None = None
    referred_by: int | None = None
    correlation: str | None = None
    replaces: Key | None = None
    client1: int | None = None
    client2: int | None = None
    edge2: int | None = None
    server: int | None = None
    pool: int | None = None
    diagnostic: int | None = None
    priority: int = 2
    media: int | None = AUDIO
    flag: int = 0
    voip: bool = True
    from_phone: int | None = None
    to_phone: int | None = None
    from_mediation: int | None = None
    to_mediation: int | None = None
    from_gateway: int | None = None
    to_gateway: int | None = None
    hung_up_user: int | None = None
    hung_up_phone: int | None = None
    location: str | None = None

    @property
    def answered(self) -> int | None:
        return self.response if self.code is not None and self.code < 300 else None

    @property
    def ended(self) -> int | None:
        """When the row reaches its last state: its end, or the answer that refused it."""
        if self.end is not None or self.answered is not None:
            return self.end
        return self.response


def session_rows(session: Session) -> list[Row]:
    """The rows of a session between two parties."""
    at, seq = session.key
    time = stamp(at)
    life = session.invite, session.answered, session.ended
    modified = _last(*life)
    end = _stamp(session.end)
    replaced_time, replaced_seq = session.replaces or (None, None)
    rows = [
        dialog_row(session.key, session.invite),
        Row(
            "SessionDetails",
            (
                *(time, seq, session.correlation),
                *(_stamp(replaced_time), replaced_seq),
                *(session.user1, session.user2, session.target, session.started_by),
                *(session.on_behalf, session.referred_by, session.server, session.pool, 1),
                *(session.client1, session.client2, session.edge2),
                *(stamp(session.invite), _stamp(session.response), session.code),
                *(session.diagnostic, session.priority, end, session.media),
                *(session.flag, modified),
            ),
            *life,
        ),
    ]
    if session.voip:
        rows.append(
            Row(
                "VoipDetails",
                (
                    *(time, seq, session.from_phone, session.to_phone),
                    *(session.from_mediation, session.to_mediation),
                    *(session.from_gateway, session.to_gateway),
                    *(session.hung_up_user, session.hung_up_phone, modified),
                ),
                *life,
            )
        )
    if session.location is not None:
        rows.append(Row("Locations", (time, seq, session.location), *life))
    return rows


def dialog_row(key: Key, inserted: int) -> Row:
    """The SIP identity of a session."""
    at, seq = key
    name = f"{at:x}{seq}"
    text = f"{name}@aurora.example;f{name};t{at % 999_983:x}".encode()
    return Row("Dialogs", (stamp(at), seq, at % 2_147_483_629, text), inserted, None, inserted)


def media_row(key: Key, media_id: int, asked: int, ended: int | None) -> Row:
    """A medium of a session, from when it was asked for."""
    return Row(
        "Media", (stamp(key[0]), key[1], media_id, stamp(asked), _stamp(ended)), asked, None, ended
    )


def as_of(row: Row, now: int) -> tuple[Value, ...] | None:
    """The values that the row has at an instant; None before it is there."""
    if now < row.inserted:
        return None
    if row.ended is not None and row.ended <= now:
        return row.values
    talking = row.answered is not None and row.answered <= now
    values = list(row.values)
    for place in _OPEN[row.table] if talking else _RINGING[row.table]:
        values[place] = None
    for place in _MODIFIED[row.table]:
        values[place] = stamp(row.answered if talking and row.answered else row.inserted)
    return tuple(values)


def changes_between(row: Row, after: int, until: int) -> bool:
    """Whether the row gets another state later than `after` and not later than `until`."""
    return (
        after < row.inserted <= until
        or (row.answered is not None and after < row.answered <= until)
        or (row.ended is not None and after < row.ended <= until)
    )


def _last(inserted: int, answered: int | None, ended: int | None) -> str:
    return stamp(ended or answered or inserted)


def _stamp(at: int | None) -> str | None:
    return None if at is None else stamp(at)
