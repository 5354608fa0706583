"""Who and what there is to own and carry calls on a day, whether there were calls or not."""

from __future__ import annotations

from datetime import date

import polars as pl

from warehouse.scope import Scope, within
from warehouse.snapshot import Snapshot

_VALID = "(valid_from is null or valid_from <= $on) and (valid_to is null or valid_to > $on)"


def people(snapshot: Snapshot, scope: Scope, on: date) -> pl.DataFrame:
    """The people in scope on a day, by name: the columns of the table `people` but its dates."""
    allowed = within(scope)
    return snapshot.query(
        "select * exclude (valid_from, valid_to) from people "
        f'where {_VALID} and {allowed.sql} order by name, "user"',
        {"on": on, **allowed.parameters},
    )


def history(snapshot: Snapshot, scope: Scope, user: str) -> pl.DataFrame:
    """The rows in scope of a person, by address in small letters: all of `people`, by time."""
    allowed = within(scope)
    return snapshot.query(
        f'select * from people where "user" = $name and {allowed.sql} '
        "order by valid_from nulls first, valid_to",
        {"name": user, **allowed.parameters},
    )


def trunks(snapshot: Snapshot, scope: Scope, on: date) -> pl.DataFrame:
    """The gateways of the sites in scope on a day: `gateway`, `site`, `tariff` and `channels`.

    Whoever may see only departments or people sees none.
    """
    return snapshot.query(
        "select gateway, site, tariff, channels from gateways "
        f"where {_VALID} and ($everything or site in (select unnest($sites))) order by gateway",
        {"on": on, "everything": scope.everything, "sites": list(scope.sites)},
    )


def sites(snapshot: Snapshot, scope: Scope) -> pl.DataFrame:
    """The sites in scope, by name: the columns of the table `sites`."""
    return snapshot.query(
        "select * from sites where $everything or site in (select unnest($sites)) order by site",
        {"everything": scope.everything, "sites": list(scope.sites)},
    )
