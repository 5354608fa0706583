"""Gives memory that was freed back to the system."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import cache


def give_back() -> None:
    """Hands over what the C library keeps of freed memory; does nothing where it is not glibc.

    ODBC drivers fill and free many small blocks per stride of a long import, and glibc keeps them:
    the process would grow with the history that it reads.
    """
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    if sys.platform != "linux":
        return None
    trim: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim
