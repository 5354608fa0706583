from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from warehouse import publish as publishing
from warehouse.errors import Damaged, Unavailable
from warehouse.manifest import SNAPSHOTS, read_manifest, write_manifest
from warehouse.master import Master
from warehouse.publish import HotLimits, publish
from warehouse.snapshot import NothingPublished, Snapshots

SMALL = HotLimits(legs=4, days=40, recent_days=1)
NO_NEW_BASE = HotLimits(legs=10**9, days=10**6, recent_days=1)


ONCE = ("manifest.json", "base-1.duckdb", "directory-none-1.duckdb")
"""Files that later publications leave as they are, or replace."""


def costs(snapshots: Snapshots) -> list[tuple[Any, ...]]:
    frame = snapshots.current().query("select leg_id, cost::varchar from legs order by 1")
    return list(frame.rows())


def names(folder: Path) -> set[str]:
    return {path.name for path in (folder / SNAPSHOTS).iterdir()}


def test_before_the_first_publication_there_is_nothing_to_read(snapshots: Snapshots) -> None:
    with pytest.raises(NothingPublished, match="tollbook mine"):
        snapshots.current()


def test_an_empty_warehouse_can_be_published(
    master: Master, snapshots: Snapshots, now: datetime
) -> None:
    publish(master, now)
    assert [] == costs(snapshots)
    snapshots.current().verify()


def test_what_was_published_is_read_by_whole_days_from_base_and_hot(
    master: Master, snapshots: Snapshots, put: Any, leg: Any, now: datetime
) -> None:
    put(leg("old", "2024-09-01 08:00:00"), leg("new", "2024-10-14 08:00:00"))
    manifest = publish(master, now, NO_NEW_BASE)
    assert (date(2024, 10, 14), ()) == (manifest.cutoff, manifest.hot_days)
    assert [("new", "1.250000"), ("old", "1.250000")] == costs(snapshots)
    snapshots.current().verify()


def test_an_old_day_that_changes_is_read_from_hot_as_a_whole(
    master: Master, snapshots: Snapshots, put: Any, leg: Any, now: datetime
) -> None:
    put(leg("a", "2024-09-01 08:00:00"), leg("b", "2024-09-01 09:00:00"), leg("new"))
    base = publish(master, now, NO_NEW_BASE).base
    put(leg("a", "2024-09-01 08:00:00", revision=1, cost=7))
    manifest = publish(master, now, NO_NEW_BASE)
    assert (base, (date(2024, 9, 1),)) == (manifest.base, manifest.hot_days)
    assert [("a", "7.000000"), ("b", "1.250000"), ("new", "1.250000")] == costs(snapshots)
    snapshots.current().verify()


def test_an_old_day_that_loses_everything_is_empty_for_readers(
    master: Master, snapshots: Snapshots, put: Any, leg: Any, now: datetime
) -> None:
    put(leg("a", "2024-09-01 08:00:00"), leg("new"))
    publish(master, now, NO_NEW_BASE)
    put(leg("a", "2024-10-14 07:00:00", revision=1))
    publish(master, now, NO_NEW_BASE)
    days = snapshots.current().query("select distinct day from legs")["day"].to_list()
    assert [date(2024, 10, 14)] == days
    snapshots.current().verify()


def test_a_hot_part_that_has_outgrown_its_limits_is_folded_into_the_base(
    master: Master, snapshots: Snapshots, put: Any, leg: Any, now: datetime
) -> None:
    put(leg("a", "2024-09-01 08:00:00"))
    first = publish(master, now, SMALL)
    put(leg("a", "2024-09-01 08:00:00", revision=1, cost=7))
    for day in range(2, 8):
        put(leg(f"{day}", f"2024-10-0{day} 08:00:00"))
    second = publish(master, now, SMALL)
    assert first.base != second.base
    assert (date(2024, 10, 7), ()) == (second.cutoff, second.hot_days)
    assert 7 == len(costs(snapshots))
    assert ("a", "7.000000") in costs(snapshots)
    snapshots.current().verify()


def test_a_base_is_not_made_when_it_would_take_little_of_the_hot_part(
    master: Master, put: Any, leg: Any, now: datetime
) -> None:
    first = publish(master, now, SMALL)
    put(leg("old", "2024-10-13 08:00:00"), *(leg(f"{serial}") for serial in range(9)))
    first = publish(master, now, SMALL)
    put(leg("another"))
    assert first.base == publish(master, now, SMALL).base


def test_a_call_of_the_future_does_not_pull_the_present_into_the_base(
    master: Master, put: Any, leg: Any, now: datetime
) -> None:
    put(leg("a", "2024-10-14 08:00:00"), leg("clock", "2099-01-01 08:00:00"))
    assert date(2024, 10, 14) == publish(master, now, NO_NEW_BASE).cutoff


def test_nothing_is_written_when_nothing_changed(
    master: Master, put: Any, leg: Any, now: datetime
) -> None:
    put(leg("a"), file="a")
    first = publish(master, now)
    put(leg("a"), file="a")
    assert first == publish(master, now)


def test_the_two_versions_before_are_kept_and_older_ones_removed(
    master: Master, put: Any, leg: Any, now: datetime
) -> None:
    for serial in range(5):
        put(leg(f"{serial}"))
        publish(master, now, NO_NEW_BASE)
    expected = {*ONCE, "hot-3.duckdb", "hot-4.duckdb", "hot-5.duckdb"}
    assert expected == names(master.folder)


def test_a_snapshot_that_is_held_stays_as_it_was(
    master: Master, snapshots: Snapshots, put: Any, leg: Any, now: datetime
) -> None:
    put(leg("a"))
    publish(master, now, SMALL)
    held = snapshots.current()
    for serial in range(6):
        put(leg(f"b{serial}", f"2024-10-1{serial} 08:00:00"))
        publish(master, now, SMALL)
        assert serial + 2 == snapshots.current().query("select count(*) from legs").item()
    assert ["a"] == held.query("select leg_id from legs")["leg_id"].to_list()


def test_files_of_snapshots_that_nobody_holds_are_let_go(
    master: Master, snapshots: Snapshots, put: Any, leg: Any, now: datetime
) -> None:
    for serial in range(4):
        put(leg(f"{serial}"))
        publish(master, now, NO_NEW_BASE)
        snapshots.current()
    attached = snapshots._instance.execute(
        "select database_name from duckdb_databases() where not internal order by 1"
    ).fetchall()
    assert [("base_1",), ("directory_none_1",), ("hot_4",), ("memory",)] == attached


@pytest.mark.parametrize("step", ["write_manifest", "_remember", "_remove_unused", "_totals"])
def test_a_publication_broken_off_at_any_step_is_made_good_by_the_next(
    master: Master,
    snapshots: Snapshots,
    put: Any,
    leg: Any,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    def broken(*_: Any) -> None:
        raise KeyboardInterrupt

    put(leg("a", "2024-09-01 08:00:00"))
    publish(master, now, SMALL)
    for day in range(1, 8):
        put(leg(f"{day}", f"2024-10-0{day} 08:00:00"))
    with monkeypatch.context() as patch:
        patch.setattr(publishing, step, broken)
        with pytest.raises(KeyboardInterrupt):
            publish(master, now, SMALL)
    assert len(costs(snapshots)) in (1, 8)
    put(leg("a", "2024-09-01 08:00:00", revision=1, cost=7))
    manifest = publish(master, now, SMALL)
    assert 8 == len(costs(snapshots))
    assert ("a", "7.000000") in costs(snapshots)
    snapshots.current().verify()
    used = {name for files in (manifest.files, *manifest.kept) for name in files}
    assert used | {"manifest.json"} == names(master.folder)


def test_what_a_killed_publication_left_is_removed(
    master: Master, put: Any, leg: Any, now: datetime
) -> None:
    put(leg("a"))
    publish(master, now)
    left = master.folder / SNAPSHOTS / ".hot-2.duckdb.999.tmp"
    left.write_bytes(b"half")
    (left.parent / (left.name + ".wal")).write_bytes(b"half")
    put(leg("b"))
    publish(master, now)
    assert {*ONCE, "hot-1.duckdb", "hot-2.duckdb"} == names(master.folder)


def test_a_master_that_does_not_know_the_base_makes_a_new_one(
    master: Master, snapshots: Snapshots, put: Any, leg: Any, now: datetime
) -> None:
    put(leg("a", "2024-09-01 08:00:00"), leg("new"))
    first = publish(master, now, NO_NEW_BASE)
    with master.transaction() as connection:
        connection.execute("update publication set base_mark = uuid(), change = uuid()")
        connection.execute("update legs set cost = 9 where leg_id = 'a'")
    assert first.base != publish(master, now, NO_NEW_BASE).base
    assert ("a", "9.000000") in costs(snapshots)


def test_lost_or_unreadable_publications_are_made_again(
    master: Master, folder: Path, snapshots: Snapshots, put: Any, leg: Any, now: datetime
) -> None:
    put(leg("a"))
    first = publish(master, now)
    (folder / SNAPSHOTS / first.base).unlink()
    second = publish(master, now)
    assert second.version == first.version + 1
    (folder / SNAPSHOTS / "manifest.json").write_text("{")
    with pytest.raises(Damaged, match="not a manifest"):
        snapshots.current()
    publish(master, now)
    assert [("a", "1.250000")] == costs(snapshots)


def test_a_publication_of_another_schema_is_not_read_but_replaced(
    master: Master, folder: Path, snapshots: Snapshots, put: Any, leg: Any, now: datetime
) -> None:
    put(leg("a"))
    first = publish(master, now)
    write_manifest(folder / SNAPSHOTS, first.model_copy(update={"schema_version": 999}))
    with pytest.raises(Unavailable, match="schema 999"):
        snapshots.current()
    assert first.base != publish(master, now).base
    assert [("a", "1.250000")] == costs(snapshots)


def test_a_reader_tries_again_when_its_files_went_meanwhile(
    master: Master,
    folder: Path,
    snapshots: Snapshots,
    put: Any,
    leg: Any,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(leg("a"))
    present = publish(master, now)
    gone = present.model_copy(update={"hot": "hot-0.duckdb"})
    answers = [gone, present]
    monkeypatch.setattr("warehouse.snapshot.read_manifest", lambda _: answers.pop(0))
    assert present == snapshots.current().manifest
    assert [] == answers


def test_files_that_stay_away_are_damage(
    master: Master, folder: Path, snapshots: Snapshots, put: Any, leg: Any, now: datetime
) -> None:
    put(leg("a"))
    manifest = publish(master, now)
    (folder / SNAPSHOTS / manifest.hot).unlink()
    with pytest.raises(Damaged, match=manifest.hot):
        snapshots.current()


def test_a_snapshot_that_lacks_calls_is_found_damaged(
    master: Master, folder: Path, snapshots: Snapshots, put: Any, leg: Any, now: datetime
) -> None:
    put(leg("a"))
    manifest = publish(master, now)
    more = manifest.totals.model_copy(update={"legs": 2})
    write_manifest(folder / SNAPSHOTS, manifest.model_copy(update={"totals": more}))
    with pytest.raises(Damaged, match="should hold"):
        snapshots.current().verify()


def test_the_manifest_says_how_fresh_each_source_is(
    master: Master, folder: Path, put: Any, leg: Any, now: datetime
) -> None:
    put(leg("a", "2024-10-14 08:00:00"))
    written = publish(master, now)
    manifest = read_manifest(folder / SNAPSHOTS)
    assert written == manifest
    (source,) = written.sources
    assert ("rome", "2024-10-14T08:00:00+00:00", now) == (
        source.source,
        source.newest_started_at.isoformat(),
        source.loaded_at,
    )


def test_readers_see_whole_versions_while_publications_follow_one_another(
    master: Master, snapshots: Snapshots, put: Any, leg: Any, now: datetime
) -> None:
    """Each file brings one leg to an old day and one to the present, and one more to each sum."""
    put(leg("old", "2024-09-01 08:00:00"), leg("new"))
    publish(master, now, SMALL)
    ended = Event()
    seen: list[tuple[int, ...]] = []
    faults: list[BaseException] = []

    def read() -> None:
        try:
            while not ended.is_set():
                snapshot = snapshots.current()
                count = (
                    "select count(*) filter (day < '2024-10-01'), "
                    "count(*) filter (day >= '2024-10-01') from {}"
                )
                old, new = snapshot.query(count.format("legs")).row(0)
                assert (old, new) == snapshot.query(count.format("calls")).row(0)
                (total,) = snapshot.query("select sum(calls)::bigint from day_totals").row(0)
                seen.append((old, new, total))
        except BaseException as error:
            faults.append(error)

    readers = [Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for serial in range(12):
        put(leg(f"o{serial}", "2024-09-01 08:00:00"), leg(f"n{serial}"))
        publish(master, now, SMALL)
    ended.set()
    for reader in readers:
        reader.join()
    assert [] == faults
    assert {(old, old, 2 * old) for old, _, _ in seen} == set(seen)
    assert len(set(seen)) > 1
