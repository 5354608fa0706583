"""What single columns say of a leg, and what is wrong with them. Pure: frames in, frames out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

import polars as pl

from pipeline.callfile.format import CALL_FILE_SCHEMA
from pipeline.sources.tables.mapping import TableMapping
from pipeline.sources.tables.patterns import matches, picked
from pipeline.sources.tables.values import between, instants, never, seconds
from warehouse.words import AnsweredBy, ChargeReason, Direction, Outcome

ROW = "row"
"""Column of the frames here: the number of a row."""
DIGEST = "digest"
"""Column of the rows that come in: the key of a row that no column gives."""

FAULTS = pl.Schema(
    {
        ROW: pl.Int64(),
        "column": pl.String(),
        "value": pl.String(),
        "rule": pl.String(),
        "mend": pl.String(),
    }
)
_TIMES = ("started_at", "answered_at", "ended_at")
_DURATIONS = ("duration_s", "talk_s", "ring_s")
_MUST_BE_KNOWN: dict[str, type[StrEnum]] = {
    "direction": Direction,
    "outcome": Outcome,
    "charge_reason": ChargeReason,
}
_WORDS: dict[str, type[StrEnum]] = {**_MUST_BE_KNOWN, "answered_by": AnsweredBy}
_USERS = ("from_user", "to_user", "charged_user")
_SEPARATORS = {"leg_id": "-", "call_id": "-"} | dict.fromkeys(_TIMES, " ")
_FIELDS = (*(name for name in CALL_FILE_SCHEMA if name not in {"source", "revision"}), "duration_s")


def facts_of(rows: pl.DataFrame, mapping: TableMapping) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Reads every fact for itself.

    Args:
        rows: The foreign columns as text (empty is null), `row` and `digest`.
        mapping: What the columns mean.

    Returns:
        `row`, `digest`, `duration_s` and the columns of a call file but source and revision, with
        null for what is not told, of the rows that have no fault; and the others' `FAULTS`.
    """
    for rule in mapping.rules:
        if rule.skip:
            rows = rows.filter(~_holds(rule.when))
    texts = rows.select(ROW, DIGEST, **dict(_texts(mapping)))
    told = texts.with_columns(pl.col(_TOLD).name.suffix(_TEXT))
    values = _on_one_clock(told.with_columns(_values(mapping)))
    faults = pl.concat([pl.DataFrame(schema=FAULTS), *_faults(values, mapping)])
    good = values.join(faults, on=ROW, how="anti", maintain_order="left")
    return good.select(ROW, DIGEST, *_FIELDS), faults


_TOLD = [*_TIMES, *_DURATIONS, *_MUST_BE_KNOWN]
_TEXT = ":text"


def _holds(when: Mapping[str, tuple[str, ...]]) -> pl.Expr:
    return pl.all_horizontal(matches(pl.col(name), of) for name, of in when.items())


def _texts(mapping: TableMapping) -> Iterator[tuple[str, pl.Expr]]:
    """Every fact as text: what the first rule says that holds, else the column."""
    picks = mapping.columns.picks()
    for name in _FIELDS:
        value = pl.lit(None, pl.String)
        if name in picks:
            value = picked(picks[name], joined_by=_SEPARATORS.get(name))
        for rule in reversed(mapping.rules):
            said = rule.set.said().get(name)
            if said is not None:
                value = pl.when(_holds(rule.when)).then(pl.lit(said)).otherwise(value)
        yield name, never(value) if name in _TIMES else value


def _values(mapping: TableMapping) -> Iterator[pl.Expr]:
    for name in _TIMES:
        first, last = instants(pl.col(name), mapping.time_format, mapping.time_zone)
        yield first.alias(name)
        yield last.alias(name + _LAST)
    for name in _DURATIONS:
        yield seconds(pl.col(name), mapping.duration_unit).alias(name)
    for name, words in _WORDS.items():
        meanings = {word.value: word.value for word in words} | {
            word: meaning.value for word, meaning in mapping.words.of(name).items()
        }
        yield (
            pl.col(name)
            .str.to_lowercase()
            .replace_strict(meanings, default=None, return_dtype=pl.String)
        )
    yield pl.col(_USERS).str.replace(r"(?i)^sips?:", "")
    yield pl.col("emergency") == "true"


_LAST = ":last"


def _on_one_clock(values: pl.DataFrame) -> pl.DataFrame:
    """Chooses between the instants that a time may mean where a clock was put back."""

    def end_after(start: pl.Expr) -> pl.Expr:
        end = pl.col("ended_at")
        return pl.when(end >= start).then(end).otherwise("ended_at" + _LAST)

    def error(start: pl.Expr) -> pl.Expr:
        end = end_after(start)
        return pl.when(end >= start).then((between(end, start) - pl.col("duration_s")).abs())

    first, last = pl.col("started_at"), pl.col("started_at" + _LAST)
    is_last = (error(last) < error(first)).fill_null(value=False)
    return values.with_columns(
        pl.when(is_last).then(last).otherwise(first).alias("started_at")
    ).with_columns(
        pl.when(pl.col(name) >= pl.col("started_at")).then(name).otherwise(name + _LAST).alias(name)
        for name in ("answered_at", "ended_at")
    )


def _faults(values: pl.DataFrame, mapping: TableMapping) -> Iterator[pl.DataFrame]:
    form = mapping.time_format or "2026-01-31 23:59:59"
    start = "started_at"
    picks = mapping.columns.picks()

    def found(where: pl.Expr, name: str, rule: str, mend: str) -> pl.DataFrame:
        column = " + ".join(pick.column for pick in picks.get(name, ())) or name
        told = (pl.col(name + _TEXT), pl.lit(rule), pl.lit(mend))
        row = (pl.col(ROW), pl.lit(column), *told)
        return values.filter(where).select(
            one.cast(dtype).alias(header)
            for one, (header, dtype) in zip(row, FAULTS.items(), strict=True)
        )

    def unread(name: str) -> pl.Expr:
        return pl.col(name + _TEXT).is_not_null() & pl.col(name).is_null()

    yield found(pl.col(start + _TEXT).is_null(), start, "empty", "A leg needs the time it began")
    for name in _TIMES:
        rule = f"not a time between 1990 and 2100 in the form {form}"
        yield found(unread(name), name, rule, "Correct it, or the source's time_format")
    for name in _DURATIONS:
        rule = "neither a number nor a duration such as 1:02:03"
        yield found(unread(name), name, rule, "Correct it, or the source's columns")
    for name, words in _MUST_BE_KNOWN.items():
        ours = ", ".join(word.value for word in words)
        mend = f"Say in [sources.words.{name}] which it means of {ours}"
        yield found(unread(name), name, f"not a known {name}", mend)
