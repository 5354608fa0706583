"""Figures by any keys together, for readers who choose their own: the cells of a table.

A call counts once, with its owner; money counts with whoever pays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import polars as pl

from warehouse.queries.countries import OUTSIDE_NUMBER_START, country_of
from warehouse.queries.keys import Key
from warehouse.queries.money import Money, in_money
from warehouse.queries.relations import relation_with
from warehouse.scope import Filters, Scope, where
from warehouse.snapshot import Snapshot
from warehouse.statements import statement

CellKey = Key | Literal["country", "day", "week", "month", "weekday", "hour"]
"""`week` and `month` are their first days, `weekday` is 1 on Mondays, `hour` is that of the day by
the clock of the site; `country` (ISO 3166) is that of the outside number."""
Figures = Literal["counts", "money"]

_TIMES: Final[dict[str, str]] = {
    "day": "day",
    "week": "date_trunc('week', day)::date",
    "month": "date_trunc('month', day)::date",
    "weekday": "isodow(day)::tinyint",
    "hour": "hour",
}
_COUNTRY: Final = "country"
_NUMBER_START: Final = "number_start"


def by(
    snapshot: Snapshot,
    scope: Scope,
    filters: Filters,
    keys: Sequence[CellKey] = ("department",),
    figures: Figures = "counts",
    money: Money = "own",
) -> pl.DataFrame:
    """One row per keys, and with `money` figures per currency; empty ones are left out.

    `calls`, `answered` and `talk_s` (seconds); with money also `cost` and `charge`, in the currency
    that `money` says, and `unrated` calls. With `user` comes `person`. At least one key.
    """
    condition = where(scope, filters)
    asked = [_NUMBER_START if key == _COUNTRY else key for key in keys]
    shown = [f'{_TIMES[key]} as "{key}"' if key in _TIMES else f'"{key}"' for key in asked]
    if "user" in asked:
        shown.append("arg_max(person, day) as person")
    groups = ", ".join(f'"{key}"' for key in asked)
    relation = _relation(asked, figures, scope, filters)
    listed = ", ".join(shown)
    if figures == "money":
        sql = statement("sum_by").format(
            keys=f"{listed}, ",
            groups=f"{groups}, ",
            relation=relation,
            condition=condition.sql,
            **in_money(money),
        )
    else:
        sql = statement("count_calls_by").format(
            keys=listed, groups=groups, relation=relation, condition=condition.sql
        )
    found = snapshot.query(sql, condition.parameters, days=(filters.first, filters.last))
    found = found.drop("tax", "unconverted", strict=False)
    return _by_country(found, keys) if _COUNTRY in keys else found


def _relation(asked: Sequence[str], figures: Figures, scope: Scope, filters: Filters) -> str:
    if _NUMBER_START in asked:
        return f"(select *, {OUTSIDE_NUMBER_START} as {_NUMBER_START} from entries)"
    needed = {"money" if figures == "money" else "calls"}
    for key in asked:
        needed |= {"user", "person"} if key == "user" else {key}
        if key in _TIMES and key != "hour":
            needed = (needed - {key}) | {"day"}
    return relation_with(needed, scope, filters)


def _by_country(found: pl.DataFrame, keys: Sequence[CellKey]) -> pl.DataFrame:
    """Beginnings of numbers brought together to their countries."""
    countries = {start: country_of(start) for start in found[_NUMBER_START].unique()}
    named = found.with_columns(
        pl.col(_NUMBER_START).replace_strict(countries, return_dtype=pl.String).alias(_COUNTRY)
    )
    on = [*keys, *(["currency"] if "currency" in found.columns else [])]
    others = ["person"] if "person" in found.columns else []
    measures = [name for name in found.columns if name not in {*on, *others, _NUMBER_START}]
    return (
        named.group_by(on)
        .agg(pl.col(others).last(), pl.col(measures).sum())
        .cast({name: found.schema[name] for name in measures})
        .select(*on, *others, *measures)
        .sort(on, nulls_last=True)
    )
