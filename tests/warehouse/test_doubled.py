"""A session that several sources tell of is counted once, whatever comes first."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from warehouse.load import RatedFile, load_files
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.snapshot import Snapshots


def stored(master: Master) -> list[tuple[Any, ...]]:
    """Source, leg and revision of every leg."""
    sql = "select source, leg_id, revision from legs order by all"
    return master.connection.execute(sql).fetchall()


def counted(master: Master) -> tuple[Any, ...]:
    """Calls and their cost, by the calls themselves and by the rollups: the same."""
    calls = "select count(*), coalesce(sum(cost), 0) from calls"
    found = {
        master.connection.execute(sql).fetchone()
        for sql in (
            calls,
            "select coalesce(sum(calls), 0), coalesce(sum(cost), 0) from day_totals",
            "select coalesce(sum(calls), 0), coalesce(sum(cost), 0) from day_people",
        )
    }
    (same,) = found
    assert same is not None
    return same


@pytest.fixture
def twin(leg: Any) -> Any:
    """A leg of Milan's or Rome's, of the dialog d unless told otherwise."""

    def make(source: str, leg_id: str = "a", *at: str, **facts: Any) -> dict[str, Any]:
        told: dict[str, Any] = leg(leg_id, *at, source=source, **{"dialog_id": "d"} | facts)
        return told

    return make


@pytest.mark.parametrize("order", list(permutations(["milan", "rome", "turin"])))
def test_the_source_that_comes_first_by_name_keeps_it(
    master: Master, put: Any, twin: Any, order: tuple[str, ...]
) -> None:
    for source in order:
        put(twin(source))
    assert [("milan", "a", 0)] == stored(master)
    assert (1, Decimal("1.25")) == counted(master)


@pytest.mark.parametrize("order", [("milan", "rome"), ("rome", "milan")])
def test_it_is_the_same_within_one_load(
    master: Master, frame: Any, now: Any, twin: Any, order: tuple[str, ...]
) -> None:
    files = [RatedFile(source, "1", frame([twin(source)])) for source in order]
    done = load_files(master, files, now)
    assert (2, 0, 1, 0) == (done.added, done.replaced, done.elsewhere, done.given_up)
    assert [("milan", "a", 0)] == stored(master)


def test_what_is_not_kept_is_told(put: Any, twin: Any) -> None:
    put(twin("rome"))
    taken = put(twin("milan"))
    dropped = put(twin("rome", "again", "2024-10-14 08:00:00.300"))
    assert (1, 0, 1) == (taken.added, taken.elsewhere, taken.given_up)
    assert (1, 1, 0) == (dropped.added, dropped.elsewhere, dropped.given_up)


def test_sessions_without_a_name_are_different_ones(master: Master, put: Any, twin: Any) -> None:
    put(twin("rome", dialog_id=None), twin("rome", "b", dialog_id="b"))
    put(twin("milan", dialog_id=None), twin("milan", "c", dialog_id="c"))
    assert 4 == len(stored(master))
    assert (4, Decimal("5.00")) == counted(master)


def test_one_source_may_tell_of_a_dialog_twice(master: Master, put: Any, twin: Any) -> None:
    put(twin("milan", dialog_id="other"))
    put(twin("rome"), twin("rome", "retried"))
    assert 3 == len(stored(master))


@pytest.mark.parametrize(
    ("at", "kept"), [("2024-10-15 08:00:00", 1), ("2024-10-15 08:00:01", 2)], ids=["same", "again"]
)
@pytest.mark.parametrize("earlier", ["milan", "rome"])
def test_a_name_given_again_after_a_day_is_another_session(
    master: Master, put: Any, twin: Any, at: str, kept: int, earlier: str
) -> None:
    put(twin(earlier))
    put(twin("rome" if earlier == "milan" else "milan", "b", at))
    assert kept == len(stored(master))


def test_corrections_follow_the_leg_that_is_kept(master: Master, put: Any, twin: Any) -> None:
    put(twin("milan"), twin("rome"))
    late = put(twin("rome", revision=7, cost=Decimal(9)))
    put(twin("milan", revision=1, cost=Decimal(2)))
    old = put(twin("milan", revision=0))
    assert (1, 1) == (late.elsewhere, old.outdated)
    assert [("milan", "a", 1)] == stored(master)
    assert (1, Decimal("2.00")) == counted(master)


def test_a_leg_whose_dialog_is_told_later_leaves_too(master: Master, put: Any, twin: Any) -> None:
    put(twin("milan"), twin("rome", dialog_id=None))
    result = put(twin("rome", revision=1))
    assert (1, 1) == (result.replaced, result.elsewhere)
    assert [("milan", "a", 0)] == stored(master)
    assert (1, Decimal("1.25")) == counted(master)


def test_an_outdated_leg_takes_nothing_away(master: Master, put: Any, twin: Any) -> None:
    put(twin("milan", dialog_id=None, revision=1), twin("rome"))
    put(twin("milan", revision=0))
    assert [("milan", "a", 1), ("rome", "a", 0)] == stored(master)


@pytest.mark.parametrize("first", ["milan", "rome"])
def test_what_only_one_source_has_of_a_call_stays(
    master: Master, put: Any, twin: Any, first: str
) -> None:
    own = {"call_id": "a", "dialog_id": "own"}
    rome = [twin("rome"), twin("rome", "b", "2024-10-14 08:00:30", **own)]
    for rows in ([twin("milan")], rome) if first == "milan" else (rome, [twin("milan")]):
        put(*rows)
    put(twin("rome", "c", "2024-10-14 08:00:40", **own | {"dialog_id": None}))
    assert [("milan", "a", 0), ("rome", "b", 0), ("rome", "c", 0)] == stored(master)
    assert (2, Decimal("3.75")) == counted(master)


def test_the_same_file_again_changes_nothing(master: Master, put: Any, twin: Any) -> None:
    for _ in range(2):
        for source in ("rome", "milan"):
            put(twin(source), file=source)
    assert [("milan", "a", 0)] == stored(master)


def test_readers_see_it_once(
    master: Master, snapshots: Snapshots, now: Any, put: Any, twin: Any
) -> None:
    put(twin("rome"))
    publish(master, now)
    put(twin("milan"))
    publish(master, now)
    snapshot = snapshots.current()
    snapshot.verify()
    assert [("milan", "d")] == snapshot.query("select source, dialog_id from legs").rows()
