"""Recorders that may be struck down between any two steps of theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from pipeline.recorder import archive, recorder


class Died(BaseException):
    """The process is no more."""


class Failed(Exception):
    """The process lives on, but what it was doing has come to nothing."""


class Fate:
    """Strikes the recorder at its `steps`-th step from now; None lets it work."""

    def __init__(self) -> None:
        self.steps: int | None = None
        self.blow: type[BaseException] = Died

    def step(self) -> None:
        if self.steps is not None:
            self.steps -= 1
            if self.steps < 0:
                self.steps = None
                raise self.blow

    def around(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def mortal(*args: Any, **named: Any) -> Any:
            self.step()
            result = work(*args, **named)
            self.step()
            return result

        return mortal


@contextmanager
def mortal_recorders(fate: Fate) -> Iterator[None]:
    """Every file that a recorder writes becomes a step, before and after."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in (
            (recorder, "write_call_file"),
            (recorder, "save_state"),
            (archive, "replacing"),
        ):
            patch.setattr(module, name, fate.around(getattr(module, name)))
        yield
