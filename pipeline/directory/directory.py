"""Who and where, by day: the people, sites and gateways that calls belong to."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Directory:
    """Validated rows of users.csv, sites.csv and gateways.csv.

    `valid_from` is inclusive and `valid_to` exclusive; both are dates and never empty. Users and
    gateways are in lower case: sources differ in how they write them.
    """

    users: pl.DataFrame
    sites: pl.DataFrame
    gateways: pl.DataFrame

    def site_facts(self) -> pl.DataFrame:
        """`site, country, area_code, time_zone` of every site."""
        return self.sites.select("site", "country", "area_code", "time_zone")

    def owners_of_numbers(self) -> pl.DataFrame:
        """`number, user, valid_from, valid_to`: one row per number and time."""
        return (
            self.users.select(
                pl.col("numbers").str.split(";").alias("number"), "user", "valid_from", "valid_to"
            )
            .explode("number")
            .drop_nulls("number")
            .with_columns(pl.col("number").str.strip_chars())
        )


def valid_on(
    frame: pl.DataFrame, dated: pl.DataFrame, *, by: str, day: str, key: str, facts: dict[str, str]
) -> pl.DataFrame:
    """Adds the `facts` (column of `dated` → new column) of the row that is valid on each row's day.

    `by` (text, in any case) and `day` are columns of `frame`, `key` is the column of `dated` that
    `by` names. Rows of `frame` keep their order. Where nothing is valid, the new columns are empty.
    """
    # The day must be of a row's own: an as-of join needs one sorted column on either side.
    right = (
        dated.select(
            pl.col(key).alias("_key"),
            pl.col("valid_from").alias("_from"),
            pl.col("valid_to").alias("_to"),
            *(pl.col(column).alias(name) for column, name in facts.items()),
        )
        .drop_nulls("_key")
        .sort("_from")
    )
    joined = (
        frame.with_row_index("_row")
        .with_columns(pl.col(by).str.to_lowercase().alias("_key"))
        .sort(day)
        .join_asof(
            right,
            left_on=day,
            right_on="_from",
            by="_key",
            strategy="backward",
            check_sortedness=False,
        )
        .sort("_row")
    )
    expired = pl.col("_to").is_null() | (pl.col(day) >= pl.col("_to"))
    return joined.with_columns(
        pl.when(~expired).then(pl.col(name)).alias(name) for name in facts.values()
    ).drop("_row", "_key", "_to")


def nobody() -> Directory:
    """A directory that knows no one."""
    text = {"valid_from": pl.Date, "valid_to": pl.Date}
    users = ("user", "name", "department", "cost_centre", "site", "numbers")
    return Directory(
        users=pl.DataFrame(schema=dict.fromkeys(users, pl.String) | text),
        sites=pl.DataFrame(
            schema=dict.fromkeys(("site", "country", "area_code", "time_zone"), pl.String)
        ),
        gateways=pl.DataFrame(
            schema=dict.fromkeys(("gateway", "site", "tariff"), pl.String) | text
        ),
    )
