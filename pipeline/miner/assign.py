"""Says whose each leg is: its numbers in one form, gateway, site, owner, local time, tariff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pipeline.directory.directory import Directory
from pipeline.directory.keys import Places
from pipeline.directory.sites import Sites
from pipeline.miner.clocks import local_time
from pipeline.miner.forms import in_one_form
from pipeline.miner.owners import owners
from pipeline.miner.payers import PayerSettings, named_payer
from pipeline.miner.purposes import purposes, without_private_prefix
from warehouse.legs import INSTANT

_OWNER_FACTS = {
    "name": "person",
    "kind": "kind",
    "department": "department",
    "cost_centre": "cost_centre",
}


@dataclass(frozen=True, slots=True)
class _Placed:
    tariff: pl.Series
    site: Places
    """The place of each leg, by its code in `sites`."""
    sites: Sites

    def columns(self) -> list[pl.Series]:
        """`tariff`, `country` and `area_code`."""
        dial_plan = (self.sites.fact(name, self.site) for name in ("country", "area_code"))
        return [self.tariff, *dial_plan]


SOURCE_PAYERS: Final = PayerSettings()
"""Whoever the source says pays."""


def assign(
    legs: pl.DataFrame,
    directory: Directory,
    source_sites: Mapping[str, str],
    payers: PayerSettings = SOURCE_PAYERS,
) -> pl.DataFrame:
    """Adds to legs of a call file what the directory knows; keeps their order.

    New columns: `person`, `kind`, `department`, `cost_centre`, `site`, `time_zone`, `day`, `hour`,
    `started_local`, `named_payer`, `purpose`, those of `placed` but `place`, and `number` (the
    number to price). Numbers become E.164, `charged_user` is filled where the number tells it, and
    is who pays by `payers`. `source_sites` gives the default site of each source. What is not known
    stays empty.
    """
    at = _instants(legs)
    placed = _placed(legs, directory, source_sites, at)
    tariff, country, area_code = placed.columns()
    called, marked = without_private_prefix(legs, placed.sites, placed.site)
    numbered = called.with_columns(_numbers(called, country, area_code))
    if marked is not None:
        numbered = numbered.with_columns(pl.coalesce(marked, numbered["dialled"]).alias("dialled"))
    here = placed.sites.fact("site", placed.site)
    charged_user, owner = owners(numbered, directory, at, here, payers)
    homes = directory.homes.take(owner)
    site = np.where(homes > 0, homes, placed.site)
    zones, zone = placed.sites.zones(site)
    local = local_time(at, zone, zones)
    return numbered.with_columns(
        tariff,
        country,
        area_code,
        numbered["to_number"].alias("number"),
        charged_user.alias("charged_user"),
        named_payer(legs["charged_user"], charged_user),
        *(directory.people.facts(fact, owner).alias(name) for fact, name in _OWNER_FACTS.items()),
        placed.sites.fact("site", site),
        pl.Series("time_zone", zones, dtype=pl.String).gather(zone),
        *local,
        purposes(numbered, directory.private, charged_user, local[0], marked),
    )


def placed(
    legs: pl.DataFrame, directory: Directory, source_sites: Mapping[str, str]
) -> pl.DataFrame:
    """Adds `tariff`, `place`, `country` and `area_code`.

    The tariff is the one that a column of the call file or else the gateway says, the place the
    site of the gateway or else of the source, with its dial plan. Any may be empty.
    """
    found = _placed(legs, directory, source_sites, _instants(legs))
    return legs.with_columns(*found.columns(), found.sites.fact("site", found.site).alias("place"))


def _instants(legs: pl.DataFrame) -> Places:
    return legs["started_at"].cast(INSTANT).to_physical().fill_null(0).to_numpy()


def _placed(
    legs: pl.DataFrame, directory: Directory, source_sites: Mapping[str, str], at: Places
) -> _Placed:
    used = legs.select(pl.coalesce("gateway_out", "gateway_in")).to_series()
    gateway, names = _coded(used)
    names = names.str.to_lowercase()
    trunks = directory.trunks.dated(names)
    keys = np.append(trunks.keys(names), -1)
    row = trunks.at(keys.take(gateway), at)
    tariff = trunks.facts("tariff", row).alias("tariff")
    if legs["extra"].null_count() < legs.height:
        given = legs.select(pl.col("extra").str.json_path_match("$.tariff")).to_series()
        tariff = given.zip_with(given.is_not_null(), tariff).alias("tariff")
    sites = directory.places.including(source_sites.values())
    source, sources = _coded(legs["source"])
    homes = np.array([*(sites.code(source_sites.get(name)) for name in sources), 0])
    here = sites.codes(trunks.rows["site"]).take(row)
    return _Placed(tariff, np.where(here > 0, here, homes.take(source)), sites)


def _coded(texts: pl.Series) -> tuple[Places, pl.Series]:
    """Few different texts as places in a list of them; null is the place after the last."""
    names = texts.drop_nulls().unique()
    codes = texts.cast(pl.Enum(names)).to_physical().cast(pl.Int64)
    return codes.fill_null(len(names)).to_numpy(), names


def _numbers(legs: pl.DataFrame, country: pl.Series, area_code: pl.Series) -> list[pl.Series]:
    """Numbers in one form, by the dial plan of the leg's place."""
    caller, called = (
        in_one_form(legs[name], country, area_code) for name in ("from_number", "to_number")
    )
    # Nearly always the number that was dialled is the one that was reached.
    is_other = legs["dialled"].ne_missing(legs["to_number"])
    dialled = called.alias("dialled")
    if is_other.any():
        others = (each.filter(is_other) for each in (legs["dialled"], country, area_code))
        dialled = dialled.scatter(is_other.arg_true(), in_one_form(*others))
    return [caller, called, dialled]
