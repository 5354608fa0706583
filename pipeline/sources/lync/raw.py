"""The columns of the driver's queries as Polars frames have them."""

from __future__ import annotations

import polars as pl

from warehouse.legs import INSTANT

_SESSION: dict[str, pl.DataType] = {
    "session_id_time": INSTANT,
    "session_id_seq": pl.Int64(),
    "correlation_id": pl.String(),
    "replaces_time": INSTANT,
    "replaces_seq": pl.Int64(),
    "invite_time": INSTANT,
    "response_time": INSTANT,
    "session_end_time": INSTANT,
    "response_code": pl.Int64(),
    "diagnostic_id": pl.Int64(),
    "media_types": pl.Int64(),
    "call_flag": pl.Int64(),
    "call_priority": pl.Int64(),
    "has_location": pl.Int64(),
}
"""What a session says of itself, first in both of its forms."""

SESSIONS = pl.Schema(
    {
        **_SESSION,
        "user1_id": pl.Int64(),
        "client1_id": pl.Int64(),
        "user2_id": pl.Int64(),
        "client2_id": pl.Int64(),
        "starter_id": pl.Int64(),
        "target_id": pl.Int64(),
        "behalf_id": pl.Int64(),
        "referrer_id": pl.Int64(),
        "from_number_id": pl.Int64(),
        "connected_number_id": pl.Int64(),
        "from_gateway_id": pl.Int64(),
        "to_gateway_id": pl.Int64(),
        "from_server_id": pl.Int64(),
        "to_server_id": pl.Int64(),
        "dialog": pl.Binary(),
    }
)
"""Columns of sessions.sql, in its order: parties, telephones, clients, trunks
are numbers, which named/ explains; flags are 0 or 1, times UTC."""

NAMED_SESSIONS = pl.Schema(
    {
        **_SESSION,
        "user1_id": pl.Int64(),
        "user1_uri": pl.String(),
        "user1_type": pl.Int64(),
        "client1_type": pl.Int64(),
        "user2_id": pl.Int64(),
        "user2_uri": pl.String(),
        "user2_type": pl.Int64(),
        "client2_type": pl.Int64(),
        "starter_id": pl.Int64(),
        "starter_uri": pl.String(),
        "starter_type": pl.Int64(),
        "target_uri": pl.String(),
        "target_type": pl.Int64(),
        "behalf_uri": pl.String(),
        "behalf_type": pl.Int64(),
        "referrer_uri": pl.String(),
        "referrer_type": pl.Int64(),
        "from_number": pl.String(),
        "connected_number": pl.String(),
        "from_trunk": pl.Int64(),
        "to_trunk": pl.Int64(),
        "gateway_in": pl.String(),
        "gateway_out": pl.String(),
        "dialog": pl.Binary(),
    }
)
"""Columns of sessions_views.sql, in its order; flags are 0 or 1, times UTC."""

CONFERENCE_LEGS = pl.Schema(
    {
        "session_id_time": INSTANT,
        "session_id_seq": pl.Int64(),
        "replaces_time": INSTANT,
        "replaces_seq": pl.Int64(),
        "invite_time": INSTANT,
        "response_time": INSTANT,
        "session_end_time": INSTANT,
        "response_code": pl.Int64(),
        "diagnostic_id": pl.Int64(),
        "call_flag": pl.Int64(),
        "dial_out": pl.Int64(),
        "conference_uri": pl.String(),
        "conference_instance": pl.String(),
        "synthetic": pl.Int64(),
        "participant_uri": pl.String(),
        "participant_type": pl.Int64(),
        "participant_client_type": pl.Int64(),
        "referrer_uri": pl.String(),
        "referrer_type": pl.Int64(),
        "organizer_uri": pl.String(),
        "organizer_type": pl.Int64(),
        "gateway": pl.String(),
        "dialog": pl.Binary(),
    }
)
"""Columns of conference_legs.sql, in its order; flags are 0 or 1, times UTC."""

KEY = pl.Schema({"session_id_time": INSTANT})
"""Column of nth.sql."""

_NUMBER = {"number": pl.Int64()}
NAMES = {
    "users": pl.Schema({**_NUMBER, "uri": pl.String(), "type": pl.Int64()}),
    "phones": pl.Schema({**_NUMBER, "phone": pl.String()}),
    "clients": pl.Schema({**_NUMBER, "type": pl.Int64()}),
    "gateways": pl.Schema({**_NUMBER, "name": pl.String()}),
    "servers": pl.Schema({**_NUMBER, "name": pl.String()}),
}
"""Columns of the queries of named/, in their order."""
