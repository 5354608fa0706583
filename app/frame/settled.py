"""What is there for good need not be looked at after every run of a page.

Streamlit has Python go through all objects for unused ones when a run ends. With all libraries
loaded that takes longer than the average page, and no other page moves meanwhile.
"""

from __future__ import annotations

import gc
from itertools import count
from typing import Final

_LAST: Final = 256
_runs = count(1)


def settle() -> None:
    """Told at the end of each run: sets aside, now and then, whatever is in use by then.

    Libraries and what pages keep are loaded by the first runs, so it is done after the first,
    second, fourth, eighth … and no more after the 256th: a visit that is set aside and ends is
    never looked for again, and stays where its objects hold each other.
    """
    run = next(_runs)
    if run <= _LAST and run.bit_count() == 1:
        gc.collect()
        gc.freeze()
