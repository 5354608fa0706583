"""Legs of call files → assigned and rated legs; stored legs → the same with today's prices."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pipeline.directory.directory import Directory
from pipeline.miner.assign import SOURCE_PAYERS, assign, placed
from pipeline.miner.call_types import with_call_types
from pipeline.miner.payers import PayerSettings
from pipeline.rating import RATED_SCHEMA, Tariffs, rate
from pipeline.rating.exchange import REPORTED_SCHEMA


def price(
    legs: pl.DataFrame,
    directory: Directory,
    tariffs: Tariffs,
    source_sites: Mapping[str, str],
    payers: PayerSettings = SOURCE_PAYERS,
) -> pl.DataFrame:
    """Says whose each leg of a call file is and what it costs, in the same order."""
    return _rated(_with_only(assign(legs, directory, source_sites, payers), tariffs), tariffs)


def reprice(
    legs: pl.DataFrame, directory: Directory, tariffs: Tariffs, source_sites: Mapping[str, str]
) -> pl.DataFrame:
    """Stored legs, in the same order and of the same columns, as these tariffs price them.

    Whose they are stays as it was; which tariff they fall under is asked anew.
    """
    asked = asked_again(legs, directory, tariffs, source_sites)
    return _rated(asked, tariffs).select(legs.columns)


def asked_again(
    legs: pl.DataFrame, directory: Directory, tariffs: Tariffs, source_sites: Mapping[str, str]
) -> pl.DataFrame:
    """Stored legs as rating wants to see them.

    New columns: `number` and those of `pipeline.miner.assign.placed`, of which `tariff` is anew.
    """
    asked = placed(legs.drop("tariff"), directory, source_sites)
    return _with_only(asked.with_columns(pl.col("to_number").alias("number")), tariffs)


def _with_only(legs: pl.DataFrame, tariffs: Tariffs) -> pl.DataFrame:
    """Where there is one tariff only, a call needs no gateway to fall under it."""
    only = tariffs.names[0] if len(tariffs.names) == 1 else None
    return legs.with_columns(pl.col("tariff").fill_null(pl.lit(only, dtype=pl.String)))


def _rated(legs: pl.DataFrame, tariffs: Tariffs) -> pl.DataFrame:
    rated = rate(legs, tariffs)
    known = legs.drop(*RATED_SCHEMA, *REPORTED_SCHEMA, strict=False)
    reported = tariffs.exchange.reported(rated.with_columns(legs["day"]))
    return with_call_types(pl.concat([known, rated, reported], how="horizontal"), tariffs)
