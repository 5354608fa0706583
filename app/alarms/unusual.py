"""Calls unlike what somebody usually does: points for each way in which an hour stands out."""

from __future__ import annotations

from datetime import UTC
from typing import Any, Final

import polars as pl

from app import format as fmt
from app.alarms.event import CallKey, Event
from app.alarms.habits import AT_WORK, HABITS, MEASURES, Habits, logarithms, part_of_week
from warehouse.queries.countries import country_of
from warehouse.queries.habits import Subject
from warehouse.words import CallType, Direction

_FROM_SPREADS: Final = 2.5
"""So far above the middle is nothing yet."""
_MOST_BY_MEASURE: Final = {"cost": 6.0, "calls": 4.0}
_NEW_COUNTRY, _MORE_COUNTRIES, _MOST_COUNTRIES = 2.0, 1.0, 4.0
_NEW_TO_ALL: Final = 1.0
"""Nobody has called that country, which the whole company may yet begin to."""
_NEW_PREMIUM: Final = 3.0
_STRANGE_HOURS: Final = 2.0
_SELDOM_DAYS: Final = 3
"""With calls out of hours on fewer days than this, somebody is not used to them."""
_LEAST_UNITS: Final = 8.0
"""An hour that costs less than so many usual calls is not worth waking anybody."""
_MOST_CALLS: Final = 200
"""Of an event, kept with it."""


def points(calls: pl.DataFrame, habits: Habits, subject: Subject) -> pl.DataFrame:
    """One row per subject and clock hour with calls that went out, and what speaks against it.

    `calls` has `LOOKED_AT`. Gives `points` in all, and each part of them: `cost_points`,
    `calls_points`, `country_points`, `premium_points` and `hour_points`.
    """
    out = _with_countries(
        calls.filter(
            pl.col("direction").is_in([Direction.OUTBOUND.value, Direction.TRANSIT.value]),
            pl.col(subject).is_not_null(),
        )
    ).with_columns(pl.col(subject).alias("subject"))
    name = pl.col("person" if subject == "user" else "subject")
    premium = pl.col("call_type") == CallType.PREMIUM.value
    known = habits.places.select("subject", "country").unique().with_columns(known=True)
    common = habits.places.select("country").unique().with_columns(common=True)
    paid = habits.places.filter("premium").select("subject").unique().with_columns(pays=True)
    marked = out.join(known, on=["subject", "country"], how="left").join(
        common, on="country", how="left"
    )
    is_new = pl.col("known").is_null() & pl.col("country").is_not_null()
    hours = (
        marked.group_by("subject", "day", "hour")
        .agg(
            pl.len().alias("calls"),
            pl.col("cost").sum(),
            pl.col("country").filter(is_new).unique().sort().alias("new_countries"),
            pl.col("country").filter(is_new & pl.col("common").is_null()).n_unique().alias("alien"),
            premium.sum().alias("premium"),
            pl.col("started_at").min().alias("first_at"),
            name.drop_nulls().last().alias("name"),
            pl.col("currency").drop_nulls().first().alias("currency"),
            pl.col("started_local").min().alias("started_local"),
            pl.struct("source", "call_id", "day", "started_at").alias("keys"),
        )
        .with_columns(part_of_week())
        .join(habits.own, on=["subject", "part"], how="left")
        .join(habits.common, on="part", how="left", suffix="_common")
        .join(paid, on="subject", how="left")
        .with_columns(
            pl.coalesce(name, f"{name}_common").fill_null(0.0).alias(name) for name in HABITS
        )
    )
    return hours.with_columns(
        *(_measure_points(scaled) for scaled in logarithms(habits.unit)),
        _country_points(),
        pl.when((pl.col("premium") > 0) & pl.col("pays").is_null())
        .then(_NEW_PREMIUM)
        .otherwise(0.0)
        .alias("premium_points"),
        pl.when((pl.col("part") != AT_WORK) & (pl.col("known").fill_null(0) < _SELDOM_DAYS))
        .then(_STRANGE_HOURS)
        .otherwise(0.0)
        .alias("hour_points"),
    ).with_columns(
        pl.sum_horizontal(
            *(f"{name}_points" for name in (*MEASURES, "country", "premium", "hour"))
        ).alias("points")
    )


def standing_out(scored: pl.DataFrame, habits: Habits, least: int) -> pl.DataFrame:
    """The hours with at least so many points that cost enough to be worth telling."""
    dear = pl.col("cost").cast(pl.Float64) >= _LEAST_UNITS * habits.unit
    return scored.filter(pl.col("points") >= least, dear).sort("first_at", "subject")


def event(row: dict[str, Any], weeks: int) -> Event:
    """What is told of an hour that stands out."""
    who = row["name"] or row["subject"]
    cost = fmt.money(row["cost"], row["currency"])
    many = fmt.counted(row["calls"], "call")
    keys = sorted(row["keys"], key=lambda one: one["started_at"])[:_MOST_CALLS]
    begun = fmt.instant(row["started_local"])
    reasons = "; ".join(_reasons(row))
    return Event(
        key=f"{row['subject']} {row['day']} {row['hour']:02}",
        subject=row["subject"],
        at=row["first_at"].replace(tzinfo=UTC),
        title=f"Unusual calls of {who}: {many}, {cost}",
        words=f"{many} from {begun} on, within one hour, for {cost}. Against the {weeks} weeks "
        f"before: {reasons}. That is {row['points']:.0f} points.",
        calls=tuple(CallKey(one["source"], one["call_id"], one["day"]) for one in keys),
    )


def _with_countries(calls: pl.DataFrame) -> pl.DataFrame:
    """The same with the `country` that was called, as far as the number tells it."""
    number = pl.col("to_number")
    start = (
        pl.when(number.str.starts_with("+1"))
        .then(number.str.head(5))
        .when(number.str.starts_with("+"))
        .then(number.str.head(4))
    )
    marked = calls.with_columns(start.alias("number_start"))
    starts = marked["number_start"].unique()
    countries = pl.DataFrame(
        {"number_start": starts, "country": [country_of(start) for start in starts]},
        schema={"number_start": pl.String, "country": pl.String},
    )
    return marked.join(countries, on="number_start", how="left", nulls_equal=True)


def _measure_points(scaled: pl.Expr) -> pl.Expr:
    name = scaled.meta.output_name()
    # Where nothing was learnt at all, any spread will do.
    spread = pl.col(f"{name}_spread").replace(0.0, 1.0)
    above = (scaled - pl.col(f"{name}_middle")) / spread - _FROM_SPREADS
    return above.clip(0, _MOST_BY_MEASURE[name]).alias(f"{name}_points")


def _country_points() -> pl.Expr:
    many = pl.col("new_countries").list.len()
    first = pl.when(many > 0).then(_NEW_COUNTRY).otherwise(0.0)
    more = (many.cast(pl.Float64) - 1).clip(0) * _MORE_COUNTRIES
    alien = pl.when(pl.col("alien") > 0).then(_NEW_TO_ALL).otherwise(0.0)
    return ((first + more).clip(0, _MOST_COUNTRIES) + alien).alias("country_points")


def _reasons(row: dict[str, Any]) -> list[str]:
    found = []
    if row["cost_points"] > 0:
        found.append("far dearer than such an hour usually is")
    if row["calls_points"] > 0:
        found.append("far more calls than usual in an hour")
    if row["country_points"] > 0:
        countries = ", ".join(row["new_countries"])
        alien = ", which nobody here called before" if row["alien"] else ""
        found.append(f"never called {countries} before{alien}")
    if row["premium_points"] > 0:
        found.append(f"{fmt.counted(row['premium'], 'call')} to premium numbers, never before")
    if row["hour_points"] > 0:
        found.append("hardly ever calls at such a time")
    return found
