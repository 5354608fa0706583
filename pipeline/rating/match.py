"""Finds the price row of each leg: exact short number, else longest valid prefix, else fallback."""

from __future__ import annotations

import polars as pl

from pipeline.rating.compile import Tariffs
from pipeline.rating.judge import STATUS, status, without_carrier
from warehouse.words import Status


def match(work: pl.DataFrame, tariffs: Tariffs) -> pl.DataFrame:
    """Adds where each leg is priced.

    Added are `own` (index of the leg's tariff, null when it has none here or needs none), `found`
    (index of the tariff that has a price), `row` (index of the price row) and `unmatched` (why
    there is none). Prefixes hold for E.164 numbers, which begin with +; other digits meet the exact
    short numbers only; `*` takes everything, also a number that cannot be read.
    """
    number, own = pl.col("number"), pl.col("tariff").cast(pl.Enum(tariffs.names), strict=False)
    is_e164 = number.str.contains(r"^\+[0-9]+$")
    is_short = number.str.contains(r"^[0-9]+$")
    work = work.with_columns(
        own=pl.when(~without_carrier()).then(own.to_physical().cast(pl.Int64)),
        at=pl.coalesce("answered_at", "started_at").dt.timestamp("ms"),
        digits=pl.when(is_e164).then(number.str.slice(1)),
        short=pl.when(is_short).then(number),
    )
    rows = _rows(work, work["own"], tariffs)
    work = work.with_columns(rows.alias("row"), found=pl.when(rows.is_not_null()).then("own"))
    lacking = work.select("own", "at", "digits", "short", "row").with_row_index("place")
    lacking = lacking.filter(pl.col("row").is_null() & pl.col("own").is_not_null())
    if lacking.is_empty():
        return work.with_columns(unmatched=pl.lit(None, STATUS))
    return _with_fallbacks(work, lacking, tariffs)


def _with_fallbacks(work: pl.DataFrame, lacking: pl.DataFrame, tariffs: Tariffs) -> pl.DataFrame:
    """Tries one fallback after the other; the first tariff that knows the number says why not."""
    following = pl.Series(tariffs.fallbacks, dtype=pl.Int64)
    found = [work.select("found", "row").clear().with_columns(place=pl.lit(0, pl.UInt32))]
    reasons: list[pl.DataFrame] = []
    tried = lacking.with_columns(found="own")
    while not tried.is_empty():
        reasons.append(tried.select("place", unmatched=_reason(tried, tariffs)))
        tried = tried.with_columns(following.gather(tried["found"]).alias("found"))
        tried = tried.filter(pl.col("found").is_not_null())
        tried = tried.with_columns(_rows(tried, tried["found"], tariffs).alias("row"))
        found.append(tried.filter(pl.col("row").is_not_null()).select("found", "row", "place"))
        tried = tried.filter(pl.col("row").is_null())
    why = (
        pl.concat(reasons)
        .group_by("place", maintain_order=True)
        .agg(pl.col("unmatched").drop_nulls().first().fill_null(status(Status.NO_PREFIX)))
    )
    return (
        work.with_row_index("place")
        .join(why, on="place", how="left", maintain_order="left")
        .update(pl.concat(found), on="place", how="left")
        .drop("place")
    )


def _rows(calls: pl.DataFrame, tariff: pl.Series, tariffs: Tariffs) -> pl.Series:
    slots = tariffs.periods.slots_at(tariff, calls["at"])
    rows = tariffs.prefixes.valid.find(slots, calls["digits"])
    short = calls["short"]
    if short.null_count() == len(short):
        return rows
    exact = tariffs.exact.valid.find(slots.set(short.is_null(), None), short)
    return exact.zip_with(exact.is_not_null(), rows)


def _reason(calls: pl.DataFrame, tariffs: Tariffs) -> pl.Series:
    """Expired or not valid yet where the tariff has a price for the number at another time."""
    since = pl.select(
        pl.min_horizontal(
            tariffs.prefixes.since.find(calls["found"], calls["digits"]),
            tariffs.exact.since.find(
                calls["found"].set(calls["short"].is_null(), None), calls["short"]
            ),
        )
    ).to_series()
    at = calls["at"]
    return pl.select(
        pl.when(since <= at)
        .then(status(Status.EXPIRED))
        .when(since > at)
        .then(status(Status.NOT_VALID_YET))
    ).to_series()
