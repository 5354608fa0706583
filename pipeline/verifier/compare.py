"""Legs as a source has them against legs as the warehouse has them. Pure: frames in, frames out."""

from __future__ import annotations

from enum import StrEnum

import polars as pl

from warehouse.anonymous import ANONYMOUS, PERSONAL

COMPARED = (
    "call_id",
    "started_at",
    "answered_at",
    "ended_at",
    "talk_s",
    "ring_s",
    "direction",
    "outcome",
    "answered_by",
    "from_number",
    "from_user",
    "to_number",
    "to_user",
    "dialled",
    "charged_user",
    "charge_reason",
    "gateway_in",
    "gateway_out",
    "conference_id",
    "emergency",
    "account_code",
)
"""What must be equal, once numbers are in one form: all that prices and statistics rest on."""


class Verdict(StrEnum):
    """What is the matter with a leg that is not equal on both sides."""

    MISSING = "missing"
    """The source has it and the warehouse has not."""
    DIFFERENT = "different"
    """Both have it, and some fields differ."""
    REJECTED = "rejected"
    """The source has it, and its call file was refused."""
    DELETED = "deleted"
    """Only the warehouse has it: the source has forgotten it since. No fault."""
    ELSEWHERE = "elsewhere"
    """The source has it, and so has another source, which counts it. No fault."""
    WAITING = "waiting"
    """The source has it or has changed it, and it is on its way. No fault."""


FAULTS = frozenset({Verdict.MISSING, Verdict.DIFFERENT, Verdict.REJECTED})

DIFFERENCES = pl.Schema(
    {
        "leg_id": pl.String(),
        "verdict": pl.String(),
        "field": pl.String(),
        "in_source": pl.String(),
        "in_warehouse": pl.String(),
    }
)
"""One row per leg, or per field of a leg that differs."""


def differing(source: pl.DataFrame, stored: pl.DataFrame) -> pl.DataFrame:
    """The fields in which legs of the same `leg_id` differ, as `DIFFERENCES`.

    Both frames have `COMPARED` and `named_payer`; `source` has `names_payer` too: where the source
    does not say who pays, the directory said it, and may say something else by now. Of an
    anonymised leg, what was taken out of it is not compared.
    """
    both = source.join(stored, on="leg_id", how="inner", suffix=":stored", maintain_order="left")
    is_anonymous = pl.col("charged_user:stored").eq_missing(pl.lit(ANONYMOUS))
    taken_out = {*PERSONAL, "charged_user"}
    # Who pays by the company's rules may be another than when the leg was stored; whom the source
    # names may not.
    is_named_otherwise = pl.col("names_payer") & (
        pl.coalesce("named_payer", "charged_user")
        != pl.coalesce("named_payer:stored", "charged_user:stored")
    ).fill_null(value=True)
    found = [
        both.filter(
            pl.col(field).ne_missing(pl.col(f"{field}:stored"))
            & (pl.lit(field != "charged_user") | is_named_otherwise)
            & ~(pl.lit(field in taken_out) & is_anonymous)
        ).select(
            "leg_id",
            pl.lit(Verdict.DIFFERENT.value).alias("verdict"),
            pl.lit(field).alias("field"),
            _text(both, field).alias("in_source"),
            _text(both, f"{field}:stored").alias("in_warehouse"),
        )
        for field in COMPARED
    ]
    return pl.concat([pl.DataFrame(schema=DIFFERENCES), *found]).sort("leg_id", maintain_order=True)


def alone(
    legs: pl.DataFrame, verdict: Verdict, side: str, field: str = "started_at"
) -> pl.DataFrame:
    """Legs that one side has, as `DIFFERENCES`; `side` is the column of what it says in `field`."""
    empty = pl.lit(None, dtype=pl.String)
    other = "in_warehouse" if side == "in_source" else "in_source"
    return legs.select(
        "leg_id",
        pl.lit(verdict.value).alias("verdict"),
        pl.lit(field).alias("field"),
        _text(legs, field).alias(side),
        empty.alias(other),
    ).select(DIFFERENCES.names())


def waiting_instead(found: pl.DataFrame, on_their_way: pl.Series) -> pl.DataFrame:
    """`DIFFERENCES` in which legs that are on their way are no faults."""
    return found.with_columns(
        pl.when(pl.col("leg_id").is_in(on_their_way.implode()))
        .then(pl.lit(Verdict.WAITING.value))
        .otherwise("verdict")
        .alias("verdict")
    )


def _text(frame: pl.DataFrame, column: str) -> pl.Expr:
    """A value as call files write it."""
    if isinstance(frame.schema[column], pl.Datetime):
        return pl.col(column).dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
    return pl.col(column).cast(pl.String)
