"""A mirror in a schema of its own on a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

pyodbc = pytest.importorskip(
    "pyodbc",
    reason="The ODBC driver manager is missing: apt-get install unixodbc",
    exc_type=ImportError,
)

from warehouse.clock import fixed_clock  # noqa: E402 - what needs ODBC comes after the look for it
from warehouse.mirror.mirror import Mirror  # noqa: E402
from warehouse.mirror.server import Server  # noqa: E402
from warehouse.snapshot import Snapshots  # noqa: E402

NOW = datetime(2024, 10, 31, 12, tzinfo=UTC)
_schemas = count()


@pytest.fixture
def admin(postgres: str) -> Iterator[Any]:
    with closing(pyodbc.connect(postgres, autocommit=True)) as database:
        yield database


@pytest.fixture
def schema(admin: Any) -> Iterator[str]:
    name = f"mirror_{next(_schemas)}"
    yield name
    admin.execute(f"drop schema if exists {name} cascade")


@pytest.fixture
def server(postgres: str, schema: str) -> Iterator[Server]:
    with closing(Server(postgres, schema)) as opened:
        yield opened


@pytest.fixture
def mirror(server: Server, snapshots: Snapshots) -> Mirror:
    return Mirror(server, snapshots, fixed_clock(NOW))


@pytest.fixture
def there(admin: Any, schema: str) -> Callable[..., list[tuple[Any, ...]]]:
    """Asks the mirror's own database; `$` stands for the schema."""

    def ask(sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        found = admin.execute(sql.replace("$", f"{schema}."), *parameters)
        return [tuple(row) for row in found.fetchall()]

    return ask
