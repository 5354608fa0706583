"""Which legs a person would count as one call.

Sessions belong together where one replaces the other, where they share a correlation, where they
are branches of one ringing, a retry of a failed attempt, or a conference and the attendant that let
its participant in.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import cast

import polars as pl

from pipeline.sources.settling import KINSHIP
from warehouse.words import AnsweredBy, Direction

FORK_WINDOW = timedelta(seconds=2)
RETRY_WINDOW = timedelta(seconds=60)
ADMISSION_WINDOW = timedelta(seconds=5)
"""How far an attendant's goodbye may lie from the conference's answer."""

_ROW = "row"
_OTHER = "other"


def with_calls(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds `call_id`: the `leg_id` of the first leg of the call.

    `rows` are the facts of all sessions in order of their keys, with `leg_id`; those that are
    `no_leg` tie others together and head no call. Sessions that begin further apart than `KINSHIP`
    are never tied to each other: the same calls come out of any longer stretch of history.
    """
    numbered = rows.with_row_index(_ROW).with_columns(
        pl.coalesce("from_user", "from_number").alias("caller"),
        pl.coalesce("dialled", "to_user", "to_number").alias("wanted"),
    )
    links = pl.concat(
        [
            _replacements(numbered),
            _correlated(numbered),
            _forks(numbered),
            _retries(numbered),
            _admissions(numbered),
        ]
    )
    heads = pl.when(~pl.col("no_leg")).then("leg_id").drop_nulls().first()
    shared = (
        numbered.select(_ROW, "leg_id", "no_leg", "started_at")
        .join(_components(links.iter_rows()), on=_ROW)
        .sort("group", "started_at", _ROW)
        .select(_ROW, pl.lit(value=True).alias("tied"), heads.over("group").alias("call_id"))
    )
    # Few sessions are tied to others: any other is a call of its own.
    alone = pl.when(~pl.col("no_leg")).then("leg_id")
    call = pl.when("tied").then("call_id").otherwise(alone)
    calls = (
        numbered.select(_ROW, "leg_id", "no_leg")
        .join(shared, on=_ROW, how="left", maintain_order="left")
        .select(call.alias("call_id"))
    )
    return rows.with_columns(calls.to_series())


def _links(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(pl.col(_ROW).cast(pl.Int64), pl.col(_OTHER).cast(pl.Int64))


def _replacements(rows: pl.DataFrame) -> pl.DataFrame:
    replaced = rows.select(
        pl.col("key_time").alias("replaces_time"),
        pl.col("key_seq").alias("replaces_seq"),
        pl.col(_ROW).alias(_OTHER),
    )
    replacing = rows.filter((pl.col("key_time") - pl.col("replaces_time")).abs() <= KINSHIP)
    return _links(replacing.join(replaced, on=["replaces_time", "replaces_seq"]))


def _correlated(rows: pl.DataFrame) -> pl.DataFrame:
    before = pl.col(_ROW, "key_time", "correlation").shift(1).name.prefix("before_")
    related = (
        rows.lazy()
        .filter(pl.col("correlation").is_not_null())
        .select(_ROW, "key_time", "correlation", pl.col("correlation").hash().alias("hash"))
        .sort("hash", _ROW)
        .with_columns(before)
        .filter(
            (pl.col("correlation") == pl.col("before_correlation"))
            & (pl.col("key_time") - pl.col("before_key_time") <= KINSHIP)
        )
    )
    return _links(related.collect().rename({f"before_{_ROW}": _OTHER}))


def _forks(rows: pl.DataFrame) -> pl.DataFrame:
    """Branches that rang at the same time for the same caller; at most one of them was answered.

    Callers who withhold their number are told apart by the instant at which they called.
    """
    # Hashes bring equal pairs together, at less cost than texts; their order is of no account.
    caller = pl.coalesce("caller", pl.col("key_time").cast(pl.String))
    ringing = (
        rows.lazy()
        .filter(pl.col("wanted").is_not_null() & (pl.col("table") == "S"))
        .select(
            *(_ROW, "caller", "wanted", "key_time", "started_at"),
            pl.col("answered_at").is_not_null().alias("answered"),
            pl.struct(pl.coalesce(pl.col("caller").hash(), pl.col("key_time").hash()), "wanted")
            .hash()
            .alias("pair"),
        )
        .sort("pair", "started_at", _ROW)
        .with_columns(
            (
                (pl.col("pair") == pl.col("pair").shift(1))
                & (pl.col("started_at").diff() <= FORK_WINDOW)
            )
            .fill_null(value=False)
            .alias("follows")
        )
        .filter(pl.col("follows") | pl.col("follows").shift(-1, fill_value=False))
        .with_columns(caller.alias("caller"))
        .collect()
    )
    pairs: list[tuple[int, int]] = []
    first: tuple[int, str, str, datetime] | None = None
    won = False
    for row, calling, wanted, started, answered in ringing.select(
        _ROW, "caller", "wanted", "started_at", "answered"
    ).iter_rows():
        joins = (
            first is not None
            and first[1:3] == (calling, wanted)
            and started - first[3] <= FORK_WINDOW
            and not (won and answered)
        )
        if first is not None and joins:
            pairs.append((row, first[0]))
            won = won or answered
        else:
            first, won = (row, calling, wanted, started), answered
    return pl.DataFrame(pairs, schema={_ROW: pl.Int64, _OTHER: pl.Int64}, orient="row")


def _retries(rows: pl.DataFrame) -> pl.DataFrame:
    failed = (
        rows.filter(pl.col("code") >= 300)
        .with_columns(pl.coalesce("response_time", "ended_at", "started_at").alias("failed_at"))
        .select("caller", "wanted", "started_at", "failed_at", pl.col(_ROW).alias(_OTHER))
    )
    return _links(
        rows.filter("retried")
        .sort("started_at")
        .join_asof(
            failed.sort("started_at"),
            on="started_at",
            by=["caller", "wanted"],
            allow_exact_matches=False,
            check_sortedness=False,
        )
        .filter(pl.col("started_at") - pl.col("failed_at") <= RETRY_WINDOW)
    )


def _admissions(rows: pl.DataFrame) -> pl.DataFrame:
    """Dial-in to a conference, through the attendant that asked the same caller for the code."""
    number = pl.col("from_number").str.extract(r"^([^;]+)").alias("number")
    attended = rows.filter(
        (pl.col("taken_by") == AnsweredBy.ATTENDANT.value) & pl.col("answered_at").is_not_null()
    ).select(
        number,
        "started_at",
        pl.col("ended_at").alias("let_go_at"),
        pl.col(_ROW).alias(_OTHER),
    )
    joining = rows.filter(
        (pl.col("table") == "C") & (pl.col("direction") == Direction.INBOUND.value)
    ).with_columns(number)
    met = joining.sort("started_at").join_asof(
        attended.sort("started_at"),
        on="started_at",
        by="number",
        tolerance=KINSHIP,
        check_sortedness=False,
    )
    still_there = pl.col("let_go_at").is_null() | (pl.col("let_go_at") >= pl.col("started_at"))
    handed_over = (pl.col("answered_at") - pl.col("let_go_at")).abs() <= ADMISSION_WINDOW
    return _links(met.filter(pl.col(_OTHER).is_not_null() & (still_there | handed_over)))


def _components(links: Iterable[tuple[object, ...]]) -> pl.DataFrame:
    """Of each row that has links, the `group`: the number of the first row that they lead to."""
    parent: dict[int, int] = {}

    def root(row: int) -> int:
        while (above := parent.setdefault(row, row)) != row:
            parent[row] = parent[above]
            row = parent[row]
        return row

    for pair in links:
        one, other = cast("tuple[int, int]", pair)
        first, second = sorted((root(one), root(other)))
        parent[second] = first
    rows = list(parent)
    return pl.DataFrame(
        {_ROW: rows, "group": [root(row) for row in rows]},
        schema={_ROW: pl.get_index_type(), "group": pl.Int64()},
    )
