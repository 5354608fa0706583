"""What calls cost, told apart by whatever has a bill.

Measures are those of `warehouse.queries.overview`: per currency `calls`, `answered`, `talk_s`
(seconds), `cost`, `charge`, `tax` and `unrated`. A call counts once, with its owner; money counts
with whoever pays. Over any keys the rows add up to `overview.totals`. Where `money` is `reporting`,
it is all in the one currency that the company reports in: see `warehouse.queries.money`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

import polars as pl

from warehouse.queries.countries import OUTSIDE_NUMBER_START, country_of
from warehouse.queries.keys import PERIOD, Grain, Key, columns_of, selected
from warehouse.queries.money import Money, in_money
from warehouse.queries.periods import Earlier, earlier_period
from warehouse.queries.relations import relation_with
from warehouse.scope import Filters, Scope, shown_number, shown_parameters, where
from warehouse.snapshot import Snapshot
from warehouse.statements import statement

Side = Literal["called", "calling"]

MEASURES: Final = ("calls", "answered", "talk_s", "cost", "charge", "tax", "unrated")
UNCONVERTED: Final = "unconverted"
"""One more measure, of money in the reporting currency."""


def by(
    snapshot: Snapshot,
    scope: Scope,
    filters: Filters,
    keys: Sequence[Key] = ("department",),
    grain: Grain | None = None,
    money: Money = "own",
) -> pl.DataFrame:
    """One row per day, week or month (`period`, its first day), keys and currency, in order.

    Without keys and grain, one row per currency. Periods without calls are left out; a week or
    month at the ends counts the days that the filters let by. With `user` comes `person`.
    """
    condition = where(scope, filters)
    shown, groups = selected(keys, grain)
    sql = statement("sum_by").format(
        keys=shown,
        groups=groups,
        relation=relation_with({"money", *columns_of(keys, grain)}, scope, filters),
        condition=condition.sql,
        **in_money(money),
    )
    return snapshot.query(sql, condition.parameters, days=(filters.first, filters.last))


def by_country(
    snapshot: Snapshot,
    scope: Scope,
    filters: Filters,
    grain: Grain | None = None,
    money: Money = "own",
) -> pl.DataFrame:
    """One row per `country` of the outside number (ISO 3166) and currency, with a `period`.

    Empty where the number is withheld, not in international form, of no country, or the call was
    internal: see `countries.country_of`.
    """
    condition = where(scope, filters)
    shown, groups = selected(["number_start"], grain)
    sql = statement("sum_by").format(
        keys=shown,
        groups=groups,
        relation=f"(select *, {OUTSIDE_NUMBER_START} as number_start from entries)",
        condition=condition.sql,
        **in_money(money),
    )
    found = snapshot.query(sql, condition.parameters)
    keys = [PERIOD, "country", "currency"] if grain else ["country", "currency"]
    countries = {start: country_of(start) for start in found["number_start"].unique()}
    measures = [name for name in found.columns if name in {*MEASURES, UNCONVERTED}]
    country = pl.col("number_start").replace_strict(countries, return_dtype=pl.String)
    return (
        found.with_columns(country.alias("country"))
        .group_by(keys)
        .agg(pl.col(measures).sum())
        .cast({name: found.schema[name] for name in measures})
        .sort(keys, nulls_last=True)
    )


def destinations_in(
    snapshot: Snapshot, scope: Scope, filters: Filters, country: str = ""
) -> pl.DataFrame:
    """The column `destination`, in order, of the priced calls with a country's numbers.

    `country` is as in `by_country`; the empty one stands for calls of no country.
    """
    condition = where(scope, filters)
    sql = statement("destinations_of_numbers").format(
        number_start=OUTSIDE_NUMBER_START, condition=condition.sql
    )
    found = snapshot.query(sql, condition.parameters)
    starts = [start for start in found["number_start"] if (country_of(start) or "") == country]
    wanted = pl.Series(starts, dtype=pl.String)
    return (
        found.filter(pl.col("number_start").is_in(wanted.implode(), nulls_equal=True))
        .select("destination")
        .unique()
        .sort("destination")
    )


def compared(
    snapshot: Snapshot,
    scope: Scope,
    filters: Filters,
    keys: Sequence[Key] = ("department",),
    earlier: Earlier = "previous",
    money: Money = "own",
) -> pl.DataFrame:
    """One row per keys and currency that has figures now or had some in the earlier period.

    Each measure stands as `<measure>` of the period, `<measure>_before` and `<measure>_change`,
    the difference; what is on one side only counts 0 on the other. `earlier` is the `previous`
    period of as many days (of a whole month, the month before), the same days `last_year`, or a
    first and last day.
    """
    first, last = earlier_period(filters.first, filters.last, earlier)
    now = by(snapshot, scope, filters, keys, money=money)
    before = by(snapshot, scope, replace(filters, first=first, last=last), keys, money=money)
    measures = [name for name in now.columns if name in {*MEASURES, UNCONVERTED}]
    named = ["person"] if "user" in keys else []
    on = [*keys, "currency"]
    both = now.join(
        before, on=on, how="full", suffix="_before", coalesce=True, nulls_equal=True
    ).with_columns(
        pl.col(*measures, *(f"{name}_before" for name in measures)).fill_null(0),
        *(pl.coalesce(name, f"{name}_before").alias(name) for name in named),
    )
    return both.select(
        *on,
        *named,
        *(
            column
            for name in measures
            for column in (
                pl.col(name),
                pl.col(f"{name}_before"),
                (pl.col(name) - pl.col(f"{name}_before"))
                .cast(now.schema[name])
                .alias(f"{name}_change"),
            )
        ),
    ).sort(pl.col("cost_change").abs(), *on, descending=[True, *(False for _ in on)])


def frequent_numbers(
    snapshot: Snapshot, scope: Scope, filters: Filters, side: Side = "called", limit: int = 50
) -> pl.DataFrame:
    """The `limit` outside numbers most called, or calling most, and how often.

    `number` as the scope may see it, `calls`, `answered`, `talk_s`, `first_at` and `last_at` (UTC).
    Called are numbers of outbound and forwarded calls, calling those of inbound ones.
    """
    condition = where(scope, filters)
    column, directions = {
        "called": ("to_number", "('outbound', 'transit')"),
        "calling": ("from_number", "('inbound')"),
    }[side]
    sql = statement("frequent_numbers").format(
        number=shown_number(column, scope),
        condition=f"direction in {directions} and {condition.sql}",
    )
    parameters = {**condition.parameters, **shown_parameters(scope), "limit": limit}
    return snapshot.query(sql, parameters)
