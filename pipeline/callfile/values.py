"""From cells of text to values, and what is meant where a cell is empty."""

from __future__ import annotations

import polars as pl

from pipeline.callfile.format import CALL_FILE_SCHEMA, LINE, RULES
from warehouse.words import Direction, Outcome

_RULES = {rule.column: rule for rule in RULES}


def values(cells: pl.DataFrame) -> pl.DataFrame:
    """The columns of `CALL_FILE_SCHEMA`, `extra` and `LINE`, row by row.

    Null where a cell is empty or its text breaks the rule of its column.
    """
    return pl.DataFrame(
        [
            *(_column(name, kind, cells) for name, kind in CALL_FILE_SCHEMA.items()),
            _extra(cells),
            cells[LINE],
        ]
    )


def _column(name: str, kind: pl.DataType, cells: pl.DataFrame) -> pl.Series:
    if name not in cells.columns:
        return pl.Series(name, [], dtype=kind).clear(cells.height)
    rule = _RULES.get(name)
    return cells[name] if rule is None else rule.read(cells[name])


def _extra(cells: pl.DataFrame) -> pl.Series:
    unknown = [
        column for column in cells.columns if column not in CALL_FILE_SCHEMA and column != LINE
    ]
    if not unknown:
        return pl.Series("extra", [], dtype=pl.String).clear(cells.height)
    empty = pl.all_horizontal(pl.col(unknown).is_null())
    json = pl.when(~empty).then(pl.struct(unknown).struct.json_encode())
    return cells.select(json.alias("extra")).to_series()


def with_defaults(rows: pl.DataFrame, source: pl.Expr) -> pl.DataFrame:
    """Rows with what is meant by their empty cells; `source` is one for all, or one for each."""
    talked = pl.col("answered_at").is_not_null() | (pl.col("talk_s") > 0)
    meant = {
        "source": source,
        "call_id": pl.col("leg_id"),
        "revision": pl.lit(0, dtype=pl.Int64),
        "direction": pl.lit(Direction.OUTBOUND.value),
        "outcome": pl.when(talked)
        .then(pl.lit(Outcome.ANSWERED.value))
        .otherwise(pl.lit(Outcome.NO_ANSWER.value)),
        "emergency": pl.lit(value=False),
    }
    return rows.with_columns(
        *(
            pl.col(name).fill_null(value)
            for name, value in meant.items()
            if rows[name].null_count()
        ),
        _timed(rows, "talk_s", "answered_at", "ended_at"),
        _timed(rows, "ring_s", "started_at", "answered_at"),
    )


def _timed(rows: pl.DataFrame, seconds: str, earlier: str, later: str) -> pl.Series:
    """Seconds as given, else those between two times."""
    given = rows[seconds]
    if not given.null_count():
        return given
    is_open = given.is_null() & rows[earlier].is_not_null() & rows[later].is_not_null()
    if not is_open.any():
        return given
    spans = rows.filter(is_open).select(_between(later, earlier)).to_series()
    return given.scatter(is_open.arg_true(), spans)


def _between(later: str, earlier: str) -> pl.Expr:
    milliseconds = (pl.col(later) - pl.col(earlier)).dt.total_milliseconds()
    return (milliseconds.cast(pl.Decimal(38, 0)) * pl.lit("0.001").cast(pl.Decimal(38, 3))).cast(
        CALL_FILE_SCHEMA["talk_s"], strict=False
    )
