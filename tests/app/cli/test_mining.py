"""The process that mines, beside others that want the warehouse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.cli import mining
from warehouse.errors import InUse


class Stopped:
    """Is asked to end once the rounds are over; waits for nothing."""

    asked = False

    def wait(self, _: float) -> None:
        """Does not."""


@pytest.mark.parametrize(
    ("rounds", "ends_well"),
    [
        pytest.param(["mined", "in use", "in use", "stop"], True, id="left to an errand"),
        pytest.param(["in use", "stop"], False, id="another miner was there before"),
    ],
)
def test_a_miner_waits_for_whoever_does_an_errand_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rounds: list[str], ends_well: bool
) -> None:
    (tmp_path / "tollbook.toml").write_text("", encoding="utf-8")
    stop, left = Stopped(), [*rounds]

    def one_round(*_: Any) -> None:
        told = left.pop(0)
        stop.asked = told == "stop"
        if told == "in use":
            raise InUse("another process has it")

    monkeypatch.setattr(mining, "Stop", lambda: stop)
    monkeypatch.setattr(mining, "_mine_until", one_round)
    monkeypatch.setattr(mining, "start_logs", lambda *_: None)
    if not ends_well:
        with pytest.raises(InUse):
            mining.mine(tmp_path)
        return
    mining.mine(tmp_path)
    assert [] == left
