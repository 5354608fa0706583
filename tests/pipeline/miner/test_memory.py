"""Large blocks go back to the system as soon as they are free."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import sys
import numpy as np
import psutil
from pipeline.miner.memory import give_back_large_blocks

if sys.argv[1:]:
    give_back_large_blocks()
# glibc keeps blocks up to the largest that was ever given back.
np.ones(3 << 20)
blocks = [np.ones(1 << 18) for _ in range(100)]
last = np.ones(1)
before = psutil.Process().memory_info().rss
del blocks[:99]
print(before - psutil.Process().memory_info().rss)
"""


def given_back(*asked: str) -> int:
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT, *asked], capture_output=True, text=True, check=True
    )
    return int(ran.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc keeps them")
def test_large_blocks_are_given_back_at_once() -> None:
    assert given_back("asked") > 190 << 20
    assert given_back() < 100 << 20
