"""Drivers are found by their kind, ours and those of other packages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from app.cli.settings import Settings, load_settings
from pipeline.sources.lync.settings import LyncSettings
from pipeline.sources.registry import kinds, open_source
from pipeline.sources.tables.settings import CsvSettings, SqlSettings
from warehouse.errors import InvalidInput, Problem

LYNC = """\
[[sources]]
name = "rome"
kind = "lync"
connection = "file:x"
site = "Rome"
"""
TABLE = """\
site = "Rome"
time_zone = "Europe/Rome"
[sources.columns]
started_at = "start"
talk_s = "talk"
"""
CSV = f'[[sources]]\nname = "milan"\nkind = "csv"\nfiles = "calls*.csv"\n{TABLE}'
SQL = f'[[sources]]\nname = "turin"\nkind = "sql"\nconnection = "file:x"\ntable = "cdr"\n{TABLE}'

OTHER_DRIVER = """\
from pathlib import Path
from pipeline.sources.settings import SourceSettings

class Settings(SourceSettings):
    host: str

    def open(self, home: Path) -> object:
        return (self.host, home)

no_driver = 1
"""


def load(folder: Path, text: str) -> Settings:
    (folder / "tollbook.toml").write_text(text, encoding="utf-8")
    return load_settings(folder / "tollbook.toml")


def problems(folder: Path, text: str) -> list[Problem]:
    with pytest.raises(InvalidInput) as caught:
        load(folder, text)
    return sorted(caught.value.problems, key=lambda one: one.line or 0)


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, entry_points: str) -> None:
    """Another package, as an installer leaves it."""
    (folder / "other_driver.py").write_text(OTHER_DRIVER)
    metadata = folder / "other-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text(f"[tollbook.sources]\n{entry_points}\n")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "other_driver", raising=False)


def test_each_kind_has_settings_of_its_own(tmp_path: Path) -> None:
    found = load(tmp_path, LYNC + CSV + SQL).sources
    assert [LyncSettings, CsvSettings, SqlSettings] == [type(one) for one in found]


def test_an_unknown_kind_is_told_with_the_kinds_there_are(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, LYNC.replace("lync", "cisco"))
    assert (3, 8) == (found.line, found.column)
    assert "sources.0.kind: there is no such kind, only csv, lync, sql" == found.rule


def test_a_source_without_a_kind_is_told(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, LYNC.replace('kind = "lync"\n', ""))
    assert (1, "sources.0.kind is missing") == (found.line, found.rule)


def test_a_key_of_another_kind_is_told_at_its_place(tmp_path: Path) -> None:
    text = LYNC + 'files = "x"\n' + CSV.replace('files = "calls*.csv"', "overlap_hours = 3")
    found = [(one.line, one.rule) for one in problems(tmp_path, text)]
    assert [
        (6, "unknown key sources.0.files"),
        (7, "sources.1.files is missing"),
        (10, "unknown key sources.1.overlap_hours"),
    ] == found


@pytest.mark.parametrize(
    ("text", "line", "column", "rule"),
    [
        ('colour = "x"', 1, 10, "unknown key sources.1.columns.colour"),
        ("[[sources.rules]]\nwhen = {}", 2, 8, "sources.1.rules.0.when"),
        ('[sources.words.outcome]\nX = "maybe"', 2, 5, "sources.1.words.outcome.X"),
        ('[sources.constants]\ndirection = "up"', 2, 13, "sources.1.constants.direction"),
        ('media = { column = "a", pattern = "a" }', 1, 9, "sources.1.columns.media.0.pattern"),
    ],
)
def test_a_fault_inside_a_table_of_a_source_is_told_at_its_place(
    tmp_path: Path, text: str, line: int, column: int, rule: str
) -> None:
    above = LYNC + CSV
    (found,) = problems(tmp_path, above + text)
    assert (above.count("\n") + line, column) == (found.line, found.column)
    assert rule == found.rule.split(": ")[0]


def test_a_driver_of_another_package_is_found_and_told_its_faults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch, "switchboard = other_driver:Settings")
    text = LYNC.replace("lync", "switchboard").replace('connection = "file:x"', 'host = "pbx"')
    (found,) = load(tmp_path, text).sources
    opened: Any = open_source(found, tmp_path)
    assert ("pbx", tmp_path) == opened
    (fault,) = problems(tmp_path, text.replace("host", "hots"))[1:]
    assert "unknown key sources.0.hots" == fault.rule


@pytest.mark.parametrize("place", ["other_driver:no_driver", "other_driver:nothing", "nowhere:x"])
def test_a_broken_driver_of_another_package_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    install(tmp_path, monkeypatch, f"switchboard = {place}")
    (found,) = problems(tmp_path, LYNC.replace("lync", "switchboard"))
    assert (3, True) == (found.line, f"its driver {place}" in found.rule)


def test_another_package_cannot_replace_a_kind_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch, "lync = other_driver:Settings\nmore = other_driver:Settings")
    assert {"lync", "csv", "sql", "more"} <= kinds().keys()
    assert LyncSettings is type(load(tmp_path, LYNC).sources[0])
