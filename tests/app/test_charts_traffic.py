from __future__ import annotations

from datetime import date

import polars as pl

from app.charts.traffic import averaged, full, heat, trunk_days, volume
from app.format import ENGLISH


def week(calls: int = 6) -> pl.DataFrame:
    """Calls on Mondays at nine, of which there were four; no Sunday at all."""
    return pl.DataFrame(
        [
            (weekday, hour, 0 if weekday == 7 else 4, calls if (weekday, hour) == (1, 9) else 0)
            for weekday in range(1, 8)
            for hour in range(24)
        ],
        {"weekday": pl.Int8, "hour": pl.Int8, "days": pl.Int64, "calls": pl.Int64},
        orient="row",
    )


def test_each_hour_of_the_week_has_a_cell_in_the_order_of_its_rows() -> None:
    cells = heat(week(), ENGLISH).data[0]
    assert 168 == len(cells.x)
    assert (9, 1.5) == (cells.x[9], cells.marker.color[9])
    assert ["Monday, 09:00–10:00", "1.5 calls on average", "6 calls in all"] == list(
        cells.customdata[9]
    )


def test_a_weekday_that_the_period_does_not_have_has_no_average() -> None:
    assert averaged(week()).filter(weekday=7)["average"].is_null().all()


def test_calls_are_stacked_by_direction() -> None:
    rows = pl.DataFrame(
        {
            "period": [date(2024, 10, 1)] * 2,
            "direction": ["inbound", "outbound"],
            "calls": [3, 1],
        }
    )
    figure = volume(rows, "day", ENGLISH)
    assert [("Inbound", (3,)), ("Outbound", (1,))] == [(one.name, one.y) for one in figure.data]


def test_the_days_of_a_trunk_stand_below_the_channels_that_there_are() -> None:
    days = [date(2024, 10, 1), date(2024, 10, 2)]
    rows = pl.DataFrame(
        {"day": days[:1], "peak": [7], "busy_hour": [9], "busy_erlangs": [3.5]},
    )
    peaks, erlangs, channels = trunk_days(rows, 30, days, ENGLISH).data
    assert ((7, 0), (3.5, 0), (30, 30)) == (peaks.y, erlangs.y, channels.y)
    assert ["Wed 2 Oct 2024", "not used", ""] == list(peaks.customdata[1])
    assert 2 == len(trunk_days(rows, None, days, ENGLISH).data)


def test_a_trunk_of_unknown_size_says_so() -> None:
    rows = pl.DataFrame({"gateway": ["gw-1", "gw-2"], "peak": [7, 1], "channels": [30, None]})
    told = full(rows, ENGLISH).data[0].customdata
    assert [["gw-1", "7 at once", "of 30"], "how many there are is not known"] == [
        list(told[0]),
        told[1][2],
    ]
