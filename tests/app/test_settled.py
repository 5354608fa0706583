"""What is in use is set aside after the first runs, and no more once all is loaded."""

from __future__ import annotations

import gc
from itertools import count

import pytest

from app.frame import settled


def test_it_is_done_ever_more_rarely_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = count(1)
    monkeypatch.setattr(settled, "_runs", runs)
    done: list[int] = []
    monkeypatch.setattr(gc, "freeze", lambda: done.append(1))
    at = []
    for run in range(1, 2000):
        settled.settle()
        if len(done) > len(at):
            at.append(run)
    assert at == [1, 2, 4, 8, 16, 32, 64, 128, 256]
