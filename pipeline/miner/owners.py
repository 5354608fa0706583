"""Whose legs are: the address under which the directory knows who pays."""

from __future__ import annotations

import polars as pl

from pipeline.directory.directory import Directory, valid_at


def with_main_addresses(legs: pl.DataFrame, directory: Directory) -> pl.DataFrame:
    """Writes the `user` of the directory for a `charged_user` that is an alias on that day."""
    if directory.aliases.is_empty():
        return legs
    named = valid_at(
        legs, directory.aliases, by="charged_user", key="alias", facts={"user": "main_address"}
    )
    return named.with_columns(
        pl.coalesce("main_address", "charged_user").alias("charged_user")
    ).drop("main_address")
