"""A source against the warehouse that was mined from it: every way in which they can differ."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl
import pytest

from pipeline.callfile.write import write_call_file
from pipeline.verifier.verify import Proof
from tests.pipeline.verifier.bench import DAY, NOON, SETTLE, Bench, leg
from warehouse.errors import Problem


@pytest.fixture
def bench(verified: Bench) -> Bench:
    return verified


def test_what_was_mined_is_what_the_source_has(bench: Bench) -> None:
    bench.mined(
        leg("A"),
        leg("B", to_number="061234567", from_number="102;phone-context=x"),
        leg("C", charged_user="Anna@X.org", dialled="bob@x.org", answered_at=None, outcome="busy"),
        leg("D", direction="inbound", from_number=None, to_number="tel:+390699990001", talk_s=None),
    )
    (found,) = bench.verify()
    assert (4, 4, Proof.COMPARED, True) == (
        found.in_source,
        found.in_warehouse,
        found.proof,
        found.sound,
    )
    assert found.differences.is_empty()


def test_a_leg_that_was_never_written_is_missing(bench: Bench) -> None:
    bench.mined(leg("A"))
    bench.source.legs.append(leg("B"))
    (found,) = bench.verify()
    assert (2, 1, False) == (found.in_source, found.in_warehouse, found.sound)
    assert [("B", "missing", "started_at", "2026-02-10T12:00:00.000Z", None)] == (
        found.differences.rows()
    )


def test_a_leg_that_changed_in_the_source_differs_in_every_changed_field(bench: Bench) -> None:
    bench.mined(leg("A"), leg("B"))
    bench.source.legs[1] = leg("B", ended_at=NOON + timedelta(minutes=5), to_number="+39061234568")
    assert [
        ("B", "different", "ended_at", "2026-02-10T12:05:00.000Z", "2026-02-10T12:01:05.000Z"),
        ("B", "different", "talk_s", "295.000", "60.000"),
        ("B", "different", "to_number", "+39061234568", "+390612345678"),
    ] == bench.differences()


def test_a_leg_that_the_source_forgot_is_no_fault(bench: Bench) -> None:
    bench.mined(leg("A"), leg("B"))
    del bench.source.legs[0]
    (found,) = bench.verify()
    assert (1, 2, True) == (found.in_source, found.in_warehouse, found.sound)
    assert [("A", "deleted")] == found.differences.select("leg_id", "verdict").rows()


def test_a_leg_that_starts_days_away_from_its_stored_self_is_found_by_its_key(
    bench: Bench,
) -> None:
    bench.mined(leg("A"))
    moved = NOON - timedelta(days=3)
    bench.source.legs[0] = leg("A", moved, key_time=NOON)
    fields = {row[2] for row in bench.differences()}
    assert {"started_at", "answered_at", "ended_at"} == fields


def test_legs_around_midnight_belong_to_the_day_of_their_key(bench: Bench) -> None:
    midnight = datetime.fromisoformat("2026-02-09 23:00:00")
    moment = timedelta(seconds=2)
    bench.mined(
        leg("A", midnight - moment, key_time=midnight),
        leg("B", midnight, key_time=midnight - moment),
        leg("C", midnight + timedelta(days=1) - moment, key_time=midnight + timedelta(days=1)),
    )
    (found,) = bench.verify()
    assert (1, 1, []) == (found.in_source, found.in_warehouse, found.differences.rows())


def test_days_are_those_of_the_site_and_as_long_as_they_are_there(bench: Bench) -> None:
    bench.mined(leg("A"))
    bench.source.asked.clear()
    bench.verify(date(2026, 3, 29), date(2026, 3, 29), datetime.fromisoformat("2026-05-01"))
    assert [
        (datetime.fromisoformat("2026-03-28 23:00"), datetime.fromisoformat("2026-03-29 22:00"))
    ] == bench.source.asked


def test_a_leg_in_a_waiting_call_file_is_on_its_way(bench: Bench) -> None:
    bench.mined(leg("A"))
    changed = leg("A", to_number="+391")
    bench.source.legs = [changed, leg("B")]
    bench.write(changed, revision=1)
    bench.write(leg("B"))
    assert {("A", "waiting"), ("B", "waiting")} == {row[:2] for row in bench.differences()}


def test_a_leg_that_was_stored_but_not_published_yet_is_on_its_way(bench: Bench) -> None:
    bench.mined(leg("A"))
    bench.source.legs.append(leg("B"))
    bench.write(leg("B"))
    (waiting,) = bench.spool.pending()
    bench.spool.finish([waiting])
    assert [("B", "waiting")] == [row[:2] for row in bench.differences()]


def test_a_call_file_that_says_no_more_than_is_stored_excuses_nothing(bench: Bench) -> None:
    bench.mined(leg("A"))
    bench.source.legs = [leg("A", to_number="+391")]
    bench.write(leg("A"))
    assert [("A", "different")] == [row[:2] for row in bench.differences()]


def test_a_leg_whose_row_was_refused_says_why(bench: Bench) -> None:
    bench.mined(leg("A"))
    bench.source.legs += [leg("B"), leg("C")]
    bench.spool.keep_rejected_rows(
        "rome_1.v1.csv", b"rejected_line,rejected_column,rejected_reason,leg_id\n2,x,too odd,B\n"
    )
    bench.write(leg("C"))
    (path,) = bench.spool.pending()
    bench.spool.refuse(path, (Problem("x", "y", "z"),))
    (bench.spool.rejected / "rome_2.v1.csv").write_bytes(b"\xff\xfe")
    found = {row[0]: row[1:4] for row in bench.differences()}
    assert ("rejected", "reason", "rome_1.v1.csv: too odd") == found["B"]
    assert "the whole file was refused" in found["C"][2]


def test_a_leg_that_no_call_file_can_carry_is_refused_too(bench: Bench) -> None:
    bench.mined(leg("A"))
    bench.source.legs.append(leg("B", direction="outward"))
    ((name, verdict, _, reason, _),) = bench.differences()
    assert ("B", "rejected") == (name, verdict)
    assert "not a known direction" in reason


def test_legs_that_are_not_due_are_no_faults(bench: Bench) -> None:
    bench.mined(leg("A"))
    bench.source.legs.append(leg("B"))
    ended = NOON + timedelta(seconds=65)
    for now, verdict in (
        (ended + SETTLE - timedelta(minutes=1), "waiting"),
        (ended + SETTLE + timedelta(minutes=1), "waiting"),
        (ended + SETTLE + timedelta(minutes=3), "missing"),
    ):
        found = [row[1] for row in bench.differences(now=now) if row[0] == "B"]
        assert [verdict] == found, now


def test_days_that_the_source_has_forgotten_are_not_compared(bench: Bench) -> None:
    bench.mined(leg("A"), leg("B", NOON + timedelta(days=2)))
    bench.source.legs.clear()
    bench.source.retention = timedelta(days=10)
    found = bench.verify(DAY, DAY + timedelta(days=2))
    assert [
        (Proof.FORGOTTEN, 0, 1),
        (Proof.FORGOTTEN, 0, 0),
        (Proof.COMPARED, 0, 1),
    ] == [(one.proof, one.in_source, one.in_warehouse) for one in found]
    assert all(one.sound for one in found)


def test_days_before_the_first_to_import_are_not_compared(bench: Bench) -> None:
    bench.mined(leg("A", NOON + timedelta(days=1)))
    bench.source.legs.append(leg("B"))
    found = bench.verify(DAY, DAY + timedelta(days=1), start=DAY + timedelta(days=1))
    assert [Proof.NOT_WANTED, Proof.COMPARED] == [one.proof for one in found]
    assert all(one.sound for one in found)


def test_another_source_with_the_same_ids_stays_out(bench: Bench) -> None:
    bench.mined(leg("A"))
    rows = bench.source.frame([leg("A"), leg("Z")]).with_columns(pl.lit(0).alias("revision"))
    write_call_file(bench.spool, "milan", rows, 1)
    bench.miner.cycle()
    assert [] == bench.differences()
