"""The spool: names are never used twice, files are in one place, whole."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipeline.callfile.format import LINE
from pipeline.callfile.read import read_call_file
from pipeline.callfile.spool import Spool
from pipeline.callfile.write import write_call_file
from warehouse.errors import Problem

LEGS = (
    read_call_file(
        "x.csv",
        b"leg_id,started_at,to_number,talk_s\nA,2026-01-31T23:00:00.003Z,+391,1.25\n"
        b"B,2026-01-31T22:00:00Z,+392,\n",
        source="rome",
    ).legs
).drop(LINE, "extra")


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    made = Spool(tmp_path)
    made.make()
    return made


def test_what_is_written_is_read_again_unchanged(spool: Spool) -> None:
    path = write_call_file(spool, "rome", LEGS, 7)
    assert path.name == "rome_20260131T220000Z_000007.v1.csv"
    again = read_call_file(path.name, path.read_bytes(), source="x").legs
    assert LEGS.equals(again.drop(LINE, "extra"))


@pytest.mark.parametrize("place", ["incoming", "done", "rejected"])
def test_a_name_that_was_used_is_not_used_again(spool: Spool, place: str) -> None:
    first = write_call_file(spool, "rome", LEGS, 1)
    first.rename(spool.folder / place / first.name)
    assert write_call_file(spool, "rome", LEGS, 1).name == "rome_20260131T220000Z_000002.v1.csv"


def test_a_file_that_is_still_being_written_does_not_wait(spool: Spool) -> None:
    (spool.incoming / ".x.csv.123.tmp").touch()
    (spool.incoming / ".x.csv").touch()
    path = write_call_file(spool, "rome", LEGS, 1)
    assert [path] == spool.pending()


def test_done_files_of_one_name_and_other_content_are_both_kept(spool: Spool) -> None:
    for content in ("one", "two", "two"):
        path = spool.incoming / "x.csv"
        path.write_text(content, encoding="utf-8")
        spool.finish([path])
    assert sorted(path.read_text(encoding="utf-8") for path in spool.done.iterdir()) == [
        "one",
        "two",
    ]


def test_a_refused_file_lies_beside_its_reasons(spool: Spool) -> None:
    path = spool.incoming / "x.csv"
    path.write_text("?", encoding="utf-8")
    spool.refuse(path, (Problem("x.csv", "no header", "Begin with one"),))
    assert not spool.pending()
    assert sorted(one.name for one in spool.rejected.iterdir()) == ["x.csv", "x.csv.reasons.txt"]


def test_an_error_while_writing_leaves_no_file(spool: Spool) -> None:
    with pytest.raises(pl.exceptions.PolarsError):
        write_call_file(spool, "rome", LEGS.drop("outcome"), 1)
    assert list(spool.incoming.iterdir()) == []
