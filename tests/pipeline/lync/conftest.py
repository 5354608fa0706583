"""Empty call detail databases of both kinds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.sources.lync import embedded
from pipeline.sources.lync.dialects import Dialect, sql, statements
from tests.pipeline.lync.calls import CallDatabase


@pytest.fixture
def embedded_calls(tmp_path: Path) -> Iterator[CallDatabase]:
    """An embedded call detail database without calls."""
    path = tmp_path / "lcscdr.db"
    embedded.create(path)
    with closing(embedded.connect(path)) as database:
        yield CallDatabase(f"file:{path}", database)


@pytest.fixture
def postgres_calls(postgres: str) -> Iterator[CallDatabase]:
    """The same on PostgreSQL."""
    import pyodbc

    with closing(pyodbc.connect(postgres, autocommit=True)) as database:
        database.execute("DROP SCHEMA IF EXISTS dbo CASCADE")
        database.execute("CREATE SCHEMA dbo")
        for script in ("schema", "lookups"):
            for statement in statements(sql(script), Dialect.POSTGRES):
                database.execute(statement)
        yield CallDatabase(postgres, database)


@pytest.fixture(params=["embedded", pytest.param("postgres", marks=pytest.mark.postgres)])
def calls(request: pytest.FixtureRequest) -> CallDatabase:
    """An empty call detail database of either kind."""
    database: CallDatabase = request.getfixturevalue(f"{request.param}_calls")
    return database
