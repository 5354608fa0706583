"""The rows of users.csv: what is wrong with them, and what calls are looked up by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import polars as pl

from pipeline.directory.managers import manager_problems
from pipeline.directory.numbers import MEND, RULE, owned_numbers
from pipeline.directory.tables import (
    DAYS,
    USERS,
    exploded,
    faulty,
    missing_cells,
    not_among,
    overlaps,
    unknown,
    with_dates,
)
from pipeline.directory.words import KINDS, ROLES, Kind
from pipeline.tables import Table
from warehouse.errors import Problem

_ADDRESS = r"^[^\s;,:]+$"
_EMAIL = r"^[^\s@;,<>()]+@[^\s@;,<>()]+\.[^\s@;,<>().]+$"


def is_address(text: str) -> bool:
    """Whether it can be a `user` or an alias."""
    return re.match(_ADDRESS, text) is not None


def is_email(text: str) -> bool:
    """Whether it can be an `email`."""
    return re.match(_EMAIL, text) is not None


def checked_users(
    table: Table, sites: Iterable[str] | None, problems: list[Problem]
) -> pl.DataFrame:
    """The rows of users.csv, dated and in lower case; adds to `problems` what is wrong with them.

    `sites` are the names in sites.csv, None where that file cannot be read. `kind` is always
    filled; `numbers` are as `Directory.users` has them, and `aliases` trimmed.
    """
    file = table.file
    places = None if sites is None else set(sites)
    rows = table.rows.with_columns(pl.col("user", "manager", "aliases").str.to_lowercase())
    problems.extend(missing_cells(file, rows, USERS))
    rows = with_dates(file, rows, problems)
    problems.extend(_words(file, rows))
    problems.extend(unknown(file, rows, "site", places, "sites.csv"))
    problems.extend(_addresses(file, rows))
    owned, bad = owned_numbers(rows, sorted(places or ()))
    problems.extend(faulty(file, bad, "numbers", pl.lit(value=True), RULE, MEND))
    problems.extend(overlaps(file, owned, "key", "numbers", value="numbers"))
    problems.extend(manager_problems(file, rows, _main_addresses(rows)))
    keys = owned.group_by("line").agg(pl.col("key").str.join(";").alias("numbers"))
    has_kind_as_role = pl.col("role").is_in(KINDS)
    return (
        rows.drop("numbers")
        .join(keys, on="line", how="left", maintain_order="left")
        .with_columns(
            pl.coalesce(
                "kind", pl.when(has_kind_as_role).then("role"), pl.lit(Kind.PERSON.value)
            ).alias("kind")
        )
    )


def alias_rows(users: pl.DataFrame) -> pl.DataFrame:
    """`alias, user, since, until` of checked rows with their instants."""
    return (
        users.select(pl.col("aliases").str.split(";"), "user", "since", "until")
        .drop_nulls("aliases")
        .explode("aliases")
        .select(pl.col("aliases").str.strip_chars().alias("alias"), "user", "since", "until")
        .filter((pl.col("alias") != "") & (pl.col("alias") != pl.col("user")))
    )


def _words(file: str, rows: pl.DataFrame) -> Iterator[Problem]:
    yield from not_among(
        file, rows, "kind", KINDS.__contains__, "not a kind", f"Use one of {', '.join(KINDS)}"
    )
    yield from not_among(
        file, rows, "role", ROLES.__contains__, "not a role", f"Use one of {', '.join(ROLES)}"
    )
    yield from faulty(
        file,
        rows,
        "email",
        ~pl.col("email").str.contains(_EMAIL),
        "not an e-mail address",
        "Write one address, for example anna@example.com",
    )


def _addresses(file: str, rows: pl.DataFrame) -> Iterator[Problem]:
    """Faults of `user` and `aliases`, of which an address on one day may be in one row only."""
    aliases = exploded(rows, "aliases")
    rule = "not an address"
    mend = "Write the SIP address without sip:, for example anna@example.com"
    for column, frame in (("user", rows), ("aliases", aliases)):
        is_bad = ~pl.col(column).str.contains(_ADDRESS)
        yield from faulty(file, frame, column, is_bad, rule, mend)
    columns = ("line", *DAYS, "address", "column")
    addresses = pl.concat(
        [
            frame.select(
                *("line", *DAYS), pl.col(column).alias("address"), pl.lit(column).alias("column")
            )
            for column, frame in (("user", rows), ("aliases", aliases))
        ]
    ).select(columns)
    yield from overlaps(
        file,
        addresses.drop_nulls("address").unique(["line", "address"], maintain_order=True),
        "address",
        pl.col("column"),
    )


def _main_addresses(rows: pl.DataFrame) -> pl.DataFrame:
    """`address` and `main`, as `manager_problems` wants them."""
    users = rows.drop_nulls("user").select(
        pl.col("user").alias("address"), pl.col("user").alias("main")
    )
    aliases = exploded(rows, "aliases").select(
        pl.col("aliases").alias("address"), pl.col("user").alias("main")
    )
    return pl.concat([users, aliases]).unique("address", keep="first", maintain_order=True)
