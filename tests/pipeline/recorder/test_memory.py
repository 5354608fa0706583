"""Memory that is given back."""

from __future__ import annotations

import platform
import sys

import numpy as np
import psutil
import pytest

from pipeline.recorder.memory import give_back

SMALL, MANY = 4_000, 50_000
"""Bytes that glibc keeps when they are freed, and how often."""


@pytest.mark.skipif(
    sys.platform != "linux" or platform.libc_ver()[0] != "glibc",
    reason="only glibc keeps freed memory in this way",
)
def test_what_was_freed_goes_back_to_the_system() -> None:
    blocks = [np.ones(SMALL, dtype=np.uint8) for _ in range(MANY)]
    keeping = blocks[::50]
    del blocks
    before = psutil.Process().memory_info().rss
    give_back()
    assert psutil.Process().memory_info().rss < before - SMALL * MANY // 2
    assert len(keeping) == MANY // 50
