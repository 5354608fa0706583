"""Few rows of a big table, without reading much else of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

import duckdb
import polars as pl

from warehouse.frames import fetch
from warehouse.scope import Where
from warehouse.statements import statement

_SOUGHT: Final = 50
"""Rows that DuckDB looks for where they stand; for more at once it reads all."""
_MOST_QUESTIONS: Final = 20


def few_rows(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    days: Iterable[date],
    columns: str,
    among: Where,
) -> pl.DataFrame:
    """Columns of those rows on some days for which a condition holds.

    Of all rows only those columns are read by which the few are found.
    """
    text = statement("rows_of_days")
    parameters = {"days": [*days], **among.parameters}
    seeking = text.format(table=table, columns="rowid", condition=among.sql)
    places = fetch(connection, seeking, parameters)["rowid"]
    if len(places) > _SOUGHT * _MOST_QUESTIONS:
        sql = text.format(table=table, columns=columns, condition=among.sql)
        return fetch(connection, sql, parameters)
    condition = "rowid in (select unnest($places))"
    by_place = text.format(table=table, columns=columns, condition=condition)
    return pl.concat(
        fetch(
            connection,
            by_place,
            {"days": parameters["days"], "places": places[begin : begin + _SOUGHT].to_list()},
        )
        for begin in range(0, max(1, len(places)), _SOUGHT)
    )
