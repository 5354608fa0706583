"""Signs of life, and what `tollbook status` makes of them."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import Mock

import pytest

from app.administration.signs import show_life, signs_of_life
from app.cli import signs
from app.cli.status import status
from warehouse.clock import fixed_clock
from warehouse.home import Home

CLOCK = fixed_clock(datetime(2026, 1, 31, 12, tzinfo=UTC))


def said(home: Home) -> dict[str, object]:
    found: dict[str, object] = json.loads((home.status / "mine.json").read_text(encoding="utf-8"))
    return found


def test_a_process_that_is_there_runs(tmp_path: Path) -> None:
    home = Home(tmp_path)
    show_life(home, "mine", CLOCK, legs=3)
    (sign,) = signs_of_life(home)
    assert ("mine", os.getpid(), 3, True) == tuple(
        sign[name] for name in ("process", "pid", "legs", "running")
    )


@pytest.mark.parametrize("change", [{"born": 0.0}, {"pid": 2**40}, {"pid": -1}])
def test_a_process_of_the_same_number_but_another_birth_is_another_process(
    tmp_path: Path, change: dict[str, float]
) -> None:
    home = Home(tmp_path)
    show_life(home, "mine", CLOCK)
    (home.status / "mine.json").write_text(json.dumps(said(home) | change), encoding="utf-8")
    (sign,) = signs_of_life(home)
    assert not sign["running"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "7", "{}", '{"process": "x", "pid": "y", "born": 1, "at": "z"}', "\x00"]
)
def test_a_broken_sign_is_none(tmp_path: Path, text: str) -> None:
    home = Home(tmp_path)
    show_life(home, "mine", CLOCK)
    (home.status / "broken.json").write_text(text, encoding="utf-8")
    assert ["mine"] == [sign["process"] for sign in signs_of_life(home)]


def test_the_same_is_said_once_a_second_and_news_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, written = Home(tmp_path), []
    monkeypatch.setattr(
        signs, "time", Mock(**{"monotonic.side_effect": [100, 100.5, 100.6, 101.7]})
    )
    for legs in (1, 1, 2, 2):
        (home.status / "mine.json").unlink(missing_ok=True)
        show_life(home, "mine", CLOCK, legs=legs)
        written.append((home.status / "mine.json").exists())
    assert [True, False, True, True] == written


def test_a_damaged_manifest_does_not_hide_the_processes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(tmp_path)
    show_life(home, "mine", CLOCK, legs=3)
    manifest = home.warehouse / "snapshots" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text("{", encoding="utf-8")
    status(tmp_path, json_output=True)
    facts = json.loads(capsys.readouterr().out)
    assert ["mine"] == [sign["process"] for sign in facts["processes"]]
    assert (None, True) == (facts["snapshot"], "is not a manifest" in facts["snapshot_error"])
    status(tmp_path)
    shown = capsys.readouterr().out
    assert "legs: 3" in shown
    assert "snapshot: " in shown
    assert "is not a manifest" in shown
