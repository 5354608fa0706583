"""Whose fixed charges are, on which days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import polars as pl

from pipeline.directory.directory import Directory
from pipeline.directory.patterns import spelled_out
from pipeline.directory.tables import DAYS
from pipeline.money.fixed_charges import What
from warehouse.errors import Problem
from warehouse.legs import INSTANT

_OWNER: Final = ("user", "person", "department", "cost_centre", "site")
_NOBODY: Final = [pl.lit(None, pl.String).alias(name) for name in _OWNER]


def owned(charges: pl.DataFrame, directory: Directory) -> pl.DataFrame:
    """The charges cut where their owner changes, with the columns of the table `fixed_charges`.

    Whoever has a line or a place on a day bears it that day; where nobody does, the owner is
    empty: no day of a charge is lost.
    """
    owners = _owners(charges, directory)
    numbered = charges.with_row_index("charge")
    edges = (
        pl.concat(
            [numbered.select("charge", pl.col(day).alias("begin")) for day in DAYS]
            + [
                numbered.join(owners, on=["what", "key"], suffix="_owner")
                .select("charge", *DAYS, pl.col(f"{day}_owner").alias("begin"))
                .filter(pl.col("begin").is_between("valid_from", "valid_to"))
                .select("charge", "begin")
                for day in DAYS
            ]
        )
        .unique()
        .sort("charge", "begin")
        .with_columns(pl.col("begin").shift(-1).over("charge").alias("end"))
        .drop_nulls("end")
    )
    pieces = edges.join(numbered, on="charge", maintain_order="left")
    return (
        pieces.sort("begin")
        .join_asof(
            owners.rename({day: f"{day}_owner" for day in DAYS}).sort("valid_from_owner"),
            left_on="begin",
            right_on="valid_from_owner",
            by=["what", "key"],
            check_sortedness=False,
        )
        .with_columns(
            pl.when(pl.col("valid_to_owner") > pl.col("begin")).then(pl.col(name)).alias(name)
            for name in _OWNER
        )
        .sort("charge", "begin")
        .select(
            *("what", "id", "name", "amount", "currency", "proration", *_OWNER),
            pl.col("amount").to_physical().cast(pl.Int64).alias("units"),
            _open("begin", date.min).alias("valid_from"),
            _open("end", date.max).alias("valid_to"),
            _open("valid_from", date.min).alias("charged_from"),
            _open("valid_to", date.max).alias("charged_to"),
        )
    )


def _open(column: str, end: date) -> pl.Expr:
    return pl.when(pl.col(column) != end).then(pl.col(column))


def _owners(charges: pl.DataFrame, directory: Directory) -> pl.DataFrame:
    """`what`, `key`, the owner, and the days from `valid_from` to before `valid_to`."""
    people = directory.users.select(
        *("user", "numbers", pl.col("name").alias("person")),
        *("department", "cost_centre", "site", *DAYS),
    )
    lines = (
        people.with_columns(pl.col("numbers").str.split(";").alias("key"))
        .explode("key")
        .drop_nulls("key")
        .with_columns(pl.col("key").str.strip_chars())
    )
    named = charges.filter(pl.col("what") == What.GATEWAY.value)["key"].unique()
    days = [
        pl.col(day).cast(INSTANT).alias(edge)
        for day, edge in zip(DAYS, ("since", "until"), strict=True)
    ]
    trunks = directory.gateways.with_columns(days)
    trunks = pl.concat(
        [trunks.filter(pl.col("gateway").is_in(named.implode())), spelled_out(trunks, named)]
    ).unique(["gateway", "since"], keep="last")
    always = [pl.lit(date.min).alias(DAYS[0]), pl.lit(date.max).alias(DAYS[1])]
    fixed = charges.select("what", "key").unique()
    return pl.concat(
        [
            _of(What.USER, people.with_columns(pl.col("user").alias("key"))),
            _of(What.NUMBER, lines),
            _of(
                What.GATEWAY,
                trunks.with_columns(*_NOBODY[:-1]).with_columns(
                    pl.col("gateway").alias("key"),
                    pl.col("since").cast(pl.Date).alias(DAYS[0]),
                    pl.col("until").cast(pl.Date).alias(DAYS[1]),
                ),
            ),
            *(
                _of(
                    what,
                    fixed.filter(pl.col("what") == what.value)
                    .with_columns(*_NOBODY, *always)
                    .with_columns(pl.col("key").alias(what.value)),
                )
                for what in (What.DEPARTMENT, What.SITE)
            ),
        ]
    )


def _of(what: What, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(pl.lit(what.value).alias("what"), "key", *_OWNER, *DAYS)


def unowned_warnings(file: str, charges: pl.DataFrame, directory: Directory) -> Iterator[Problem]:
    """Charges for something that the directory does not know on any day: nobody bears them."""
    owners = _owners(charges, directory).select("what", "key").unique()
    known = {
        What.DEPARTMENT.value: set(directory.users["department"]),
        What.SITE.value: set(directory.sites["site"]),
    }
    for row in charges.join(owners, on=["what", "key"], how="anti").iter_rows(named=True):
        yield _unowned(file, row["what"], row["id"], row["line"])
    for what, names in known.items():
        for row in charges.filter(pl.col("what") == what).iter_rows(named=True):
            if row["id"] not in names:
                yield _unowned(file, what, row["id"], row["line"])


def _unowned(file: str, what: str, name: str, line: int) -> Problem:
    return Problem(
        file,
        f"nobody bears this charge: the directory knows no such {what}",
        "Correct the id, or end the charge with valid_to",
        value=name,
        line=line,
        column="id",
    )
