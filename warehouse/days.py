"""Days, and those beside them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final

_NEAR: Final = 2
"""Days around a leg in which its call is looked for first."""


def widened(days: Iterable[date], by: int = 1) -> list[date]:
    """The days and so many before and after each, in order."""
    return sorted({day + timedelta(days=step) for day in days for step in range(-by, by + 1)})


def around(days: Iterable[date]) -> list[date]:
    """The days and those near them, in order: a call may run over midnight."""
    return widened(days, _NEAR)


def period(days: list[date]) -> dict[str, Any]:
    """Some days, in order, as parameters: `days`, and the `first` and `last` of them."""
    return {"days": days, "first": days[0], "last": days[-1]}
