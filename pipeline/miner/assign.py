"""Says whose each leg is: its numbers in one form, gateway, site, owner, local time, tariff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from pipeline.directory.dated import NONE
from pipeline.directory.directory import Directory, number_key
from pipeline.directory.keys import Places
from pipeline.directory.sites import Sites
from pipeline.miner.clocks import local_time
from pipeline.miner.forms import in_one_form
from warehouse.legs import INSTANT
from warehouse.words import Direction

_OWNER_FACTS = {"name": "person", "department": "department", "cost_centre": "cost_centre"}


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


def assign(
    legs: pl.DataFrame, directory: Directory, source_sites: Mapping[str, str]
) -> pl.DataFrame:
    """Adds to legs of a call file what the directory knows; keeps their order.

    New columns: `person`, `department`, `cost_centre`, `site`, `time_zone`, `day`, `hour`,
    `started_local`, those of `placed` but `place`, and `number` (the number to price). Numbers
    become E.164, `charged_user` is filled where the number tells it. `source_sites` gives the
    default site of each source. What is not known stays empty.
    """
    at = _instants(legs)
    placed = _placed(legs, directory, source_sites, at)
    tariff, country, area_code = placed.columns()
    numbered = legs.with_columns(_numbers(legs, country, area_code))
    charged_user, owners = _owners(numbered, directory, at, placed.sites.fact("site", placed.site))
    homes = directory.homes.take(owners)
    site = np.where(homes > 0, homes, placed.site)
    zones, zone = placed.sites.zones(site)
    return numbered.with_columns(
        tariff,
        country,
        area_code,
        numbered["to_number"].alias("number"),
        charged_user.alias("charged_user"),
        *(directory.people.facts(fact, owners).alias(name) for fact, name in _OWNER_FACTS.items()),
        placed.sites.fact("site", site),
        pl.Series("time_zone", zones, dtype=pl.String).gather(zone),
        *local_time(at, zone, zones),
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


def _owners(
    legs: pl.DataFrame, directory: Directory, at: Places, here: pl.Series
) -> tuple[pl.Series, Places]:
    """Whom each leg is charged to, and the place of their row among the people.

    It is the owner that the source names, else the user on our side, else the holder of the number;
    extensions are those of the site `here`.
    """
    received = pl.col("direction") == Direction.INBOUND.value
    own_user = pl.when(received).then(pl.col("to_user")).otherwise(pl.col("from_user"))
    user = legs.select(pl.coalesce("charged_user", own_user)).to_series()
    if user.null_count():
        is_open = user.is_null()
        own_number = pl.when(received).then(pl.col("to_number")).otherwise(pl.col("from_number"))
        asked = legs.select(number_key(own_number, here)).to_series().filter(is_open)
        holders = directory.holders
        row = holders.at(holders.keys(asked), at[is_open.to_numpy()])
        user = user.scatter(is_open.arg_true(), holders.facts("user", row))
    people = directory.people
    keys = people.keys(user)
    is_strange = user.is_not_null() & pl.Series(keys < 0)
    if is_strange.any():
        # The directory has its users in lower case: those found are so already.
        lower = user.filter(is_strange).str.to_lowercase()
        keys = keys.copy()
        keys[is_strange.to_numpy()] = people.keys(lower)
        user = user.scatter(is_strange.arg_true(), lower)
    row = people.at(keys, at)
    if not directory.aliases.is_empty():
        user, row = _by_main_address(user, row, directory, at)
    return user, row


def _by_main_address(
    user: pl.Series, row: Places, directory: Directory, at: Places
) -> tuple[pl.Series, Places]:
    """The same where an address is another one of somebody's that day: under their own."""
    unknown = np.flatnonzero((row == NONE) & user.is_not_null().to_numpy())
    others, people = directory.further_addresses, directory.people
    alias = others.at(others.keys(user.gather(unknown)), at[unknown])
    unknown, alias = unknown[alias != NONE], alias[alias != NONE]
    main = others.facts("user", alias)
    row = row.copy()
    row[unknown] = people.at(people.keys(main), at[unknown])
    return user.scatter(unknown, main), row
