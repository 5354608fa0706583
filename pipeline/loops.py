"""Loops over arrays: a few turns in Python, many in the same compiled."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

import numpy as np

_MANY: Final = 5_000
"""Turns that are worth it to load the compiler, or what it made before: a third of a second."""


def run(loop: Callable[..., Any], turns: int, *given: Any) -> Any:
    """Calls a loop that goes round about so often; it is given arrays and numbers.

    It has to be a function of a module that calls no others and names nothing but numbers.
    """
    if turns >= _MANY:
        return _compiled(loop)(*given)
    # What Python reads out of an array one by one, it reads faster out of a view.
    return loop(*(each.data if isinstance(each, np.ndarray) else each for each in given))


@cache
def _compiled(loop: Callable[..., Any]) -> Callable[..., Any]:
    import numba  # noqa: PLC0415 - see `_MANY`

    compiled: Callable[..., Any]
    try:
        compiled = numba.njit(cache=True, nogil=True)(loop)
    except RuntimeError:
        # There is no folder in which this account could keep it.
        compiled = numba.njit(nogil=True)(loop)
    return compiled
