"""Reads a call file: the good rows as values, the bad ones with everything that is wrong."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipeline.callfile.cells import split
from pipeline.callfile.format import CALL_FILE_SCHEMA, LINE, REJECTION, REQUIRED, RULES, Rule
from warehouse.errors import InvalidInput, Problem
from warehouse.words import Direction, Outcome


@dataclass(frozen=True, slots=True)
class CallFile:
    """One call file, read.

    `legs` has the columns of `CALL_FILE_SCHEMA`, `extra` (a JSON object of the columns that the
    format does not know, or empty) and `LINE`; `rejected` holds the bad rows as text with the
    `REJECTION` columns in front; `problems` says each fault.
    """

    name: str
    legs: pl.DataFrame
    rejected: pl.DataFrame
    problems: tuple[Problem, ...]


def read_call_file(name: str, data: bytes, *, source: str) -> CallFile:
    """Reads the bytes of a call file; `source` is meant where the file does not say one.

    Raises `InvalidInput` where the file as a whole cannot be used: its text, header or a required
    column.
    """
    cells, problems = split(name, data)
    cells = cells.drop(REJECTION, strict=False)
    missing = [column for column in REQUIRED if column not in cells.columns]
    if missing:
        raise InvalidInput(
            Problem(name, "column missing", f"Add the column {column}", line=1, column=column)
            for column in missing
        )
    parsed = _with_values(cells)
    problems.extend(_faults(name, parsed))
    bad_lines = {problem.line for problem in problems}
    good = parsed.filter(~pl.col(LINE).is_in(list(bad_lines))) if bad_lines else parsed
    return CallFile(
        name,
        _with_defaults(good, source).select(*CALL_FILE_SCHEMA, "extra", LINE),
        _rejected(cells, problems),
        tuple(sorted(problems, key=lambda problem: problem.line or 0)),
    )


def _with_values(cells: pl.DataFrame) -> pl.DataFrame:
    """Typed columns; the text of a column with a rule stays beside it as `<column>:text`."""
    absent = [column for column in CALL_FILE_SCHEMA if column not in cells.columns]
    unknown = [
        column for column in cells.columns if column not in CALL_FILE_SCHEMA and column != LINE
    ]
    extra = pl.lit(None, dtype=pl.String)
    if unknown:
        empty = pl.all_horizontal(pl.col(unknown).is_null())
        extra = pl.when(~empty).then(pl.struct(unknown).struct.json_encode())
    return (
        cells.with_columns(pl.lit(None, dtype=pl.String).alias(column) for column in absent)
        .with_columns(extra.alias("extra"))
        .with_columns(pl.col(rule.column).alias(_text_of(rule)) for rule in RULES)
        .with_columns(rule.value.alias(rule.column) for rule in RULES)
    )


def _text_of(rule: Rule) -> str:
    return f"{rule.column}:text"


def _faults(name: str, parsed: pl.DataFrame) -> list[Problem]:
    found: list[Problem] = []
    lacks = {
        column: pl.col(f"{column}:text" if column != "leg_id" else column).is_null()
        for column in REQUIRED
    }
    breaks = {
        rule.column: pl.col(_text_of(rule)).is_not_null() & pl.col(rule.column).is_null()
        for rule in RULES
    }
    wrong = parsed.select(
        *(test.any().alias(f"lacks {column}") for column, test in lacks.items()),
        *(test.any().alias(f"breaks {column}") for column, test in breaks.items()),
    ).row(0, named=True)
    for column, test in lacks.items():
        if wrong[f"lacks {column}"]:
            found.extend(
                Problem(name, "empty", f"Fill in the {column}", line=line, column=column)
                for line in parsed.filter(test)[LINE]
            )
    for rule in RULES:
        if wrong[f"breaks {rule.column}"]:
            broken = parsed.filter(breaks[rule.column]).select(LINE, _text_of(rule))
            found.extend(
                Problem(name, rule.rule, rule.mend, value=value, line=line, column=rule.column)
                for line, value in broken.iter_rows()
            )
    return found


def _with_defaults(rows: pl.DataFrame, source: str) -> pl.DataFrame:
    def between(later: str, earlier: str) -> pl.Expr:
        milliseconds = (pl.col(later) - pl.col(earlier)).dt.total_milliseconds()
        return (
            milliseconds.cast(pl.Decimal(38, 0)) * pl.lit("0.001").cast(pl.Decimal(38, 3))
        ).cast(CALL_FILE_SCHEMA["talk_s"], strict=False)

    talked = pl.col("answered_at").is_not_null() | (pl.col("talk_s") > 0)
    return rows.with_columns(
        pl.col("source").fill_null(source),
        pl.col("call_id").fill_null(pl.col("leg_id")),
        pl.col("revision").fill_null(0),
        pl.col("direction").fill_null(Direction.OUTBOUND.value),
        pl.col("outcome").fill_null(
            pl.when(talked)
            .then(pl.lit(Outcome.ANSWERED.value))
            .otherwise(pl.lit(Outcome.NO_ANSWER.value))
        ),
        pl.col("talk_s").fill_null(between("ended_at", "answered_at")),
        pl.col("ring_s").fill_null(between("answered_at", "started_at")),
        pl.col("emergency").fill_null(value=False),
    )


def _rejected(cells: pl.DataFrame, problems: list[Problem]) -> pl.DataFrame:
    by_line: dict[int, list[Problem]] = {}
    for problem in problems:
        by_line.setdefault(problem.line or 0, []).append(problem)
    lines = sorted(by_line)
    reasons = pl.DataFrame(
        {
            "rejected_line": lines,
            "rejected_column": [
                "; ".join(str(one.column) for one in by_line[line] if one.column) for line in lines
            ],
            "rejected_reason": [
                "; ".join(
                    f"{'' if one.value is None else repr(one.value) + ': '}{one.rule}. {one.mend}"
                    for one in by_line[line]
                )
                for line in lines
            ],
            "rejected_text": [
                next((one.value for one in by_line[line] if one.column is None), None)
                for line in lines
            ],
        },
        schema=dict(zip(REJECTION, (pl.Int64, pl.String, pl.String, pl.String), strict=True)),
    )
    return reasons.join(
        cells, left_on="rejected_line", right_on=LINE, how="left", maintain_order="left"
    )
