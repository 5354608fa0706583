"""`kind = "csv"` and `kind = "sql"`: any table of calls, in files or in a database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator, model_validator

from pipeline.sources.settings import DatabaseSettings, SourceSettings
from pipeline.sources.source import Source
from pipeline.sources.tables.mapping import TableMapping

Texts = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
    Field(min_length=1),
]


class CsvSettings(TableMapping, SourceSettings):
    """Files of delimited text that grow, or that are put into a folder."""

    files: Texts
    """Paths, relative to the home, with `*` and `?`; `**` stands for any folders. Name rotated
    files too (`Master.csv*`), or what is written just before a rotation is missed. Names that end
    in `.gz` are unpacked."""
    encoding: str = "utf-8"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    quote: str = Field(default='"', max_length=1)
    """Empty: quotes are characters like others."""
    skip_lines: int = Field(default=0, ge=0, le=1000)
    """Lines at the top of every file that are neither header nor rows."""
    names: tuple[str, ...] = ()
    """Names of the columns by position, for files without a header."""

    def open(self, home: Path) -> Source:
        """The source."""
        from pipeline.sources.tables.csv_source import CsvSource  # noqa: PLC0415

        return CsvSource(self, home)

    @field_validator("encoding")
    @classmethod
    def _ends_lines_with_one_byte(cls, name: str) -> str:
        try:
            is_fit = "\n".encode(name) == b"\n"
        except LookupError:
            is_fit = False
        if not is_fit:
            raise ValueError(
                f"{name!r} is no encoding such as utf-8 or windows-1252; "
                "files in UTF-16 have to be converted"
            )
        return name

    @model_validator(mode="after")
    def _names_what_it_reads(self) -> CsvSettings:
        doubled = sorted({name for name in self.names if name and self.names.count(name) > 1})
        if doubled:
            raise ValueError(f"names has {', '.join(doubled)} twice")
        missing = [name for name in self.foreign_columns() if name not in self.names]
        if self.names and missing:
            raise ValueError(f"names does not have {', '.join(missing)}")
        return self


class SqlSettings(TableMapping, DatabaseSettings):
    """A table, a view or a query of a database."""

    table: str = ""
    """Name, with its schema where it is not the default one: `cdr`, `asteriskcdrdb.cdr`."""
    query: str = ""
    """Instead of a table: one SELECT without ORDER BY."""

    def open(self, home: Path) -> Source:
        """The source."""
        from pipeline.sources.tables.sql_source import SqlSource  # noqa: PLC0415

        return SqlSource(self, self.connection_from(home))

    @model_validator(mode="after")
    def _has_a_table_or_a_query(self) -> SqlSettings:
        if bool(self.table) == bool(self.query):
            raise ValueError("give either table or query")
        if len(self.columns.started_at) > 1 or self.columns.started_at[0].pattern:
            raise ValueError("columns.started_at must be one column, by which rows are found")
        return self
