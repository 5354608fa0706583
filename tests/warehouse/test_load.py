from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from itertools import product
from typing import Any

import duckdb
import pytest

from warehouse.compound import calls_of
from warehouse.frames import fetch
from warehouse.load import RatedFile, load_files
from warehouse.master import Master
from warehouse.words import AnsweredBy, Outcome


def stored(master: Master, sql: str) -> list[tuple[Any, ...]]:
    return master.connection.execute(sql).fetchall()


def test_the_same_file_counts_once(master: Master, put: Any, leg: Any) -> None:
    first = put(leg("a"), leg("b"), file="f.v1.csv")
    again = put(leg("a"), leg("b"), file="f.v1.csv")
    assert (2, ()) == (first.added, first.repeated)
    assert (0, ("f.v1.csv",)) == (again.added, again.repeated)
    assert [(2,)] == stored(master, "select count(*) from legs")
    assert [(2, Decimal("2.50"))] == stored(master, "select calls, cost from day_totals")


def test_a_file_of_other_content_is_another_file(master: Master, put: Any, leg: Any) -> None:
    put(leg("a"), file="f.v1.csv", sha256="1")
    changed = put(leg("a", cost=Decimal(7)), leg("b"), file="f.v1.csv", sha256="2")
    assert (1, 1) == (changed.added, changed.replaced)
    assert [("a", Decimal(7)), ("b", Decimal("1.25"))] == stored(
        master, "select leg_id, cost from legs order by 1"
    )
    assert [("1", 1), ("2", 2)] == stored(master, "select sha256, rows from files order by 1")


def test_a_higher_revision_replaces_a_leg(master: Master, put: Any, leg: Any) -> None:
    put(leg("a"))
    result = put(leg("a", revision=1, cost=Decimal(3)))
    assert (0, 1) == (result.added, result.replaced)
    assert [(1, Decimal(3))] == stored(master, "select revision, cost from legs")
    assert [(1, Decimal(3))] == stored(master, "select calls, cost from day_totals")


def test_a_lower_revision_is_left_out(master: Master, put: Any, leg: Any) -> None:
    put(leg("a", revision=2, cost=Decimal(3)))
    result = put(leg("a", revision=1), leg("b"))
    assert (1, 0, 1) == (result.added, result.replaced, result.outdated)
    assert [("a", Decimal(3)), ("b", Decimal("1.25"))] == stored(
        master, "select leg_id, cost from legs order by 1"
    )


def test_a_file_with_nothing_new_is_recorded_all_the_same(
    master: Master, put: Any, leg: Any
) -> None:
    put(leg("a", revision=2))
    assert put(leg("a", revision=1), file="late").days == ()
    assert [(1,)] == stored(master, "select rows from files where name = 'late'")


@pytest.mark.parametrize(
    "day", ["2024-10-14 08:00:00", "2024-11-30 08:00:00", "2023-01-01 08:00:00"]
)
@pytest.mark.parametrize(
    ("before", "after", "winner"), [(0, 0, 4), (5, 0, 3), (0, 5, 4), (5, 5, 4)]
)
def test_a_leg_is_stored_once_however_far_its_versions_lie_apart(
    master: Master, put: Any, leg: Any, day: str, before: int, after: int, winner: int
) -> None:
    put(leg("a", revision=before, cost=Decimal(3)), leg("other"))
    put(leg("a", day, revision=after, cost=Decimal(4)))
    assert [(Decimal(winner),)] == stored(master, "select cost from legs where leg_id = 'a'")
    assert [(2,)] == stored(master, "select sum(calls)::int from day_totals")


def test_the_highest_revision_within_a_file_wins(master: Master, put: Any, leg: Any) -> None:
    result = put(leg("a", revision=1, cost=Decimal(3)), leg("a", revision=0))
    assert (1, 1) == (result.added, result.outdated)
    assert [(1, Decimal(3))] == stored(master, "select revision, cost from legs")


def test_of_equal_revisions_the_last_row_wins(master: Master, put: Any, leg: Any) -> None:
    put(leg("a", cost=Decimal(3)), leg("a", cost=Decimal(4)))
    assert [(Decimal(4),)] == stored(master, "select cost from legs")


def test_equal_keys_of_two_sources_are_two_legs(master: Master, put: Any, leg: Any) -> None:
    put(leg("a"), leg("a", source="milan"))
    assert [(2,)] == stored(master, "select calls from day_totals")


@pytest.mark.parametrize("moved_to", ["2024-10-15 08:00:00", "2024-07-01 08:00:00"])
def test_a_corrected_leg_takes_its_figures_to_its_new_day(
    master: Master, put: Any, leg: Any, moved_to: str
) -> None:
    put(leg("a"), leg("other"))
    result = put(leg("a", moved_to, revision=1))
    day = date.fromisoformat(moved_to[:10])
    assert sorted([date(2024, 10, 14), day]) == list(result.days)
    assert sorted([(date(2024, 10, 14), 1), (day, 1)]) == stored(
        master, "select day, calls from day_totals order by day"
    )
    assert [(2,)] == stored(master, "select count(*) from legs")


def test_legs_of_a_call_may_come_in_several_files(master: Master, put: Any, leg: Any) -> None:
    put(leg("head", talk=None))
    put(leg("b", "2024-10-14 08:00:30", call_id="head"))
    assert [(1, 2, "answered")] == stored(
        master, "select count(*), any_value(legs), any_value(outcome) from calls"
    )


@pytest.mark.parametrize("head_first", [True, False])
@pytest.mark.parametrize("later", ["2024-10-16 07:00:00", "2024-12-01 07:00:00"])
def test_a_call_stays_one_however_far_its_legs_lie_apart(
    master: Master, put: Any, leg: Any, head_first: bool, later: str
) -> None:
    files = [leg("head"), leg("b", later, call_id="head")]
    for row in files if head_first else reversed(files):
        put(row)
    put(leg("head", cost=Decimal(2)))
    put(leg("c", later, call_id="head"))
    assert [(date(2024, 10, 14), 3, Decimal("4.50"), True)] == stored(
        master, "select day, legs, cost, head_known from calls"
    )
    assert [(date(2024, 10, 14), 1, Decimal("4.50"))] == stored(
        master, "select day, calls, cost from day_totals"
    )


def test_a_leg_that_changes_its_call_leaves_the_old_one(master: Master, put: Any, leg: Any) -> None:
    put(leg("head"), leg("b", call_id="head"))
    put(leg("b", call_id="b", revision=1))
    assert [("b", 1), ("head", 1)] == stored(
        master, "select call_id, legs from calls order by call_id"
    )


def test_a_call_that_loses_its_last_leg_is_gone(master: Master, put: Any, leg: Any) -> None:
    put(leg("a"), leg("b", call_id="b"))
    put(leg("b", call_id="a", revision=1))
    assert [("a", 2)] == stored(master, "select call_id, legs from calls")
    assert [(1,)] == stored(master, "select sum(calls) from day_totals")


def test_an_empty_file_is_recorded(master: Master, put: Any) -> None:
    put(file="empty")
    assert [("empty", 0, None)] == stored(master, "select name, rows, first_day from files")


def test_freshness_follows_the_newest_leg_of_each_source(
    master: Master, put: Any, leg: Any
) -> None:
    put(leg("a", "2024-10-14 08:00:00"), leg("m", "2024-10-12 08:00:00", source="milan"))
    put(leg("b", "2024-10-10 08:00:00"))
    assert [("milan", "2024-10-12 08:00:00"), ("rome", "2024-10-14 08:00:00")] == stored(
        master, "select source, newest_started_at::varchar from sources order by 1"
    )


def test_a_load_that_fails_leaves_nothing(
    master: Master, put: Any, leg: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(leg("a"))
    before = stored(master, "select change from publication")
    with pytest.raises(duckdb.ConstraintException):
        put(leg("b"), leg("c") | {"started_local": None})
    assert [("a",)] == stored(master, "select leg_id from legs")
    assert [("a",)] == stored(master, "select call_id from calls")
    assert 1 == len(stored(master, "from files"))
    assert before == stored(master, "select change from publication")


def test_files_loaded_together_are_as_if_one_had_come_after_the_other(
    master: Master, leg: Any, frame: Any, now: datetime
) -> None:
    contents = {
        "first": [leg("a", revision=1, cost=Decimal(3)), leg("b"), leg("c")],
        "second": [leg("a"), leg("b", cost=Decimal(4)), leg("d", call_id="c")],
        "empty": [],
    }
    files = [RatedFile(name, "1", frame(rows)) for name, rows in contents.items()]
    done = load_files(master, [*files, files[0]], now)
    assert (4, 0, 2, ()) == (done.added, done.replaced, done.outdated, done.repeated)
    assert [
        ("a", Decimal(3), "first"),
        ("b", Decimal(4), "second"),
        ("c", Decimal("1.25"), "first"),
        ("d", Decimal("1.25"), "second"),
    ] == stored(master, "select leg_id, cost, file from legs order by 1")
    assert [("empty", 0), ("first", 3), ("second", 3)] == stored(
        master, "select name, rows from files order by 1"
    )
    again = load_files(master, [*files, RatedFile("third", "1", frame([leg("e")]))], now)
    assert (("first", "second", "empty"), 1) == (again.repeated, again.added)


def test_a_call_found_in_its_one_leg_is_the_call_that_would_be_derived_from_it(
    master: Master, put: Any, leg: Any
) -> None:
    """The short way for legs that are alone says what the long way says."""
    facts = [
        {"outcome": outcome, "answered_by": who, "talk": talk, "cost": cost, "status": status}
        for outcome, who, talk, cost, status in product(
            [*Outcome, None],
            [*AnsweredBy, None],
            [60, None],
            [Decimal("1.25"), Decimal(0), None],
            ["rated", "no_prefix", "free", None],
        )
    ]
    put(
        *(
            leg(f"{serial}", **fact, emergency=[True, False, None][serial % 3])
            for serial, fact in enumerate(facts)
        )
    )
    connection = master.connection
    names = [name for name, *_ in connection.execute("describe calls").fetchall()]
    columns = ", ".join(f'"{name}"' for name in names)
    alone = stored(master, f"select {columns} from calls order by source, call_id")
    assert len(facts) == len(alone)
    found = calls_of(fetch(connection, "from legs")).calls
    connection.register("found", found.to_arrow())
    connection.execute("insert into group_calls by name from found")
    assert alone == stored(master, f"select {columns} from group_calls order by source, call_id")
    assert sorted(names) == sorted(
        name for name, *_ in connection.execute("describe group_calls").fetchall()
    )
