"""The directory as the warehouse stores it, for those who ask about people and places."""

from __future__ import annotations

from datetime import date

import polars as pl

from pipeline.directory.directory import Directory
from warehouse.dimensions import Dimensions


def dimensions(directory: Directory) -> Dimensions:
    """People, sites and gateways with the columns of the warehouse, in the order of their files."""
    return Dimensions(
        people=directory.users.select(
            *("user", "kind", "name", "email"),
            _parts("aliases"),
            _parts("numbers").list.eval(pl.element().str.replace("@.*$", "")),
            *("department", "cost_centre", "site", "manager", "role"),
            *_open_ended(),
        ),
        sites=directory.sites.select(
            "site", "country", "area_code", "time_zone", "currency", "language"
        ),
        gateways=directory.gateways.select(
            "gateway", "site", "tariff", pl.col("channels").cast(pl.Int32), *_open_ended()
        ),
    )


def _parts(column: str) -> pl.Expr:
    return (
        pl.col(column)
        .fill_null("")
        .str.split(";")
        .list.eval(pl.element().str.strip_chars().filter(pl.element().str.strip_chars() != ""))
    )


def _open_ended() -> list[pl.Expr]:
    return [
        pl.when(pl.col(column) != open_end).then(column).alias(column)
        for column, open_end in (("valid_from", date.min), ("valid_to", date.max))
    ]
