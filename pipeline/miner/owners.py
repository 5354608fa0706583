"""Whom legs are charged to, as the directory knows them on the day."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipeline.directory.dated import NONE
from pipeline.directory.directory import Directory
from pipeline.directory.keys import Places
from pipeline.miner.payers import PayerSettings, party
from warehouse.words import Direction


def owners(
    legs: pl.DataFrame,
    directory: Directory,
    at: Places,
    here: pl.Series,
    payers: PayerSettings,
) -> tuple[pl.Series, Places]:
    """Whom each leg is charged to, and the place of their row among the people.

    It is the owner that the source names, else the user on our side, else the holder of the number;
    where `payers` say so, another party that the directory knows. `at` are the instants of the
    legs (UTC, ms); extensions are those of the site `here`.
    """
    received = pl.col("direction") == Direction.INBOUND.value
    own_user = pl.when(received).then(pl.col("to_user")).otherwise(pl.col("from_user"))
    own_number = pl.when(received).then(pl.col("to_number")).otherwise(pl.col("from_number"))
    named = pl.coalesce("charged_user", own_user)
    user, row = _known(legs, named, own_number, directory, at, here)
    for reason, payer in payers.rules():
        places = (legs["charge_reason"] == reason.value).arg_true()
        if places.is_empty():
            continue
        other, known = _known(
            legs[places], *party(payer), directory, at.take(places.to_numpy()), here.gather(places)
        )
        found = known != NONE
        moved = places.to_numpy()[found]
        user = user.scatter(moved, other.filter(pl.Series(found)))
        row = row.copy()
        row[moved] = known[found]
    return user, row


def _known(
    legs: pl.DataFrame,
    address: pl.Expr,
    number: pl.Expr,
    directory: Directory,
    at: Places,
    here: pl.Series,
) -> tuple[pl.Series, Places]:
    """The user of each leg, by `address` or else as the holder of `number`, and their row."""
    user = legs.select(address).to_series()
    if not user.null_count():
        return _by_address(user, directory, at)
    if user.null_count() == legs.height:
        return _by_number(legs.select(number).to_series(), here, directory, at)
    is_open = user.is_null()
    row = np.full(legs.height, NONE)
    named, numbered = (~is_open).arg_true(), is_open.arg_true()
    written, row[named] = _by_address(user.gather(named), directory, at[named])
    numbers = legs.select(number).to_series().gather(numbered)
    holder, row[numbered] = _by_number(numbers, here.gather(numbered), directory, at[numbered])
    return user.scatter(named, written).scatter(numbered, holder), row


def _by_number(
    numbers: pl.Series, here: pl.Series, directory: Directory, at: Places
) -> tuple[pl.Series, Places]:
    """The holder of each number, and their row."""
    row = directory.holders_at(numbers, here, at)
    return directory.people.facts("user", row), row


def _by_address(user: pl.Series, directory: Directory, at: Places) -> tuple[pl.Series, Places]:
    """Users as the directory writes them, and their row."""
    people = directory.people
    keys = people.keys(user)
    is_strange = pl.Series(keys < 0)
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
    unknown = np.flatnonzero(row == NONE)
    others, people = directory.further_addresses, directory.people
    alias = others.at(others.keys(user.gather(unknown)), at[unknown])
    unknown, alias = unknown[alias != NONE], alias[alias != NONE]
    main = others.facts("user", alias)
    row = row.copy()
    row[unknown] = people.at(people.keys(main), at[unknown])
    return user.scatter(unknown, main), row
