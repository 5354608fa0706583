"""The usual, learnt from the past: robust middles and spreads, and places called before.

An hour is at work, off work (evenings and weekends) or at night, by the clock of the place; the
three are learnt apart, each from the hours in which there were calls at all. Figures are taken by
their logarithm: twice as much is as unusual for who spends little as for who spends much. Middle
and spread are the median and the median distance from it, which a fraud in the past does not move.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

_WORK_BEGINS: Final = 7
_WORK_ENDS: Final = 20
_NIGHT_BEGINS: Final = 22
_NIGHT_ENDS: Final = 6
_SATURDAY: Final = 6
AT_WORK, OFF, AT_NIGHT = 0, 1, 2
"""Parts of the week."""
_ENOUGH: Final = 8
"""Hours with calls from which somebody's own habits are told; with fewer, everybody's."""
_NORMAL: Final = 1.4826
"""Makes of the median distance what a standard deviation is, where a figure is normal."""
_LEAST_SPREAD: Final = 0.5
"""Of a logarithm: so regular is nobody that half as much again would be unusual."""
MEASURES: Final = ("cost", "calls")

HABITS: Final = tuple(f"{measure}_{part}" for measure in MEASURES for part in ("middle", "spread"))


@dataclass(frozen=True, slots=True)
class Habits:
    """What was usual in a stretch of the past."""

    own: pl.DataFrame
    """Per `subject` and `part` of the week: `known` days with calls, and `HABITS`."""
    common: pl.DataFrame
    """Per `part`: `HABITS` of everybody together."""
    places: pl.DataFrame
    """Each `subject` and `country` that it called, `premium` apart."""
    unit: float
    """What a call that costs anything usually costs: the scale below which cost says nothing."""


def part_of_week() -> pl.Expr:
    """What kind of hour a row of `day` and `hour` is."""
    hour, weekday = pl.col("hour"), pl.col("day").dt.weekday()
    at_work = hour.is_between(_WORK_BEGINS, _WORK_ENDS - 1) & (weekday < _SATURDAY)
    at_night = (hour < _NIGHT_ENDS) | (hour >= _NIGHT_BEGINS)
    return pl.when(at_work).then(AT_WORK).when(at_night).then(AT_NIGHT).otherwise(OFF).alias("part")


def learnt(hours: pl.DataFrame, places: pl.DataFrame) -> Habits:
    """Habits from `warehouse.queries.habits`: hours with calls, and places called."""
    priced = hours.filter(pl.col("cost") > 0)
    per_call = priced.select((pl.col("cost").cast(pl.Float64) / pl.col("calls")).median()).item()
    unit = float(per_call or 1.0)
    scaled = hours.select("subject", "day", part_of_week(), *logarithms(unit))
    own = scaled.group_by("subject", "part").agg(
        pl.len().alias("hours"), pl.col("day").n_unique().alias("known"), *_usual()
    )
    return Habits(
        own=own.filter(pl.col("hours") >= _ENOUGH).drop("hours"),
        common=scaled.group_by("part").agg(*_usual()),
        places=places,
        unit=unit,
    )


def logarithms(unit: float) -> list[pl.Expr]:
    """Cost and calls of an hour on the scale on which habits are told."""
    scales = {"cost": unit, "calls": 1.0}
    return [
        (pl.col(name).cast(pl.Float64) / scale).log1p().alias(name)
        for name, scale in scales.items()
    ]


def _usual() -> list[pl.Expr]:
    found = []
    for measure in MEASURES:
        middle = pl.col(measure).median()
        spread = (pl.col(measure) - middle).abs().median() * _NORMAL
        found.append(middle.alias(f"{measure}_middle"))
        found.append(pl.max_horizontal(spread, pl.lit(_LEAST_SPREAD)).alias(f"{measure}_spread"))
    return found
