"""How calls are answered, and how long callers wait. A call counts once, with its owner.

Lost calls are those with the outcomes `no_answer`, `busy`, `cancelled`, `rejected` and `failed`.
Shares are from 0 to 1, and empty where there is nothing to be a share of; waits are seconds from
the start of a call to its answer, queues and other people's telephones included.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Final, Literal

import polars as pl

from warehouse.queries.keys import Grain, Key, columns_of, grouping, selected
from warehouse.queries.listing import CALL_COLUMNS, call_columns
from warehouse.queries.relations import relation_with
from warehouse.scope import Filters, Scope, shown_number, shown_parameters, where, within
from warehouse.snapshot import Snapshot
from warehouse.statements import statement

ServiceKey = Key | Literal["hour"]
"""`hour`: of the day, 0 to 23, by the clock of the site."""

PROMPT_S: Final = 20
"""Calls answered within so many seconds are prompt, unless another number is asked for."""

_WAITED: Final = (
    "(select *, (answered = 1 and ring_s <= 20)::integer as prompt, if(owned, ring_s, 0) as wait_s "
    "from entries)"
)


def answering(
    snapshot: Snapshot,
    scope: Scope,
    filters: Filters,
    keys: Sequence[ServiceKey] = (),
    grain: Grain | None = None,
) -> pl.DataFrame:
    """One row per period and keys; without either, one row in all.

    `calls`, `answered`, `voicemail`, `lost`, the outcomes that make it up, `unknown` (the end was
    never recorded), `asr` (answered of all), `voicemail_share`, `lost_share`, `talk_s` and
    `aloc_s` (its average) of answered calls, `mean_wait_s`, `prompt_share` (of the answered, those
    within 20 s), and `mean_lost_wait_s`: how long lost calls rang.
    """
    condition = where(scope, filters)
    shown, groups = selected(keys, grain)
    relation = relation_with(
        {"outcome", "answered_by", "waits", *columns_of(keys, grain)}, scope, filters
    )
    sql = statement("sum_answering").format(
        keys=shown,
        grouping=grouping(groups),
        relation=_WAITED if relation == "entries" else relation,
        condition=condition.sql,
    )
    found = snapshot.query(sql, condition.parameters)
    lost = pl.sum_horizontal("no_answer", "busy", "cancelled", "rejected", "failed")
    counted = found.with_columns(lost.alias("lost"), pl.col("calls").fill_null(0))
    return counted.select(
        *found.columns[: -len(_SUMS)],
        *("calls", "answered", "voicemail", "lost"),
        *("no_answer", "busy", "cancelled", "rejected", "failed", "unknown"),
        _share("answered", "calls").alias("asr"),
        _share("voicemail", "calls").alias("voicemail_share"),
        _share("lost", "calls").alias("lost_share"),
        "talk_s",
        _share("talk_s", "answered").alias("aloc_s"),
        _share("wait_s", "answered").alias("mean_wait_s"),
        _share("prompt", "answered").alias("prompt_share"),
        _share("lost_wait_s", "lost").alias("mean_lost_wait_s"),
    )


def waits(
    snapshot: Snapshot,
    scope: Scope,
    filters: Filters,
    keys: Sequence[ServiceKey] = (),
    grain: Grain | None = None,
    within_s: Decimal = Decimal(PROMPT_S),
) -> pl.DataFrame:
    """How long it took to answer, and how long those waited who gave up; keys as in `answering`.

    `answered`, `mean_s`, `median_s`, `p90_s` (nine of ten waited no longer) and `longest_s` of the
    answered; `prompt` of them within `within_s` seconds, and `prompt_share`; `abandoned` calls,
    which the caller gave up, with `abandoned_mean_s` and `abandoned_longest_s`. Read from single
    calls: the cost grows with the period.
    """
    condition = where(scope, filters)
    shown, groups = selected(keys, grain)
    sql = statement("sum_waits").format(
        keys=shown, grouping=grouping(groups), condition=condition.sql
    )
    found = snapshot.query(sql, {**condition.parameters, "within": within_s})
    return found.with_columns(_share("prompt", "answered").alias("prompt_share"))


def by_response_group(snapshot: Snapshot, scope: Scope, filters: Filters) -> pl.DataFrame:
    """One row per `response_group` (its address, else its number) that took calls of the filters.

    `calls` that came to it, `answered` by an agent, `abandoned` in the queue, left on `voicemail`,
    `talk_s`, `mean_wait_s` to the agent and `mean_abandoned_s`. Calls that overflow from one group
    to another count with both.
    """
    condition = where(scope, filters)
    sql = statement("sum_response_groups").format(
        number=shown_number("to_number", scope, "charged_user"), condition=condition.sql
    )
    return snapshot.query(
        sql,
        {
            **condition.parameters,
            **shown_parameters(scope),
            "first_of_legs": filters.first - timedelta(days=1),
            "last_of_legs": filters.last + timedelta(days=2),
        },
    )


def unreturned(
    snapshot: Snapshot, scope: Scope, filters: Filters, hours: int = 24, limit: int = 1000
) -> pl.DataFrame:
    """The newest `limit` lost inbound calls after which nobody spoke with the caller.

    That is: within `hours` no call of the scope with that number was answered, either way. Columns
    are `CALL_COLUMNS`. Withheld numbers, which cannot be called back, are left out.
    """
    condition, allowed = where(scope, filters), within(scope)
    sql = statement("unreturned").format(
        columns=call_columns(scope), condition=condition.sql, allowed=allowed.sql
    )
    return snapshot.query(
        sql,
        {
            **condition.parameters,
            **shown_parameters(scope),
            "within": hours * 3600,
            "last_return": filters.last + timedelta(hours=hours, days=1),
            "limit": limit,
        },
    ).select(CALL_COLUMNS)


_SUMS: Final = (
    "calls", "answered", "voicemail", "no_answer", "busy", "cancelled", "rejected", "failed",
    "unknown", "prompt", "talk_s", "wait_s", "lost_wait_s",
)  # fmt: skip


def _share(part: str, whole: str) -> pl.Expr:
    count = pl.col(whole).cast(pl.Float64)
    return pl.when(count > 0).then(pl.col(part).cast(pl.Float64) / count)
