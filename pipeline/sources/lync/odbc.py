"""A call detail database on a server, through ODBC."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pipeline.sources.lync.catalog import Catalog
from pipeline.sources.lync.dialects import Dialect, sql, translated
from pipeline.sources.odbc.connection import OdbcServer, Parameter
from warehouse.errors import Unavailable


class ServerConnection:
    """One connection; what the database shows is looked up once.

    Raises:
        Unavailable: on every failure, naming driver and server and what to do.
    """

    def __init__(self, connection: str) -> None:
        self._server = OdbcServer(connection, "The call detail database")
        self._dialect = Dialect.POSTGRES if self._server.is_postgres else Dialect.TSQL
        look = "columns_postgres" if self._server.is_postgres else "columns"
        try:
            self.catalog = Catalog.of(self._server.rows(sql(look)))
        except BaseException:
            self.close()
            raise

    @property
    def product(self) -> str:
        """The name of what holds the database."""
        return self._server.product

    def rows(self, tsql: str, parameters: Sequence[Parameter] = ()) -> list[Sequence[object]]:
        """All rows of a query; times in and out are naive UTC."""
        return self._server.rows(self._text(tsql), parameters)

    def frame(self, tsql: str, parameters: Sequence[Parameter], schema: pl.Schema) -> pl.DataFrame:
        """All rows of a query in columns of `schema`, by position."""
        return self._server.frame(self._text(tsql), parameters, schema)

    def close(self) -> None:
        self._server.close()

    def _text(self, tsql: str) -> str:
        try:
            spelled = self.catalog.spelled(tsql)
        except Unavailable as missing:
            raise Unavailable(f"{self._server.name} cannot be read. {missing}") from missing
        return translated(spelled, self._dialect)
