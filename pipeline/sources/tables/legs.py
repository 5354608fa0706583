"""From the rows of a foreign table of calls to legs. Pure: frames in, frames out."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipeline.sources.source import BATCH_COLUMNS
from pipeline.sources.tables.facts import DIGEST, ROW, facts_of
from pipeline.sources.tables.mapping import TableMapping
from pipeline.sources.tables.patterns import matches
from pipeline.sources.tables.values import after, between
from warehouse.errors import Problem
from warehouse.words import AnsweredBy, ChargeReason, Direction, Outcome

_GATEWAYS = {
    "gateway_in": (Direction.INBOUND.value, Direction.TRANSIT.value),
    "gateway_out": (Direction.OUTBOUND.value, Direction.TRANSIT.value),
}


@dataclass(frozen=True, slots=True)
class Legs:
    """What rows became."""

    legs: pl.DataFrame
    """`BATCH_COLUMNS`, the number of the `row`, and whether the leg is `open`: it has neither an
    end nor a length yet, nor an outcome that needs none. Its outcome is then unknown_end."""
    faults: pl.DataFrame
    """`facts.FAULTS`, of the rows that are no legs."""


def legs_of(rows: pl.DataFrame, mapping: TableMapping) -> Legs:
    """Makes a leg of every row that is one; `rows` as for `facts_of`."""
    facts, faults = facts_of(rows, mapping)
    legs = _timed(_ended(_directed(_with_constants(facts, mapping), mapping)))
    whole = legs.with_columns(
        pl.coalesce("leg_id", DIGEST).alias("leg_id"),
        pl.coalesce("call_id", "leg_id", DIGEST).alias("call_id"),
        pl.col("started_at").alias("key_time"),
        pl.col("emergency").fill_null(value=False),
        pl.when(pl.col("outcome") == Outcome.ANSWERED.value).then(
            pl.col("answered_by").fill_null(AnsweredBy.PERSON.value)
        ),
    )
    return Legs(
        whole.select(
            *(pl.col(name).cast(dtype) for name, dtype in BATCH_COLUMNS.items()), ROW, "open"
        ),
        faults,
    )


def problems_of(faults: pl.DataFrame, place: str) -> list[Problem]:
    """What is wrong with rows that are no legs, to be said of a file or table."""
    return [
        Problem(place, fault["rule"], fault["mend"], fault["value"], fault[ROW], fault["column"])
        for fault in faults.iter_rows(named=True)
    ]


def _with_constants(facts: pl.DataFrame, mapping: TableMapping) -> pl.DataFrame:
    said = mapping.constants.said()
    return facts.with_columns(
        pl.col(name).fill_null(pl.lit(value))
        for name, value in said.items()
        if name != "direction" or not mapping.trunks
    )


def _directed(facts: pl.DataFrame, mapping: TableMapping) -> pl.DataFrame:
    """Direction and gateways; a gateway is named where a leg came from or went to the PSTN."""
    if mapping.trunks:
        facts = facts.with_columns(
            pl.when(matches(pl.col(name), mapping.trunks)).then(name) for name in _GATEWAYS
        )
        came, went = (pl.col(name).is_not_null() for name in _GATEWAYS)
        met = (
            pl.when(came & went)
            .then(pl.lit(Direction.TRANSIT.value))
            .when(came)
            .then(pl.lit(Direction.INBOUND.value))
            .when(went)
            .then(pl.lit(Direction.OUTBOUND.value))
            .otherwise(pl.lit(mapping.constants.direction or Direction.INTERNAL))
        )
        facts = facts.with_columns(pl.col("direction").fill_null(met))
    direction = pl.col("direction")
    return facts.with_columns(direction.fill_null(Direction.OUTBOUND.value)).with_columns(
        *(pl.when(direction.is_in(ways)).then(name) for name, ways in _GATEWAYS.items()),
        pl.when(direction == Direction.OUTBOUND.value)
        .then(pl.col("charge_reason").fill_null(ChargeReason.CALLER.value))
        .otherwise("charge_reason"),
    )


def _ended(facts: pl.DataFrame) -> pl.DataFrame:
    """How each leg ended, and whether it has."""
    outcome, talk = pl.col("outcome"), pl.col("talk_s")
    no_end = pl.all_horizontal(
        pl.col(name).is_null() for name in ("ended_at", "talk_s", "duration_s")
    )
    talked = pl.col("answered_at").is_not_null() | (talk > 0).fill_null(value=False)
    return facts.with_columns(
        (no_end & (outcome.is_null() | (outcome == Outcome.ANSWERED.value))).alias("open")
    ).with_columns(
        pl.when("open")
        .then(pl.lit(Outcome.UNKNOWN_END.value))
        .when(outcome.is_not_null())
        .then(outcome)
        .when(talked)
        .then(pl.lit(Outcome.ANSWERED.value))
        .otherwise(pl.lit(Outcome.NO_ANSWER.value))
        .alias("outcome")
    )


def _timed(legs: pl.DataFrame) -> pl.DataFrame:
    """Times from durations and durations from times; none of an answer that did not happen."""
    start, answer, end = (pl.col(name) for name in ("started_at", "answered_at", "ended_at"))
    talk, ring, total = (pl.col(name) for name in ("talk_s", "ring_s", "duration_s"))
    answered = pl.col("outcome") == Outcome.ANSWERED.value
    taken = answered | (pl.col("outcome") == Outcome.UNKNOWN_END.value)
    known = legs.with_columns(
        pl.when(taken).then(answer),
        pl.when(answered).then(talk),
        pl.coalesce(end, after(start, total)).alias("ended_at"),
    )
    told = pl.coalesce(pl.max_horizontal(start, after(end, -talk)), after(start, ring))
    placed = known.with_columns(
        pl.when(answered).then(pl.coalesce(answer, told)).otherwise(answer).alias("answered_at")
    ).with_columns(
        pl.when(answered)
        .then(pl.coalesce(end, after(pl.coalesce(answer, start), talk)))
        .otherwise(pl.coalesce(end, after(start, ring)))
        .alias("ended_at")
    )
    return placed.with_columns(
        pl.when(answered).then(pl.coalesce(talk, between(end, answer))).alias("talk_s"),
        pl.coalesce(ring, between(pl.coalesce(answer, end), start)).alias("ring_s"),
    )
