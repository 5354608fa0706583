"""What an administrator has to look after: what has no price, no person, no site, no use.

Counts are of legs, so that nothing hides behind a call; a leg belongs to whoever is charged.
Single calls that stand out are found by `calls.page` with filters: `emergency`, `outside_hours`,
`min_talk_s`, `min_cost`.
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from warehouse.anonymous import ANONYMOUS
from warehouse.queries.relations import relation_with
from warehouse.scope import Filters, Scope, shown_number, shown_parameters, where, within
from warehouse.snapshot import Snapshot
from warehouse.statements import statement
from warehouse.words import UNRATED

LEGS: Final = (
    '(select *, charged_user as "user", coalesce(gateway_out, gateway_in) as gateway, '
    "coalesce(talk_s, 0) as call_talk_s from legs)"
)
"""Legs by the names that filters use."""

_UNRATED: Final = sorted(word.value for word in UNRATED)


def unrated(snapshot: Snapshot, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Legs that should have a price and have none, by why: `status` and `tariff`.

    `legs`, the `calls` that they belong to, `talk_s` (seconds whose price is not known), `first_at`
    and `last_at` (UTC).
    """
    return _asked(snapshot, scope, filters, "count_unrated", unrated=_UNRATED)


def without_price(
    snapshot: Snapshot, scope: Scope, filters: Filters, digits: int = 6, limit: int = 500
) -> pl.DataFrame:
    """The beginnings, `digits` long, of called numbers that no prefix of their tariff covers.

    `tariff`, `number_start` as the scope may see it, `legs`, the `calls` that they belong to,
    `talk_s`, `first_at`, `last_at` (UTC).
    """
    return _asked(
        snapshot,
        scope,
        filters,
        "count_without_price",
        number=shown_number("to_number", scope),
        digits=digits,
        limit=limit,
    )


def unmatched_users(
    snapshot: Snapshot, scope: Scope, filters: Filters, limit: int = 500
) -> pl.DataFrame:
    """Who is charged without standing in the directory: by address, else by number on our side.

    `user` or `number` (one is empty), `site`, `currency`, `legs`, the `calls` that they belong to,
    `unrated` of the legs, `talk_s`, `cost`, `first_at`, `last_at` (UTC). Anonymised legs are left
    out.
    """
    own = (
        f"case direction when 'inbound' then {shown_number('to_number', scope)} "
        f"else {shown_number('from_number', scope)} end"
    )
    return _asked(
        snapshot,
        scope,
        filters,
        "count_unmatched_users",
        number=own,
        anonymous=ANONYMOUS,
        unrated=_UNRATED,
        limit=limit,
    )


def unmatched_gateways(
    snapshot: Snapshot, scope: Scope, filters: Filters, limit: int = 500
) -> pl.DataFrame:
    """Trunks with legs that have no site or no tariff; for who may see all, also unknown ones.

    `gateway`, `currency`, `legs`, the `calls` that they belong to, of the legs `unrated`,
    `without_site` and `without_tariff`, `is_unknown` (no row of gateways.csv is for it),
    `talk_s`, `cost`, `first_at`, `last_at` (UTC).
    """
    return _asked(
        snapshot,
        scope,
        filters,
        "count_unmatched_gateways",
        everything=scope.everything,
        unrated=_UNRATED,
        limit=limit,
    )


def new_destinations(snapshot: Snapshot, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Destinations first called in the period, as far as the scope goes and calls are kept.

    `destination`, `call_type`, `currency`, `first_day`, `calls`, `talk_s`, `cost`; dearest first.
    """
    condition, allowed = where(scope, filters), within(scope)
    sql = statement("new_destinations").format(
        relation=relation_with({"destination", "call_type", "money"}, scope, filters),
        earlier=relation_with({"destination"}, scope, Filters(filters.first, filters.last)),
        condition=condition.sql,
        allowed=allowed.sql,
    )
    return snapshot.query(sql, condition.parameters)


def zero_usage(
    snapshot: Snapshot, scope: Scope, filters: Filters, people: pl.DataFrame
) -> pl.DataFrame:
    """Those of `people` who have no call in the period.

    `people` are rows of the directory with `user`, `department` and `site` at least; those outside
    the scope are left out, as are those whom the filters for people, departments and sites do.
    """
    condition = where(scope, filters)
    sql = statement("present_users").format(
        relation=relation_with({"user", "calls"}, scope, filters), condition=condition.sql
    )
    seen = snapshot.query(sql, condition.parameters)
    wanted = {"user": filters.people, "department": filters.departments, "site": filters.sites}
    for column, values in wanted.items():
        if values:
            people = people.filter(pl.col(column).fill_null("").is_in(values))
    if not scope.everything:
        lists = {"user": scope.users, "department": scope.departments, "site": scope.sites}
        people = people.filter(
            pl.any_horizontal(
                pl.col(column).is_in([value for value in values if value]).fill_null(value=False)
                for column, values in lists.items()
            )
        )
    return people.join(seen, on="user", how="anti", maintain_order="left")


def _asked(
    snapshot: Snapshot,
    scope: Scope,
    filters: Filters,
    name: str,
    number: str = "",
    **parameters: Any,
) -> pl.DataFrame:
    condition = where(scope, filters)
    sql = statement(name).format(legs=LEGS, number=number, condition=condition.sql)
    shown = shown_parameters(scope) if number else {}
    return snapshot.query(sql, {**condition.parameters, **shown, **parameters})
