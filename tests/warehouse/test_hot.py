"""A hot file that goes on from the one before holds what one made anew would hold."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse import hot as module
from warehouse.frames import fetch
from warehouse.load import load
from warehouse.manifest import SNAPSHOTS, Manifest
from warehouse.master import Master
from warehouse.publish import PUBLISHED_TABLES, HotLimits, publish
from warehouse.snapshot import Snapshots
from warehouse.store import remove

NO_NEW_BASE = HotLimits(legs=10**9, days=10**6)


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows whenever a hot file is written whole."""
    written: list[int] = []
    write_all = module._write_all

    def noted(*parts: Any) -> None:
        written.append(1)
        write_all(*parts)

    monkeypatch.setattr(module, "_write_all", noted)
    return written


def content(folder: Path, manifest: Manifest) -> dict[str, list[tuple[Any, ...]]]:
    with duckdb.connect(folder / SNAPSHOTS / manifest.hot, read_only=True) as hot:
        return {
            table: hot.execute(f"from {table} order by all").fetchall()
            for table in PUBLISHED_TABLES
        }


facts = st.fixed_dictionaries(
    {
        "leg": st.integers(0, 9),
        "call": st.integers(0, 5),
        "revision": st.integers(0, 3),
        "hours": st.integers(0, 24 * 4),
        "owner": st.sampled_from(["anna", "bruno"]),
    }
)
steps = st.lists(
    st.one_of(st.lists(facts, min_size=1, max_size=4), st.just("remove")), min_size=2, max_size=4
)


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps)
def test_whatever_changes_it_is_as_if_made_anew(
    steps: list[Any], leg: Any, frame: Any, now: datetime
) -> None:
    with TemporaryDirectory() as name, Master.open(Path(name)) as master:
        load(
            master, frame([leg("first", "2024-10-15 08:00:00")]), file="", sha256="", loaded_at=now
        )
        publish(master, now, NO_NEW_BASE)
        for serial, step in enumerate(steps):
            if step == "remove":
                legs = fetch(master.connection, "select * exclude (alone) from legs limit 1")
                with master.transaction() as connection:
                    remove(connection, legs)
            else:
                rows = [row_of(leg, fact) for fact in step]
                load(master, frame(rows), file=f"{serial}", sha256="", loaded_at=now)
            manifest = publish(master, now, NO_NEW_BASE)
            grown = content(master.folder, manifest)
            with master.transaction() as connection:
                # Nobody knows any more what the last hot file holds.
                connection.execute("delete from written_hot")
                connection.execute("update publication set change = uuid()")
            assert grown == content(master.folder, publish(master, now, NO_NEW_BASE))
        reader = Snapshots(Path(name))
        reader.current().verify()
        reader.close()


def row_of(leg: Any, fact: dict[str, Any]) -> Any:
    started = datetime(2024, 10, 12) + timedelta(hours=fact["hours"])
    return leg(
        f"leg{fact['leg']}",
        str(started),
        call_id=f"leg{fact['call']}",
        revision=fact["revision"],
        charged_user=fact["owner"],
    )


def test_only_what_changed_is_written(
    master: Master, whole: list[int], put: Any, leg: Any, now: datetime
) -> None:
    put(leg("a", "2024-09-01 08:00:00"), leg("new"))
    publish(master, now, NO_NEW_BASE)
    assert [1] == whole
    put(leg("a", "2024-09-01 08:00:00", revision=1), leg("newer"))
    publish(master, now, NO_NEW_BASE)
    put(leg("b", "2024-09-01 08:00:00"), leg("c", "2024-09-02 08:00:00"))
    manifest = publish(master, now, NO_NEW_BASE)
    assert [1] == whole
    legs = [row[1] for row in content(master.folder, manifest)["legs"]]
    assert ["a", "b", "c", "new", "newer"] == sorted(legs)


def test_a_new_call_of_one_leg_beside_a_changed_one_is_published(
    master: Master, put: Any, leg: Any, now: datetime, snapshots: Snapshots
) -> None:
    put(leg("a"))
    publish(master, now, NO_NEW_BASE)
    put(leg("a", revision=1), leg("new"))
    publish(master, now, NO_NEW_BASE)
    snapshots.current().verify()
    assert 2 == snapshots.current().query("select count(*) from legs").item()


def test_after_a_start_the_first_one_is_written_whole(
    folder: Path, whole: list[int], leg: Any, frame: Any, now: datetime
) -> None:
    for serial in range(2):
        with Master.open(folder) as master:
            for part in range(2):
                rows = frame([leg(f"{serial}-{part}")])
                load(master, rows, file=f"{serial}-{part}", sha256="", loaded_at=now)
                publish(master, now, NO_NEW_BASE)
    assert [1, 1] == whole


def test_changes_of_very_many_calls_are_written_whole(
    master: Master,
    whole: list[int],
    put: Any,
    leg: Any,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    snapshots: Snapshots,
) -> None:
    put(leg("a"))
    publish(master, now, NO_NEW_BASE)
    monkeypatch.setattr("warehouse.store._NOTED_CALLS", 2)
    put(*(leg(f"{serial}") for serial in range(3)))
    put(leg("b"))
    publish(master, now, NO_NEW_BASE)
    assert [1, 1] == whole
    assert 5 == snapshots.current().query("select count(*) from legs").item()


def test_after_a_failed_publication_nothing_is_missing(
    master: Master,
    put: Any,
    leg: Any,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    snapshots: Snapshots,
) -> None:
    def broken(*_: Any) -> None:
        raise OSError("the disk is gone")

    put(leg("a"))
    publish(master, now, NO_NEW_BASE)
    for step in ("write_hot", "write_manifest", "note_written"):
        put(leg(step))
        with monkeypatch.context() as patch:
            patch.setattr(f"warehouse.publish.{step}", broken)
            with pytest.raises(OSError, match="the disk is gone"):
                publish(master, now, NO_NEW_BASE)
        put(leg(f"{step} again"))
        publish(master, now, NO_NEW_BASE)
        snapshots.current().verify()
    assert 7 == snapshots.current().query("select count(*) from legs").item()
