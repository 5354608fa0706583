"""What a session between two parties says about a leg."""

from __future__ import annotations

import polars as pl

from pipeline.sources.lync.parties import unwithheld
from warehouse.words import AnsweredBy, ChargeReason, Direction

ATTENDANT = 512
RESPONSE_GROUP = 1024
VOICEMAIL = 16393
SYNTHETIC = 16396
"""Client types that are no person's; the last one is a monitoring probe's."""

_RETRIED = 1
_EMERGENCY = 4
_NIL_UUID = "00000000-0000-0000-0000-000000000000"

_MEDIA_BITS = {
    1: "im",
    2: "file_transfer",
    4: "remote_assistance",
    8: "application_sharing",
    16: "audio",
    32: "video",
    64: "app_invite",
}
_MEDIA_MASK = sum(_MEDIA_BITS)
_MEDIA = {
    bits: "+".join(word for bit, word in _MEDIA_BITS.items() if bits & bit) or None
    for bits in range(_MEDIA_MASK + 1)
}


def session_facts(rows: pl.DataFrame) -> pl.DataFrame:
    """The facts of each session that do not depend on the present time.

    `rows` are sessions whose parties are understood: `Names.understood`, `parties.understood`.
    """
    return (
        rows.with_columns(_caller_is_user2().alias("swapped"))
        .with_columns(
            _caller_user().alias("caller_user"),
            _by_side("user1_phone", "user2_phone").alias("caller_phone"),
            _by_side("client1_type", "client2_type").alias("caller_client"),
            _by_side("user2_user", "user1_user").alias("called_user"),
            _by_side("user2_phone", "user1_phone").alias("called_phone"),
            _by_side("client2_type", "client1_type").alias("called_client"),
        )
        .with_columns(_direction().alias("direction"))
        .with_columns(_payer().alias("payer"))
        .select(
            pl.lit("S").alias("table"),
            pl.col("session_id_time").alias("key_time"),
            pl.col("session_id_seq").alias("key_seq"),
            _correlation().alias("correlation"),
            "replaces_time",
            "replaces_seq",
            pl.coalesce("invite_time", "session_id_time").alias("started_at"),
            "response_time",
            pl.col("session_end_time").alias("ended_at"),
            pl.col("response_code").alias("code"),
            pl.col("diagnostic_id").alias("diagnostic"),
            (pl.col("call_flag") & _RETRIED == _RETRIED).fill_null(value=False).alias("retried"),
            "direction",
            _taken_by().alias("taken_by"),
            _unless(_from_pstn(), pl.col("caller_user")).alias("from_user"),
            unwithheld(pl.coalesce("from_number", "caller_phone")).alias("from_number"),
            _unless(_to_pstn(), pl.col("called_user")).alias("to_user"),
            unwithheld(
                pl.coalesce(
                    "connected_number",
                    "called_phone",
                    pl.when(_to_pstn()).then("target_phone"),
                )
            ).alias("to_number"),
            pl.coalesce("target_user", "target_phone").alias("dialled"),
            pl.col("payer").struct.field("user").alias("charged_user"),
            pl.col("payer").struct.field("reason").alias("charge_reason"),
            "gateway_in",
            "gateway_out",
            (pl.col("media_types") & _MEDIA_MASK)
            .replace_strict(_MEDIA, return_dtype=pl.String)
            .alias("media"),
            ((pl.col("call_priority") == _EMERGENCY) | (pl.col("has_location") == 1))
            .fill_null(value=False)
            .alias("emergency"),
            "dialog",
            _is_no_leg().alias("no_leg"),
        )
    )


def _caller_is_user2() -> pl.Expr:
    """User1 and User2 stand in no order: who started the session is its caller.

    Where that is not recorded the trunk tells: the party on the trunk's side is on the PSTN, so the
    one that is a user must be the other.
    """
    started_by_1 = (pl.col("starter_id") == pl.col("user1_id")).fill_null(value=False)
    started_by_2 = (pl.col("starter_id") == pl.col("user2_id")).fill_null(value=False)
    user1, user2 = pl.col("user1_user").is_not_null(), pl.col("user2_user").is_not_null()
    by_trunk = (
        pl.when("from_trunk").then(user1 & ~user2).otherwise(pl.col("to_trunk") & user2 & ~user1)
    )
    return ~started_by_1 & (started_by_2 | by_trunk)


def _by_side(plain: str, swapped: str) -> pl.Expr:
    return pl.when("swapped").then(swapped).otherwise(plain)


def _caller_user() -> pl.Expr:
    return pl.coalesce("starter_user", _by_side("user1_user", "user2_user"))


def _direction() -> pl.Expr:
    attempt_at_phone = pl.col("called_user").is_null() & (
        pl.col("called_phone").is_not_null()
        | pl.col("target_phone").is_not_null()
        | pl.col("connected_number").is_not_null()
    )
    return (
        pl.when(pl.col("from_trunk") & pl.col("to_trunk"))
        .then(pl.lit(Direction.TRANSIT.value))
        .when("from_trunk")
        .then(pl.lit(Direction.INBOUND.value))
        .when(pl.col("to_trunk") | attempt_at_phone)
        .then(pl.lit(Direction.OUTBOUND.value))
        .otherwise(pl.lit(Direction.INTERNAL.value))
    )


def _from_pstn() -> pl.Expr:
    return pl.col("direction").is_in([Direction.INBOUND.value, Direction.TRANSIT.value])


def _to_pstn() -> pl.Expr:
    return pl.col("direction").is_in([Direction.OUTBOUND.value, Direction.TRANSIT.value])


def _unless(condition: pl.Expr, value: pl.Expr) -> pl.Expr:
    return pl.when(~condition).then(value)


def _payer() -> pl.Expr:
    """Who pays and why; for legs that no carrier bills their owner, without a reason."""
    handed_over = pl.col("replaces_time").is_not_null() | pl.col("referrer_user").is_not_null()
    # A transferred or distributed call is its taker's; any other is that of the person wanted, and
    # a voice mailbox is never the owner of the messages in it.
    taker_owns = handed_over & (pl.col("called_client") != VOICEMAIL).fill_null(value=True)
    wanted_first = pl.coalesce("target_user", "called_user")
    taker_first = pl.coalesce("called_user", "target_user")
    return (
        pl.when(_to_pstn() & pl.col("referrer_user").is_not_null())
        .then(_paid_by(pl.col("referrer_user"), ChargeReason.REFERRER))
        .when(pl.col("direction") == Direction.TRANSIT.value)
        .then(_paid_by(pl.col("target_user"), ChargeReason.FORWARDER))
        .when(
            (pl.col("direction") == Direction.OUTBOUND.value) & pl.col("behalf_user").is_not_null()
        )
        .then(_paid_by(pl.col("behalf_user"), ChargeReason.DELEGATOR))
        .when(pl.col("direction") == Direction.OUTBOUND.value)
        .then(_paid_by(pl.col("caller_user"), ChargeReason.CALLER))
        .when(pl.col("direction") == Direction.INTERNAL.value)
        .then(_paid_by(pl.col("caller_user"), None))
        .when(taker_owns)
        .then(_paid_by(taker_first, None))
        .otherwise(_paid_by(wanted_first, None))
    )


def _paid_by(user: pl.Expr, reason: ChargeReason | None) -> pl.Expr:
    why = pl.lit(None if reason is None else reason.value, dtype=pl.String)
    return pl.struct(user.alias("user"), pl.when(user.is_not_null()).then(why).alias("reason"))


def _taken_by() -> pl.Expr:
    """Who or what would take the leg, by the client of the called side."""
    return pl.col("called_client").replace_strict(
        {
            ATTENDANT: AnsweredBy.ATTENDANT.value,
            RESPONSE_GROUP: AnsweredBy.RESPONSE_GROUP.value,
            VOICEMAIL: AnsweredBy.VOICEMAIL.value,
        },
        default=AnsweredBy.PERSON.value,
        return_dtype=pl.String,
    )


def _correlation() -> pl.Expr:
    lower = pl.col("correlation_id").str.to_lowercase()
    return pl.when(lower != _NIL_UUID).then(lower)


def _is_no_leg() -> pl.Expr:
    """Probes, and a response group's own calls to its agents: parts of another call's waiting."""
    probe = (pl.col("client1_type") == SYNTHETIC) | (pl.col("client2_type") == SYNTHETIC)
    distribution = (
        (pl.col("caller_client") == RESPONSE_GROUP)
        & _correlation().is_not_null()
        & ~pl.col("from_trunk")
        & ~pl.col("to_trunk")
    )
    return probe.fill_null(value=False) | distribution.fill_null(value=False)
