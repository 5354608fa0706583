"""Legs changed where they stand: calls, shares and sums are a recount's, however few change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.bench.legs import legs_of
from warehouse import few
from warehouse import master as mastering
from warehouse.digest import DIGESTED, digest
from warehouse.entries import ASKED_OF_LEGS
from warehouse.errors import Damaged
from warehouse.legs import LEG_SCHEMA
from warehouse.load import RatedFile, load_files
from warehouse.master import Master
from warehouse.parties import Parties
from warehouse.publish import publish
from warehouse.restate import stored_days
from warehouse.revise import legs_to_revise, revise
from warehouse.revision import FOUND_BY, OWNER, PRICE
from warehouse.snapshot import Snapshots
from warehouse.store import remove
from warehouse.verify import check_sums, check_totals

FIRST = datetime(2026, 10, 1)
DAYS = 4
NOW = datetime(2026, 10, 5, tzinfo=UTC)
ALL = (*LEG_SCHEMA, "file")
MONEY = pl.Decimal(18, 6)


@pytest.fixture
def master(tmp_path: Path) -> Iterator[Master]:
    legs = legs_of(FIRST, FIRST + timedelta(days=DAYS), 500, 1, people=20)
    with Master.open(tmp_path) as opened:
        load_files(opened, [RatedFile("a", "", legs)], NOW)
        yield opened


def read(master: Master, columns: tuple[str, ...] = ALL) -> pl.DataFrame:
    (days,) = stored_days(master, FIRST.date(), NOW.date())
    return legs_to_revise(master, days, columns).sort("started_at", "call_id", "leg_id")


def agrees(master: Master) -> bool:
    publish(master, NOW)
    snapshots = Snapshots(master.folder)
    try:
        checks = check_totals(snapshots.current()), check_sums(snapshots.current())
    finally:
        snapshots.close()
    assert [] == [difference for check in checks for difference in check.differences]
    return True


def given_to_another(legs: pl.DataFrame) -> pl.DataFrame:
    return legs.with_columns(
        pl.lit("zoe@aurora.example").alias("charged_user"),
        pl.lit("Zoe").alias("person"),
        pl.lit("Nursery").alias("department"),
        pl.lit(None, pl.String).alias("cost_centre"),
        pl.lit("Bologna").alias("site"),
    )


def given_to_nobody(legs: pl.DataFrame) -> pl.DataFrame:
    return legs.with_columns(
        pl.lit(None, pl.String).alias(name) for name in ("charged_user", "person", "department")
    )


def dearer(legs: pl.DataFrame) -> pl.DataFrame:
    return legs.with_columns(
        (pl.col("cost") + Decimal("0.25")).cast(MONEY).alias("cost"),
        pl.lit("USD").alias("currency"),
        pl.lit("Elsewhere").alias("destination"),
    )


def without_price(legs: pl.DataFrame) -> pl.DataFrame:
    nothing = (pl.lit(None, MONEY).alias(name) for name in ("cost", "charge", "tax"))
    return legs.with_columns(*nothing, pl.lit("no_prefix").alias("status"))


def on_another_day(legs: pl.DataFrame) -> pl.DataFrame:
    return legs.with_columns(pl.col("day") + pl.duration(days=1), pl.lit("Apia").alias("site"))


CHANGES = [given_to_another, given_to_nobody, dearer, without_price, on_another_day]


@pytest.mark.parametrize("alone", [False, True], ids=["with the others", "by themselves"])
@pytest.mark.parametrize("every", [1, 2, 40])
@pytest.mark.parametrize("change", CHANGES)
def test_everything_follows(
    master: Master, change: Callable[[pl.DataFrame], pl.DataFrame], every: int, alone: bool
) -> None:
    """Whether the legs that change are read with the other legs of their calls or not."""
    before = read(master)
    chosen = pl.int_range(pl.len()) % every == 0
    changed = change(before)
    after = before.with_columns(
        pl.when(chosen).then(changed[name]).otherwise(pl.col(name)).alias(name)
        for name in LEG_SCHEMA
    )
    was, now = (legs.filter(chosen) if alone else legs for legs in (before, after))
    revise(master, was, now, [*LEG_SCHEMA])
    found = read(master)
    # Legs that move to another day are written anew: in their order nothing else differs.
    assert after.drop("row_id", "alone").equals(found.drop("row_id", "alone"))
    assert agrees(master)


def test_what_is_nothing_together_changes_no_sum(master: Master, leg: Any, frame: Any) -> None:
    """One call costs more, and another, not all legs of which are read, as much less."""
    far = "2026-11-02 08:00:00"
    legs = [
        leg("alone", far),
        leg("head", far, answered_by="response_group"),
        leg("other", far, call_id="head", cost=Decimal("2.25")),
    ]
    load_files(master, [RatedFile("b", "", frame(legs))], NOW)
    columns = (*FOUND_BY, *ASKED_OF_LEGS, *PRICE, "leg_id")
    every = legs_to_revise(master, [date(2026, 11, 2)], columns).sort("leg_id")
    before = every.filter(pl.col("leg_id") != "head")
    costs = pl.Series([Decimal("2.25"), Decimal("1.25")], dtype=MONEY)
    sums = digest(master, "day_totals").sort(pl.all())
    revise(master, before, before.with_columns(costs.alias("cost")))
    assert sums.equals(digest(master, "day_totals").sort(pl.all()))
    assert agrees(master)


def test_one_after_the_other_ends_where_it_began(master: Master) -> None:
    before = read(master)
    sums = {table: digest(master, table) for table in DIGESTED}
    some = before[::97]
    for change in (given_to_another, given_to_nobody):
        now = read(master).join(some.select("leg_id"), on="leg_id", how="semi")
        revise(master, now, change(now), OWNER)
        assert agrees(master)
    now = read(master).join(some.select("leg_id"), on="leg_id", how="semi")
    back = now.drop(OWNER).join(before.select("leg_id", *OWNER), on="leg_id", maintain_order="left")
    revise(master, now, back, OWNER)
    for table in DIGESTED:
        kept = sums[table].sort(pl.all())
        assert kept.equals(digest(master, table).sort(pl.all())), table


def test_what_stays_is_not_written(master: Master) -> None:
    marks = "select * from day_marks order by day"
    known = master.connection.execute(marks).fetchall()
    before = read(master)
    revise(master, before, before.clone())
    assert known == master.connection.execute(marks).fetchall()
    one = before[:1]
    revise(master, one, dearer(one))
    now = master.connection.execute(marks).fetchall()
    assert [one["day"][0]] == [
        day for (day, mark), was in zip(now, known, strict=True) if mark != was[1]
    ]


def test_only_the_legs_that_are_meant_are_read(master: Master) -> None:
    among = Parties(users=("user7@aurora.example",)).legs([])
    (days,) = stored_days(master, FIRST.date(), NOW.date(), among)
    found = legs_to_revise(master, days, (*FOUND_BY, "charged_user", *PRICE), among)
    every = read(master)
    assert {"user7@aurora.example"} == {*found["charged_user"]}
    assert found.height == every.filter(pl.col("charged_user") == "user7@aurora.example").height > 0


def test_many_of_them_are_read_as_one_by_one(
    master: Master, monkeypatch: pytest.MonkeyPatch
) -> None:
    among = Parties(users=tuple(f"user{person}@aurora.example" for person in range(9))).legs([])
    (days,) = stored_days(master, FIRST.date(), NOW.date(), among)
    sought = legs_to_revise(master, days, ALL, among).sort("leg_id")
    monkeypatch.setattr(few, "_MOST_QUESTIONS", 0)
    assert sought.height > 50
    assert sought.equals(legs_to_revise(master, days, ALL, among).sort("leg_id"))


def test_legs_that_are_no_longer_there_break_it_off(master: Master) -> None:
    before = read(master)
    sums = {table: digest(master, table) for table in DIGESTED}
    gone = before.with_columns(pl.col("row_id") + 10**6)
    with pytest.raises(Damaged, match="no longer where they were read"):
        revise(master, gone, dearer(gone))
    for table in DIGESTED:
        assert sums[table].sort(pl.all()).equals(digest(master, table).sort(pl.all()))


def test_legs_read_before_others_went_stay_in_their_rows_while_nothing_is_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mastering, "_CHECKPOINT_AT", "0KB")
    days = [FIRST + timedelta(days=day) for day in range(3)]
    columns = (*FOUND_BY, *ASKED_OF_LEGS, *PRICE, "leg_id", "revision")
    with Master.open(tmp_path) as master:
        for serial, day in enumerate(days):
            legs = legs_of(day, day + timedelta(days=1), 300, serial, people=20)
            load_files(master, [RatedFile(f"{serial}", "", legs)], NOW)
        gone, *_, last = (legs_to_revise(master, [day.date()], columns) for day in days)
        with master.unmoved():
            with master.transaction() as connection:
                remove(connection, gone)
            revise(master, last, dearer(last))
        found = legs_to_revise(master, [days[-1].date()], columns).sort("leg_id")
        assert found["cost"].equals(dearer(last).sort("leg_id")["cost"], null_equal=True)
        assert agrees(master)
