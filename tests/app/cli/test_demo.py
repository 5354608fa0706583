"""The demonstration takes only what is its own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import Mock

import pytest
from filelock import FileLock

from app.cli import demo
from app.cli.demo import make_demo
from warehouse.clock import fixed_clock
from warehouse.errors import InvalidInput, Unavailable
from warehouse.home import Home

CLOCK = fixed_clock(datetime(2026, 1, 31, 12, tzinfo=UTC))


@pytest.fixture
def history(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """Stands for the making of months of calls."""
    made = Mock()
    monkeypatch.setattr(demo, "make", made)
    return made


@pytest.mark.parametrize("name", ["users.csv", "sites.csv", "gateways.csv", "tariffs.csv"])
def test_files_of_people_are_kept(tmp_path: Path, history: Mock, name: str) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(InvalidInput, match=f"{name}.*nothing here was touched"):
        demo.demo(home=tmp_path, once=True)
    assert [name] == [path.name for path in tmp_path.rglob("*")]
    assert "mine" == (tmp_path / name).read_text(encoding="utf-8")


def test_a_demonstration_that_was_killed_goes_on(tmp_path: Path, history: Mock) -> None:
    home = Home(tmp_path)
    history.side_effect = KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        make_demo(home, CLOCK, seed=1, days=1)
    assert home.users.exists()
    assert not home.settings.exists()
    history.side_effect = None
    make_demo(home, CLOCK, seed=1, days=1)
    assert home.settings.exists()
    assert not (tmp_path / demo.BEGUN).exists()


def test_the_price_list_of_a_checkout_is_not_copied_onto_itself(
    tmp_path: Path, history: Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path)
    home.tariffs.write_text("shipped", encoding="utf-8")
    monkeypatch.setattr(demo, "shipped_tariffs", lambda: home.tariffs)
    make_demo(home, CLOCK, seed=1, days=1)
    assert "shipped" == home.tariffs.read_text(encoding="utf-8")


def test_a_home_that_runs_is_left_alone(tmp_path: Path, history: Mock) -> None:
    lock = tmp_path / "status" / "run.lock"
    lock.parent.mkdir()
    with FileLock(lock), pytest.raises(Unavailable, match="end that one first"):
        demo.demo(home=tmp_path, once=True)
    assert {lock.parent, lock} >= set(tmp_path.rglob("*"))
