"""Says whose each leg is: its numbers in one form, gateway, site, owner, local time, tariff."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pipeline.directory.directory import Directory, number_key, valid_at
from pipeline.directory.patterns import spelled_out
from pipeline.miner.owners import with_main_addresses
from pipeline.numbers import normalise
from warehouse.words import Direction

_NUMBERS = ("from_number", "to_number", "dialled")
_OWNER_FACTS = {
    "name": "person",
    "department": "department",
    "cost_centre": "cost_centre",
    "site": "owner_site",
}


def assign(
    legs: pl.DataFrame, directory: Directory, source_sites: Mapping[str, str]
) -> pl.DataFrame:
    """Adds to legs of a call file what the directory knows; keeps their order.

    New columns: `person`, `department`, `cost_centre`, `site`, `time_zone`, `day`, `hour`,
    `started_local`, those of `placed` but `place`, and `number` (the number to price). Numbers
    become E.164, `charged_user` is filled where the number tells it. `source_sites` gives the
    default site of each source. What is not known stays empty.
    """
    owned = with_main_addresses(
        _owners(_numbers(placed(legs, directory, source_sites)), directory), directory
    )
    known = valid_at(owned, directory.users, by="charged_user", key="user", facts=_OWNER_FACTS)
    sited = known.with_columns(pl.coalesce("owner_site", "place").alias("site"))
    return _local_time(sited, directory).drop("owner_site", "place")


def placed(
    legs: pl.DataFrame, directory: Directory, source_sites: Mapping[str, str]
) -> pl.DataFrame:
    """Adds `tariff`, `place`, `country` and `area_code`.

    The tariff is the one that a column of the call file or else the gateway says, the place the
    site of the gateway or else of the source, with its dial plan. Any may be empty.
    """
    source_site = pl.col("source").replace_strict(
        dict(source_sites), default=None, return_dtype=pl.String
    )
    dial_plans = directory.site_facts().select(
        pl.col("site").alias("place"), "country", "area_code"
    )
    return (
        _with_tariff(legs, directory)
        .with_columns(pl.coalesce("gateway_site", source_site).alias("place"))
        .drop("gateway_site")
        .join(dial_plans, on="place", how="left", maintain_order="left")
    )


def _with_tariff(legs: pl.DataFrame, directory: Directory) -> pl.DataFrame:
    """Adds `tariff`, and `gateway_site`, the site of the gateway."""
    rows = legs.with_columns(
        pl.coalesce("gateway_out", "gateway_in").str.to_lowercase().alias("gateway"),
        pl.col("extra").str.json_path_match("$.tariff").alias("given_tariff"),
    )
    return (
        valid_at(
            rows,
            spelled_out(directory.gateways, rows["gateway"]),
            by="gateway",
            key="gateway",
            facts={"site": "gateway_site", "tariff": "gateway_tariff"},
        )
        .with_columns(pl.coalesce("given_tariff", "gateway_tariff").alias("tariff"))
        .drop("gateway", "given_tariff", "gateway_tariff")
    )


def _local_time(rows: pl.DataFrame, directory: Directory) -> pl.DataFrame:
    """The wall clock at each leg's site; UTC where no site is known."""
    zones = directory.site_facts().select("site", "time_zone")
    zoned = rows.join(zones, on="site", how="left", maintain_order="left").with_columns(
        pl.col("time_zone").fill_null("UTC")
    )
    instant = pl.col("started_at").dt.replace_time_zone("UTC")
    clocks = [
        pl.when(pl.col("time_zone") == zone).then(
            instant.dt.convert_time_zone(zone).dt.replace_time_zone(None)
        )
        for zone in zoned["time_zone"].unique().sort()
    ]
    return zoned.with_columns(
        pl.coalesce(*clocks, "started_at").alias("started_local")
    ).with_columns(
        pl.col("started_local").dt.date().alias("day"),
        pl.col("started_local").dt.hour().alias("hour"),
    )


def _numbers(rows: pl.DataFrame) -> pl.DataFrame:
    """Numbers in one form, by the dial plan of the leg's site; the word for withheld is dropped."""
    columns = []
    for column in _NUMBERS:
        raw = rows[column]
        is_address = raw.str.contains(r"^[^+0-9].*@")
        read = normalise(
            raw.set(is_address.fill_null(value=False), None), rows["country"], rows["area_code"]
        )
        columns.append(
            pl.select(pl.when(is_address).then(raw).otherwise(read["number"]).alias(column))
        )
    return pl.concat([rows.drop(_NUMBERS), *columns], how="horizontal").with_columns(
        pl.col("to_number").alias("number")
    )


def _owners(rows: pl.DataFrame, directory: Directory) -> pl.DataFrame:
    """The owner that the source names, else the user on our side, else the holder of the number."""
    received = pl.col("direction") == Direction.INBOUND.value
    own_number = pl.when(received).then(pl.col("to_number")).otherwise(pl.col("from_number"))
    rows = valid_at(
        rows.with_columns(number_key(own_number, pl.col("place")).alias("own_number")),
        directory.owners_of_numbers(),
        by="own_number",
        key="number",
        facts={"user": "holder"},
    )
    own_user = pl.when(received).then(pl.col("to_user")).otherwise(pl.col("from_user"))
    return rows.with_columns(
        pl.coalesce("charged_user", own_user, "holder").str.to_lowercase().alias("charged_user")
    ).drop("own_number", "holder")
