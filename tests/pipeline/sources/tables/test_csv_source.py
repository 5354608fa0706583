"""Files of delimited text: what grows, is rotated, cut, copied or broken."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.sources.source import Source, Tone
from tests.pipeline.sources.conformance import Call, Conformance, World
from tests.pipeline.sources.tables.simple import HEADER, NOW, Folder, line
from warehouse.errors import Damaged, Unavailable


class CsvWorld(World):
    """One growing file, rotated now and then, read in pages of a few rows."""

    def __init__(self, path: Path) -> None:
        self._home = path
        (path / "watched").mkdir()
        self._folder = Folder(path, files="watched/calls*.csv")
        self._rows = 0

    def source(self) -> Source:
        return self._folder.source(page_bytes=200)

    def add(self, call: Call) -> None:
        path = self._home / "watched" / "calls.csv"
        if self._rows % 5 == 4:
            path.rename(path.with_name(f"calls-{self._rows}.csv"))
        local = call.started_at.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo("Europe/Rome"))
        row = line(0, f"{local:%Y-%m-%d %H:%M:%S}").replace(",0\n", f",{call.called}\n")
        self._folder.write("watched/calls.csv", row if path.exists() else HEADER + row, append=True)
        self._rows += 1

    @contextmanager
    def down(self) -> Iterator[None]:
        (self._home / "watched").rename(self._home / "gone")
        try:
            yield
        finally:
            (self._home / "gone").rename(self._home / "watched")


class TestConformance(Conformance):
    @pytest.fixture
    def world(self, tmp_path: Path) -> World:
        return CsvWorld(tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_a_row_is_given_once_while_the_file_grows(folder: Folder) -> None:
    folder.write("calls.csv", HEADER + line(1))
    assert ["1"] == folder.called()
    folder.write("calls.csv", line(2), append=True)
    assert ["2"] == folder.called()
    assert [] == folder.called()


def test_a_half_written_row_waits_for_its_other_half(folder: Folder) -> None:
    path = folder.write("calls.csv", HEADER + line(1) + line(2)[:30])
    folder.touch(path, NOW - timedelta(seconds=5))
    batch = folder.poll()
    assert (["1"], 1) == (batch.legs["to_number"].to_list(), batch.waiting)
    folder.write("calls.csv", line(2)[30:], append=True)
    assert ["2"] == folder.called()


def test_a_last_row_without_an_end_is_taken_once_nobody_writes(folder: Folder) -> None:
    path = folder.write("calls.csv", HEADER + line(1) + line(22).rstrip())
    folder.touch(path, NOW - timedelta(seconds=5))
    assert ["1"] == folder.called()
    assert ["22"] == folder.called(NOW + timedelta(hours=1))
    assert [] == folder.called(NOW + timedelta(hours=2))


def test_a_last_row_that_was_taken_too_early_is_read_again_when_it_is_whole(folder: Folder) -> None:
    folder.write("calls.csv", HEADER + line(22).rstrip()[:-1])
    assert ["2"] == folder.called()
    folder.write("calls.csv", HEADER + line(22))
    assert ["22"] == folder.called()


def test_a_rotated_file_is_read_to_its_end_under_its_new_name(folder: Folder) -> None:
    path = folder.write("calls.csv", HEADER + line(1))
    folder.poll()
    folder.write("calls.csv", line(2), append=True)
    path.rename(folder.path / "calls-1.csv")
    folder.write("calls.csv", HEADER + line(3))
    assert ["2", "3"] == folder.called()


def test_a_file_that_is_copied_and_cut_gives_no_row_twice(folder: Folder) -> None:
    path = folder.write("calls.csv", HEADER + line(1) + line(2))
    folder.poll()
    copy = Path(shutil.copy(path, folder.path / "calls-1.csv"))
    folder.touch(copy)
    folder.write("calls.csv", HEADER)
    assert [] == folder.called()
    folder.write("calls.csv", line(3), append=True)
    assert ["3"] == folder.called()


def test_a_file_that_was_cut_and_has_grown_beyond_is_read_from_its_start(folder: Folder) -> None:
    folder.write("calls.csv", HEADER + line(1))
    folder.poll()
    folder.write("calls.csv", HEADER + line(2) + line(3) + line(4))
    assert ["2", "3", "4"] == folder.called()


def test_a_packed_copy_of_what_was_read_gives_nothing_new(folder: Folder) -> None:
    folder.settings = folder.settings.model_copy(update={"files": ("calls*",)})
    text = HEADER + line(1) + line(2)
    folder.write("calls.csv", text)
    folder.poll()
    folder.write("calls.csv.1.gz", gzip.compress((text + line(3)).encode()))
    folder.write("calls.csv", HEADER + line(4))
    assert ["3", "4"] == folder.called()


def test_a_file_that_is_still_being_packed_loses_nothing(folder: Folder) -> None:
    folder.settings = folder.settings.model_copy(update={"files": ("*.gz",)})
    packed = gzip.compress((HEADER + "".join(map(line, range(2000)))).encode())
    path = folder.write("a.gz", packed[: len(packed) // 2])
    folder.touch(path, NOW)
    first = folder.called()
    folder.write("a.gz", packed)
    assert [str(called) for called in range(2000)] == first + folder.called()


def test_a_file_that_is_written_anew_with_the_same_length_is_read_again(folder: Folder) -> None:
    folder.write("calls.csv", HEADER + line(1) + line(2))
    folder.poll()
    folder.write("calls.csv", HEADER + line(1) + line(7))
    assert "7" in folder.called()


def test_a_share_that_is_empty_for_a_while_gives_no_row_twice(folder: Folder) -> None:
    path = folder.write("calls.csv", HEADER + line(1))
    folder.poll()
    path.rename(folder.path / "elsewhere")
    assert [] == folder.called()
    (folder.path / "elsewhere").rename(path)
    assert [] == folder.called(NOW + timedelta(days=2))


def test_equal_rows_are_legs_of_their_own_however_they_are_read(folder: Folder) -> None:
    folder.write("calls.csv", HEADER + line(1) + line(1))
    read = set(folder.poll().legs["leg_id"])
    folder.write("calls.csv", line(2) + line(1), append=True)
    read |= set(folder.poll().legs["leg_id"])
    at_once = folder.source().poll(None, NOW).legs["leg_id"]
    assert (4, read) == (len(at_once), set(at_once))


def test_the_same_row_in_two_files_is_one_leg(folder: Folder) -> None:
    folder.write("calls-1.csv", HEADER + line(1) + line(2))
    folder.write("calls-2.csv", HEADER + line(2) + line(3))
    assert ["1", "2", "3"] == sorted(folder.called())


def test_a_bad_row_is_kept_with_its_reason_and_the_others_go_on(folder: Folder) -> None:
    folder.write("calls.csv", HEADER + line(1) + "soon,65,x,PERHAPS,201,2\n" + "1,2\n" + line(3))
    batch = folder.poll()
    bad, short = batch.rejected
    assert ["1", "3"] == batch.legs["to_number"].to_list()
    assert (b"soon,65,x,PERHAPS,201,2\n", HEADER.encode()) == (bad.text, bad.heading)
    assert [("begun", "soon"), ("talk", "x"), ("result", "PERHAPS")] == [
        (one.column, one.value) for one in bad.problems
    ]
    assert ("calls.csv", 3) == (bad.problems[0].file, bad.problems[0].line)
    assert (b"1,2\n", 4, "2 cells where there are 6 columns") == (
        short.text,
        short.problems[0].line,
        short.problems[0].rule,
    )


def test_a_rejected_row_that_is_mended_and_put_into_the_folder_is_read(folder: Folder) -> None:
    folder.write("calls.csv", HEADER + line(1).replace("OK", "PERHAPS"))
    (bad,) = folder.poll().rejected
    folder.write("calls-mended.csv", (bad.heading + bad.text).replace(b"PERHAPS", b"OK"))
    assert ["1"] == folder.called()


def test_a_quote_that_stays_open_costs_its_own_row_only(folder: Folder) -> None:
    rows = "".join(map(line, range(200)))
    folder.write("calls.csv", HEADER + line(500).replace("201", '"201') + rows)
    batch = folder.poll()
    assert (200, 1) == (batch.legs.height, len(batch.rejected))


def test_a_cell_may_hold_line_ends_and_quotes(folder: Folder) -> None:
    folder.write("calls.csv", HEADER + line(1).replace("201", '"a\n""b"",\r\n201"'))
    (caller,) = folder.poll().legs["from_number"]
    assert 'a\n"b",\r\n201' == caller


def test_text_of_another_encoding_is_told(folder: Folder) -> None:
    folder.write("calls.csv", (HEADER + line(1).replace("201", "Café") + line(2)).encode("cp1252"))
    batch = folder.poll()
    assert (["2"], "not text in utf-8") == (
        batch.legs["to_number"].to_list(),
        batch.rejected[0].problems[0].rule,
    )
    folder.settings = folder.settings.model_copy(update={"encoding": "windows-1252"})
    assert ["Café", "201"] == folder.source().poll(None, NOW).legs["from_number"].to_list()


def test_a_byte_order_mark_and_title_lines_are_skipped(folder: Folder) -> None:
    folder.settings = folder.settings.model_copy(update={"skip_lines": 2})
    folder.write("calls.csv", "\ufeffCalls of March\n\n" + HEADER + line(1))
    assert ["1"] == folder.called()
    assert ["1"] == folder.source().poll(None, NOW).legs["to_number"].to_list()


def test_files_without_a_header_have_their_columns_by_position(tmp_path: Path) -> None:
    names = ("begun", "length", "talk", "result", "caller", "called")
    folder = Folder(tmp_path, names=names, delimiter=";", quote="'")
    folder.write("calls.csv", "'2025-03-03 09:00:00';65;60;OK;'2;01';1\n")
    assert ["2;01"] == folder.poll().legs["from_number"].to_list()


def test_a_file_of_another_form_is_told_and_nothing_is_lost_by_it(folder: Folder) -> None:
    folder.write("calls.csv", HEADER.replace("called", "callee") + line(1))
    with pytest.raises(Unavailable, match=r"calls\.csv, line 1: 'called': column missing"):
        folder.poll()
    folder.write("calls.csv", HEADER + line(1))
    assert ["1"] == folder.called()


def test_legs_before_the_first_day_are_left_out(tmp_path: Path) -> None:
    folder = Folder(tmp_path, start="2025-03-03")
    folder.write(
        "calls.csv", HEADER + line(1, "2025-03-03 00:59:59") + line(2, "2025-03-03 01:00:00")
    )
    assert ["2"] == folder.called()


def test_an_earlier_first_day_brings_what_was_left_out(tmp_path: Path) -> None:
    folder = Folder(tmp_path, start="2025-03-03")
    folder.write("calls.csv", HEADER + line(1, "2025-02-03 09:00:00") + line(2))
    assert ["2"] == folder.called()
    folder.settings = folder.settings.model_copy(update={"start": date(2025, 2, 1)})
    assert ["1", "2"] == folder.called()
    assert [] == folder.called()


def test_a_later_first_day_reads_nothing_again(tmp_path: Path) -> None:
    folder = Folder(tmp_path, start="2025-02-01")
    folder.write("calls.csv", HEADER + line(1) + line(2))
    assert ["1", "2"] == folder.called()
    folder.settings = folder.settings.model_copy(update={"start": date(2025, 3, 1)})
    assert [] == folder.called()


def test_a_file_that_is_no_text_is_told_in_a_short_line(folder: Folder) -> None:
    folder.write("calls.csv", b"\xff\x00\x1b[2J" * 1000 + b"\n1\n")
    with pytest.raises(Unavailable, match="column missing") as caught:
        folder.poll()
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 600


def test_files_that_are_not_there_yet_are_an_advice(tmp_path: Path) -> None:
    (told,) = Folder(tmp_path).source().discover(NOW)
    assert (Tone.ADVICE, True) == (told.tone, "Look whether `files` is right" in told.mend)


def test_a_leg_of_the_future_does_not_carry_the_reading_along(folder: Folder) -> None:
    folder.write("calls.csv", HEADER + line(1, "2031-01-01 00:00:00"))
    assert NOW == folder.poll().read_to


def test_a_missing_folder_is_told_with_a_mend(tmp_path: Path) -> None:
    folder = Folder(tmp_path, files="nowhere/*/calls.csv")
    with pytest.raises(Unavailable, match=r"no folder .*nowhere: correct `files`"):
        folder.poll()


def test_a_cursor_of_another_kind_is_told(folder: Folder) -> None:
    with pytest.raises(Damaged, match="cursor"):
        folder.source().poll("2025-03-03", NOW)


def test_it_advises_on_what_would_go_wrong(tmp_path: Path) -> None:
    folder = Folder(tmp_path, files="calls.csv")
    folder.settings = folder.settings.model_copy(
        update={
            "columns": folder.settings.columns.model_copy(
                update={"leg_id": folder.settings.columns.to_number}
            )
        }
    )
    folder.write("calls.csv", HEADER + line(1) + line(1, "2025-03-04 09:00:00") + "x\n")
    found = folder.source().discover(datetime.fromisoformat("2025-03-10"))
    assert [Tone.FACT, Tone.ADVICE, Tone.FACT, Tone.FAULT, Tone.FAULT] == [
        one.tone for one in found
    ]
    assert "2 legs (2 outbound answered)" in found[2].text
    assert "1 leg_ids stand in several rows" in found[4].text
    assert all(f"{one.text} {one.mend}".rstrip().endswith(".") for one in found)
    assert found[3].mend.rstrip(".") not in found[3].text
