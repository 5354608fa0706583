"""Reads users.csv and the tables beside it, and says everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from pipeline.directory.directory import Directory, with_instants, without_gaps
from pipeline.directory.places import checked_gateways, site_problems
from pipeline.directory.private import checked_private
from pipeline.directory.tables import (
    GATEWAYS,
    GATEWAYS_OPTIONAL,
    PRIVATE_NUMBERS,
    PRIVATE_NUMBERS_OPTIONAL,
    SITES,
    SITES_OPTIONAL,
    USERS,
    USERS_OPTIONAL,
)
from pipeline.directory.users import alias_rows, checked_users
from pipeline.tables import Table, read_table
from warehouse.errors import InvalidInput, Problem
from warehouse.home import Home


def read_directory(home: Home, tariffs: Iterable[str]) -> Directory:
    """The people and places of a home; raises `InvalidInput` with every problem of all files.

    `tariffs` are the names that gateways may point to.
    """
    problems: list[Problem] = []
    sites = _table(home.sites, SITES, SITES_OPTIONAL, problems)
    users = _table(home.users, USERS, USERS_OPTIONAL, problems)
    gateways = _table(home.gateways, GATEWAYS, GATEWAYS_OPTIONAL, problems)
    if sites is not None:
        problems.extend(site_problems(sites))
    known = None if sites is None else site_names(sites)
    people = None if users is None else checked_users(users, known, problems)
    lines = None if gateways is None else checked_gateways(gateways, known, set(tariffs), problems)
    private = _private_numbers(home, people, problems)
    if problems or sites is None or people is None or lines is None:
        raise InvalidInput(problems)
    dated = without_gaps(with_instants(people, sites.rows))
    return Directory(
        users=dated,
        sites=sites.rows,
        gateways=with_instants(lines, sites.rows),
        aliases=alias_rows(dated),
        private_numbers=private,
    )


def _private_numbers(
    home: Home, people: pl.DataFrame | None, problems: list[Problem]
) -> pl.DataFrame | None:
    """What stands in private_numbers.csv, which need not be there."""
    if not home.private_numbers.exists():
        return None
    table = _table(home.private_numbers, PRIVATE_NUMBERS, PRIVATE_NUMBERS_OPTIONAL, problems)
    users = None if people is None else people["user"].drop_nulls().unique()
    return None if table is None else checked_private(table, users, problems)


def site_names(sites: Table) -> list[str]:
    """The names in sites.csv, in its order."""
    return sites.rows["site"].drop_nulls().to_list()


def _table(
    path: Path, required: tuple[str, ...], optional: tuple[str, ...], problems: list[Problem]
) -> Table | None:
    try:
        return read_table(path, required=required, optional=optional, notes=True)
    except InvalidInput as error:
        problems.extend(error.problems)
        return None
