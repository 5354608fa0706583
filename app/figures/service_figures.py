"""How well calls are answered: service levels, and this period beside another."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import polars as pl

from app.charts.base import weekly
from app.figures.kpis import Kpi
from app.format import NOTHING, Style, change, change_in_share, number, percent, round_half_up
from app.periods import Period
from warehouse.queries.service import PROMPT_S

LEVEL: Final = "level"
ABANDONED: Final = "abandoned"
PROMPT: Final = "prompt"

COUNTS: Final = ("calls", "answered", "voicemail", "lost", ABANDONED, PROMPT)
_SHARES: Final = ("asr", LEVEL)


def with_level(rows: pl.DataFrame, waits: pl.DataFrame | None, on: Sequence[str]) -> pl.DataFrame:
    """Rows of `service.answering` with `abandoned`, `prompt` and `level`.

    `prompt` counts the calls answered within the seconds that `waits` (of the same keys `on`) was
    asked with, or within `PROMPT_S` where it was not; `level` is their share of the answered and
    the abandoned, which the caller gave up.
    """
    if waits is None:
        counted = rows.with_columns(
            (pl.col("prompt_share").fill_null(0) * pl.col("answered"))
            .round()
            .cast(pl.Int64)
            .alias(PROMPT)
        )
    elif on:
        asked = waits.select(*on, PROMPT)
        counted = rows.join(
            asked, on=list(on), how="left", nulls_equal=True, maintain_order="left"
        ).with_columns(pl.col(PROMPT).fill_null(0))
    else:
        counted = rows.with_columns(pl.lit(int(waits[PROMPT][0] or 0), pl.Int64).alias(PROMPT))
    judged = pl.col("answered") + pl.col("cancelled")
    return counted.with_columns(
        pl.col("cancelled").alias(ABANDONED),
        pl.when(judged > 0).then(pl.col(PROMPT) / judged).alias(LEVEL),
    )


def is_rolled_up(seconds: int) -> bool:
    """Whether the prompt calls of a service level are counted day by day already."""
    return seconds == PROMPT_S


def beside(now: pl.DataFrame, before: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Rows of `with_level` of both periods: what was before as `<measure>_before`.

    `level_change` and `asr_change` are differences of shares. Who had no calls now is left out.
    """
    then = before.select(
        *keys, *(pl.col(name).alias(f"{name}_before") for name in ("calls", "lost", *_SHARES))
    )
    return (
        now.join(then, on=list(keys), how="left", nulls_equal=True, maintain_order="left")
        .with_columns(
            pl.col("calls_before", "lost_before").fill_null(0),
            *((pl.col(one) - pl.col(f"{one}_before")).alias(f"{one}_change") for one in _SHARES),
        )
        .sort("lost", "calls", *keys, descending=[True, True, *(False for _ in keys)],
              nulls_last=True)
    )  # fmt: skip


def figures(
    now: dict[str, Any],
    before: dict[str, Any],
    by_day: pl.DataFrame,
    seconds: int,
    target: int,
    period: Period,
    style: Style,
) -> list[Kpi]:
    """Tiles of one row of `with_level` beside that of the period before; days are its course."""
    course = _course(by_day, period)
    return [
        Kpi(
            style.say("Calls"),
            number(now["calls"], style),
            change(now["calls"], before["calls"], style),
            "neither",
            course["calls"].cast(pl.Float64).to_list(),
            style.say("Calls that came in, unless other directions are chosen."),
        ),
        _share("asr", style.say("Answered"), now, before, course, style,
               style.say("Share of the calls that somebody took; voice mail does not count.")),
        Kpi(
            style.say("Lost"),
            number(now["lost"], style),
            change(now["lost"], before["lost"], style),
            "less",
            course["lost"].cast(pl.Float64).to_list(),
            style.say("Not answered, busy, given up by the caller, rejected or failed."),
        ),
        Kpi(
            style.say("Abandoned"),
            number(now[ABANDONED], style),
            change(now[ABANDONED], before[ABANDONED], style),
            "less",
            course[ABANDONED].cast(pl.Float64).to_list(),
            style.say("Given up by the caller before anybody answered."),
        ),
        Kpi(
            style.say("Time to answer"),
            _seconds(now["mean_wait_s"], style),
            change(_tenths(now["mean_wait_s"]), _tenths(before["mean_wait_s"]), style)
            if now["mean_wait_s"] is not None
            else None,
            "less",
            [],
            style.say("Average of the answered calls, from their start."),
        ),
        _share(
            LEVEL,
            style.say("Within {seconds} s", seconds=seconds),
            now,
            before,
            course,
            style,
            style.say(
                "Service level: of the answered and the abandoned calls, the share that was "
                "answered within {seconds} s. The target is {target}.",
                seconds=seconds,
                target=whole_percent(target, style),
            ),
        ),
    ]  # fmt: skip


def _share(
    name: str,
    label: str,
    now: dict[str, Any],
    before: dict[str, Any],
    course: pl.DataFrame,
    style: Style,
    meaning: str,
) -> Kpi:
    share, then = now[name], before[name]
    return Kpi(
        label,
        percent(_exact(share or 0.0), 1 if share is not None else 0, style),
        change_in_share(_exact(share), _exact(then), style)
        if share is not None and then is not None
        else None,
        "more",
        course[name].drop_nulls().to_list(),
        meaning,
    )


def _course(by_day: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Sums by day, or by week in long periods, and the shares of those sums."""
    days = pl.DataFrame({"period": pl.date_range(period.first, period.last, eager=True)})
    filled = days.join(by_day, on="period", how="left").with_columns(pl.col(*COUNTS).fill_null(0))
    if weekly(period):
        filled = filled.with_columns(pl.col("period").dt.truncate("1w"))
    sums = filled.group_by("period", maintain_order=True).agg(pl.col(*COUNTS).sum())
    judged = pl.col("answered") + pl.col(ABANDONED)
    return sums.with_columns(
        pl.when(pl.col("calls") > 0).then(pl.col("answered") / pl.col("calls")).alias("asr"),
        pl.when(judged > 0).then(pl.col(PROMPT) / judged).alias(LEVEL),
    )


def whole_percent(value: int, style: Style) -> str:
    """A share that somebody chose in whole percent."""
    return f"{number(value, style)}%"


def _exact(share: float) -> Decimal:
    return Decimal(str(share))


def _tenths(seconds: float | None) -> Decimal:
    return round_half_up(_exact(seconds or 0.0), 1)


def _seconds(seconds: float | None, style: Style) -> str:
    return NOTHING if seconds is None else f"{number(_tenths(seconds), style, 1)} s"
