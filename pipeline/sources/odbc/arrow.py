"""Reads many rows at a third of the cost: whole columns pass from the driver to Polars."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from arrow_odbc import (  # type: ignore[import-untyped]
    BatchReader,
    Connection,
    TextEncoding,
    connect,
)
from arrow_odbc.error import Error as ArrowError  # type: ignore[import-untyped]

from warehouse.odbc.errors import is_refusal

BATCH_ROWS = 2_000
TEXT_CHARACTERS = 512
"""Of the longest text; longer ones are an error, never cut."""
BINARY_BYTES = 1_024
"""Of the longest binary value, likewise."""


__all__ = ["ArrowError", "ArrowReader", "BeyondArrow"]


class BeyondArrow(Exception):
    """This way cannot read the answer, for its lengths or types; row by row will."""


class ArrowReader:
    """A second connection to the same server.

    Raises:
        ArrowError: the server refused.
        BeyondArrow: the answer cannot be read this way.
    """

    def __init__(
        self, connection: str, login_seconds: int, query_seconds: int, manners: Sequence[str]
    ) -> None:
        self._connection: Connection = connect(connection, login_timeout_sec=login_seconds)
        self._query_seconds = query_seconds
        for statement in manners:
            self._connection.execute(statement)

    def frame(self, text: str, parameters: Sequence[str], schema: pl.Schema) -> pl.DataFrame:
        """The rows of a query, in columns of `schema` by position."""
        try:
            pages = [
                pl.DataFrame(batch.rename_columns(schema.names()))
                for batch in self._batches(text, parameters)
            ]
        except ArrowError as error:
            if is_refusal(error):
                raise
            raise BeyondArrow(str(error)) from error
        return pl.concat([schema.to_frame(), *(page.cast(schema) for page in pages)])

    def _batches(self, text: str, parameters: Sequence[str]) -> BatchReader:
        return self._connection.read_arrow_batches(
            text,
            batch_size=BATCH_ROWS,
            parameters=list(parameters),
            max_text_size=TEXT_CHARACTERS,
            max_binary_size=BINARY_BYTES,
            fetch_concurrently=False,
            query_timeout_sec=self._query_seconds,
            # The other encoding is that of the locale, which may lack letters.
            payload_text_encoding=TextEncoding.UTF16,
        )
