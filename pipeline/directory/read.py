"""Reads users.csv, sites.csv and gateways.csv, and says everything that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from pipeline.directory.directory import Directory, with_instants
from pipeline.directory.tables import (
    GATEWAYS,
    GATEWAYS_OPTIONAL,
    SITES,
    SITES_OPTIONAL,
    USERS,
    USERS_OPTIONAL,
    missing_cells,
    overlaps,
    with_dates,
)
from pipeline.places import is_country, is_time_zone
from pipeline.tables import Table, read_table
from warehouse.errors import InvalidInput, Problem
from warehouse.home import Home

_NUMBER = re.compile(r"\+?[0-9]{2,15}")


def read_directory(home: Home, tariffs: Iterable[str]) -> Directory:
    """The people and places of a home; raises `InvalidInput` with every problem of all three files.

    `tariffs` are the names that gateways may point to.
    """
    problems: list[Problem] = []
    sites = _table(home.sites, SITES, SITES_OPTIONAL, problems)
    users = _table(home.users, USERS, USERS_OPTIONAL, problems)
    gateways = _table(home.gateways, GATEWAYS, GATEWAYS_OPTIONAL, problems)
    if sites is not None:
        problems.extend(_check_sites(sites))
    known_sites = None if sites is None else set(sites.rows["site"].drop_nulls())
    people = lines = None
    if users is not None:
        people = _users(users, known_sites, problems)
    if gateways is not None:
        lines = _gateways(gateways, known_sites, set(tariffs), problems)
    if problems or sites is None or people is None or lines is None:
        raise InvalidInput(problems)
    return Directory(
        users=with_instants(people, sites.rows),
        sites=sites.rows,
        gateways=with_instants(lines, sites.rows),
    )


def _table(
    path: Path, required: tuple[str, ...], optional: tuple[str, ...], problems: list[Problem]
) -> Table | None:
    try:
        return read_table(path, required=required, optional=optional)
    except InvalidInput as error:
        problems.extend(error.problems)
        return None


def _check_sites(table: Table) -> Iterator[Problem]:
    yield from missing_cells(table.file, table.rows, SITES)
    seen: dict[str, int] = {}
    for row in table.rows.iter_rows(named=True):
        line = row["line"]
        if row["site"] in seen:
            yield Problem(
                table.file,
                f"stands in line {seen[row['site']]} too",
                "Keep one row per site",
                value=row["site"],
                line=line,
                column="site",
            )
        seen.setdefault(row["site"], line)
        if row["country"] is not None and not is_country(row["country"]):
            yield Problem(
                table.file,
                "not a country code",
                "Use two capital letters, for example IT",
                value=row["country"],
                line=line,
                column="country",
            )
        if row["time_zone"] is not None and not is_time_zone(row["time_zone"]):
            yield Problem(
                table.file,
                "not an IANA time zone",
                "Use a name such as Europe/Rome",
                value=row["time_zone"],
                line=line,
                column="time_zone",
            )


def _users(table: Table, sites: set[str] | None, problems: list[Problem]) -> pl.DataFrame:
    rows = table.rows.with_columns(pl.col("user", "manager").str.to_lowercase())
    problems.extend(missing_cells(table.file, rows, USERS))
    rows = with_dates(table.file, rows, problems)
    problems.extend(overlaps(table.file, rows.drop_nulls("user"), "user", "user"))
    problems.extend(_unknown(table.file, rows, "site", sites, "sites.csv"))
    numbers = (
        rows.select("line", "user", "numbers", "valid_from", "valid_to")
        .drop_nulls("numbers")
        .with_columns(pl.col("numbers").str.split(";"))
        .explode("numbers")
        .with_columns(pl.col("numbers").str.strip_chars())
    )
    for line, value in numbers.select("line", "numbers").iter_rows():
        if not _NUMBER.fullmatch(value):
            problems.append(
                Problem(
                    table.file,
                    "not a phone number",
                    "Write +, country code and number without spaces; separate several with ;",
                    value=value,
                    line=line,
                    column="numbers",
                )
            )
    problems.extend(overlaps(table.file, numbers, "numbers", "numbers"))
    return rows


def _gateways(
    table: Table, sites: set[str] | None, tariffs: set[str], problems: list[Problem]
) -> pl.DataFrame:
    problems.extend(missing_cells(table.file, table.rows, ("gateway", "site")))
    rows = table.rows.with_columns(pl.col("gateway").str.to_lowercase())
    rows = with_dates(table.file, rows, problems)
    problems.extend(overlaps(table.file, rows.drop_nulls("gateway"), "gateway", "gateway"))
    problems.extend(_unknown(table.file, rows, "site", sites, "sites.csv"))
    problems.extend(_unknown(table.file, rows, "tariff", tariffs, "tariffs.csv"))
    channels = rows.drop_nulls("channels").filter(~pl.col("channels").str.contains(r"^[1-9]\d*$"))
    problems.extend(
        Problem(
            table.file,
            "not a number of channels",
            "Write a whole number above 0, or leave it empty",
            value=value,
            line=line,
            column="channels",
        )
        for line, value in channels.select("line", "channels").iter_rows()
    )
    return rows


def _unknown(
    file: str, rows: pl.DataFrame, column: str, known: set[str] | None, where: str
) -> Iterator[Problem]:
    if known is None:
        return
    strangers = rows.drop_nulls(column).filter(~pl.col(column).is_in(list(known)))
    for line, value in strangers.select("line", column).iter_rows():
        yield Problem(
            file,
            f"no such {column} in {where}",
            f"Known: {', '.join(sorted(known)) or 'none'}. Add it to {where} or correct the name",
            value=value,
            line=line,
            column=column,
        )
