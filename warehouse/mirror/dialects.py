"""The kinds of servers that a mirror may be on."""

from __future__ import annotations

from warehouse.errors import Unavailable
from warehouse.mirror.dialect import Dialect
from warehouse.mirror.postgres import Postgres
from warehouse.mirror.sql_server import SqlServer


def dialect_of(product: str, schema: str) -> Dialect:
    """For a server, by its own name; raises `Unavailable` for what cannot be a mirror."""
    name = product.lower()
    if "sql server" in name:
        return SqlServer(schema)
    if "postgres" in name:
        return Postgres(schema)
    raise Unavailable(
        f"A mirror needs Microsoft SQL Server or PostgreSQL; the connection leads to {product}"
    )
