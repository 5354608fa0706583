"""The rows of sites.csv and gateways.csv: what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from pipeline.directory.patterns import ambiguities
from pipeline.directory.tables import (
    SITES,
    faulty,
    missing_cells,
    not_among,
    overlaps,
    unknown,
    with_dates,
)
from pipeline.places import is_country, is_language, is_time_zone
from pipeline.rating.currencies import CURRENCIES
from pipeline.tables import Table
from warehouse.errors import Problem


def site_problems(table: Table) -> Iterator[Problem]:
    """Everything that is wrong with sites.csv."""
    file, rows = table.file, table.rows
    yield from missing_cells(file, rows, SITES)
    yield from _doubled(file, rows)
    yield from faulty(
        file,
        rows,
        "site",
        pl.col("site").str.contains("[;@]"),
        "a name with ; or @",
        "Write it without these characters: they have a meaning beside numbers",
    )
    yield from not_among(
        *(file, rows, "country", is_country),
        *("not a country code", "Use two capital letters, for example IT"),
    )
    yield from not_among(
        *(file, rows, "time_zone", is_time_zone),
        *("not an IANA time zone", "Use a name such as Europe/Rome"),
    )
    yield from faulty(
        file,
        rows,
        "area_code",
        ~pl.col("area_code").str.contains(r"^[0-9]{1,8}$"),
        "not an area code",
        "Write the digits only, without the trunk prefix where there is one",
    )
    yield from faulty(
        file,
        rows,
        "private_prefix",
        ~pl.col("private_prefix").str.contains(r"^[0-9*#]{1,8}$"),
        "nothing that can be dialled",
        "Write the digits, * and # that are dialled in front of a private number, for example 7*",
    )
    yield from not_among(
        *(file, rows, "currency", CURRENCIES.__contains__),
        *("not a currency in use", "Use three capital letters of ISO 4217, for example EUR"),
    )
    yield from not_among(
        *(file, rows, "language", is_language),
        *("not a language", "Use two small letters, perhaps with a country: it, de-CH"),
    )


def _doubled(file: str, rows: pl.DataFrame) -> Iterator[Problem]:
    first = pl.col("line").first().over(pl.col("site").str.to_lowercase())
    again = rows.drop_nulls("site").with_columns(first.alias("first"))
    for line, name, before in (
        again.filter(pl.col("line") != pl.col("first")).select("line", "site", "first").iter_rows()
    ):
        yield Problem(
            file,
            f"stands in line {before} too",
            "Keep one row per site, in whatever letters",
            value=name,
            line=line,
            column="site",
        )


def checked_gateways(
    table: Table, sites: Iterable[str] | None, tariffs: set[str], problems: list[Problem]
) -> pl.DataFrame:
    """The rows of gateways.csv, dated and in lower case; adds to `problems` what is wrong.

    `sites` are the names in sites.csv, None where that file cannot be read; `tariffs` those that
    gateways may point to.
    """
    file = table.file
    problems.extend(missing_cells(file, table.rows, ("gateway", "site")))
    rows = table.rows.with_columns(pl.col("gateway").str.to_lowercase())
    rows = with_dates(file, rows, problems)
    named = rows.drop_nulls("gateway")
    problems.extend(overlaps(file, named, "gateway", "gateway"))
    problems.extend(ambiguities(file, named))
    places = None if sites is None else set(sites)
    problems.extend(unknown(file, rows, "site", places, "sites.csv"))
    problems.extend(unknown(file, rows, "tariff", tariffs, "tariffs.csv"))
    problems.extend(
        faulty(
            file,
            rows,
            "channels",
            ~pl.col("channels").str.contains(r"^[1-9]\d*$"),
            "not a number of channels",
            "Write a whole number above 0, or leave it empty",
        )
    )
    return rows
