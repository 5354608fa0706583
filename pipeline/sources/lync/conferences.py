"""What a session between a conference and the PSTN says about a leg."""

from __future__ import annotations

import polars as pl

from pipeline.sources.lync.parties import address, phone
from pipeline.sources.lync.sessions import SYNTHETIC
from warehouse.words import AnsweredBy, ChargeReason, Direction

_RETRIED = 1


def conference_facts(rows: pl.DataFrame) -> pl.DataFrame:
    """The facts of each conference session (columns `raw.CONFERENCE_LEGS`).

    The participant's number is the URI of the participant: no other column has it. A leg that the
    conference began costs money: whoever asked for it pays, else the organiser.
    """
    dial_out = pl.col("dial_out") == 1
    referrer = address("referrer_uri", "referrer_type")
    organizer = address("organizer_uri", "organizer_type")
    participant = phone("participant_uri", "participant_type")
    instance = pl.col("conference_instance").str.to_lowercase()
    return rows.select(
        pl.lit("C").alias("table"),
        pl.col("session_id_time").alias("key_time"),
        pl.col("session_id_seq").alias("key_seq"),
        pl.lit(None, dtype=pl.String).alias("correlation"),
        "replaces_time",
        "replaces_seq",
        pl.coalesce("invite_time", "session_id_time").alias("started_at"),
        "response_time",
        pl.col("session_end_time").alias("ended_at"),
        pl.col("response_code").alias("code"),
        pl.col("diagnostic_id").alias("diagnostic"),
        (pl.col("call_flag") & _RETRIED == _RETRIED).fill_null(value=False).alias("retried"),
        pl.when(dial_out)
        .then(pl.lit(Direction.OUTBOUND.value))
        .otherwise(pl.lit(Direction.INBOUND.value))
        .alias("direction"),
        pl.lit(AnsweredBy.CONFERENCE.value).alias("taken_by"),
        pl.when(~dial_out).then(participant).alias("from_number"),
        pl.when(dial_out).then(participant).alias("to_number"),
        pl.when(dial_out)
        .then(pl.coalesce(referrer, organizer))
        .otherwise(organizer)
        .alias("charged_user"),
        pl.when(dial_out & referrer.is_not_null())
        .then(pl.lit(ChargeReason.REFERRER.value))
        .when(dial_out & organizer.is_not_null())
        .then(pl.lit(ChargeReason.ORGANIZER.value))
        .alias("charge_reason"),
        pl.when(~dial_out).then("gateway").alias("gateway_in"),
        pl.when(dial_out).then("gateway").alias("gateway_out"),
        pl.coalesce(
            pl.concat_str("conference_uri", pl.lit(";instance="), instance), "conference_uri"
        ).alias("conference_id"),
        pl.lit("audio").alias("media"),
        pl.lit(value=False).alias("emergency"),
        "dialog",
        (
            (pl.col("synthetic") == 1)
            | (pl.col("participant_client_type") == SYNTHETIC).fill_null(value=False)
        ).alias("no_leg"),
    )
