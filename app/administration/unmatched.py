"""What has no owner, no place or no price, with the command that works it off."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import polars as pl

from warehouse.queries import control
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot


class What(StrEnum):
    """What may be unknown."""

    USER = "user"
    NUMBER = "number"
    EXTENSION = "extension"
    GATEWAY = "gateway"
    DESTINATION = "destination"


SCHEMA = {
    "what": pl.String(),
    "name": pl.String(),
    "site": pl.String(),
    "tariff": pl.String(),
    "calls": pl.Int64(),
    "legs": pl.Int64(),
    "minutes": pl.Decimal(18, 1),
    "cost": pl.Decimal(18, 6),
    "currency": pl.String(),
    "unrated": pl.Int64(),
    "first_at": pl.Datetime("ms"),
    "last_at": pl.Datetime("ms"),
    "mend": pl.String(),
}
"""Columns of the list. `cost` is what was rated and has no owner or place; of the legs, `unrated`
have no price. `first_at` and `last_at` are UTC; `mend` is the command that works it off."""


def unmatched(snapshot: Snapshot, scope: Scope, filters: Filters, limit: int) -> pl.DataFrame:
    """The list, of `SCHEMA`: up to `limit` lines of each kind within scope, the most legs first."""
    users = control.unmatched_users(snapshot, scope, filters, limit)
    rows = [
        *(_owner(row) for row in users.iter_rows(named=True)),
        *_gateways(control.unmatched_gateways(snapshot, scope, filters, limit)),
        *_destinations(control.without_price(snapshot, scope, filters, limit=limit), filters),
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def _owner(row: dict[str, Any]) -> dict[str, Any]:
    user, number = row["user"], row["number"]
    if user is not None:
        mend = _command("assign", "user", user, "--to", "USER")
        return _line(row, What.USER, user, mend)
    if number is None:
        mend = "The source tells neither user nor number: see docs/sources.md"
        return _line(row, What.NUMBER, None, mend)
    what = What.NUMBER if number.startswith("+") else What.EXTENSION
    return _line(row, what, number, _command("assign", "number", number, "--to", "USER"))


def _gateways(found: pl.DataFrame) -> Iterator[dict[str, Any]]:
    for row in found.iter_rows(named=True):
        lacking = [
            *(("--site", "SITE") if row["without_site"] or row["is_unknown"] else ()),
            *(("--tariff", "TARIFF") if row["without_tariff"] else ()),
        ]
        mend = _command("assign", "gateway", row["gateway"], *lacking)
        yield _line(row, What.GATEWAY, row["gateway"], mend)


def _destinations(found: pl.DataFrame, filters: Filters) -> Iterator[dict[str, Any]]:
    for row in found.iter_rows(named=True):
        first, last = row["first_at"].date(), min(filters.last, row["last_at"].date())
        mend = (
            f"Add a price of {row['tariff']} for {row['number_start']}… to tariffs.csv, then: "
            + _command("rerate", "--from", str(first), "--to", str(last))
        )
        unpriced = {"cost": None, "currency": None, "unrated": row["legs"]}
        yield _line(row | unpriced, What.DESTINATION, row["number_start"], mend)


def _line(row: dict[str, Any], what: What, name: str | None, mend: str) -> dict[str, Any]:
    return {column: row.get(column) for column in SCHEMA} | {
        "what": what.value,
        "name": name,
        "minutes": row["talk_s"] / 60,
        "mend": mend,
    }


def _command(*words: str) -> str:
    return shlex.join(("tollbook", *words))
