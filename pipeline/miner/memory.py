"""Memory of a process that takes up many legs at a time, and lets them go."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from typing import Final

_MMAP_THRESHOLD: Final = -3
"""`M_MMAP_THRESHOLD` of glibc's `mallopt`."""
_LARGE: Final = 1 << 20


def give_back_large_blocks() -> None:
    """Lets the C library return large blocks to the system at once when they are free.

    For the whole process. By itself glibc keeps ever larger ones for later, in as many places as
    there are threads: in a long backfill, a quarter of the memory. Other libraries do not.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)
