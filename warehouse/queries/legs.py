"""Legs of one source, to be compared with the source itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import polars as pl

from warehouse.legs import LEG_SCHEMA
from warehouse.queries.listing import leg_columns
from warehouse.scope import Scope, shown_parameters, within
from warehouse.snapshot import Snapshot
from warehouse.statements import statement

_ZONES = timedelta(days=1)
"""No local day is further than this from that of UTC."""


def of_period(
    snapshot: Snapshot, scope: Scope, source: str, since: datetime, until: datetime
) -> pl.DataFrame:
    """The legs of a source that started in [since, until), naive UTC, with `LEG_SCHEMA`."""
    allowed = within(scope, "charged_user")
    sql = statement("legs_of_source").format(columns=leg_columns(scope), allowed=allowed.sql)
    return snapshot.query(
        sql,
        {
            **allowed.parameters,
            **shown_parameters(scope),
            "source": source,
            "since": since,
            "until": until,
            "first": (since - _ZONES).date(),
            "last": (until + _ZONES).date(),
        },
    ).cast(LEG_SCHEMA)


def of_dialogs(
    snapshot: Snapshot,
    scope: Scope,
    source: str,
    dialogs: Sequence[str],
    since: datetime,
    until: datetime,
) -> pl.DataFrame:
    """`dialog_id, source, started_at` of the legs of these dialogs, of sources before this one.

    Of those that started in about [since, until), naive UTC.
    """
    allowed = within(scope, "charged_user")
    return snapshot.query(
        statement("legs_of_dialogs").format(allowed=allowed.sql),
        {
            **allowed.parameters,
            "source": source,
            "dialogs": list(dialogs),
            "first": (since - _ZONES).date(),
            "last": (until + _ZONES).date(),
        },
    )


def of_ids(snapshot: Snapshot, scope: Scope, source: str, leg_ids: Sequence[str]) -> pl.DataFrame:
    """The legs of a source with these ids, whenever they were, with `LEG_SCHEMA`."""
    allowed = within(scope, "charged_user")
    sql = statement("legs_by_ids").format(columns=leg_columns(scope), allowed=allowed.sql)
    return snapshot.query(
        sql,
        {
            **allowed.parameters,
            **shown_parameters(scope),
            "source": source,
            "leg_ids": list(leg_ids),
        },
    ).cast(LEG_SCHEMA)
