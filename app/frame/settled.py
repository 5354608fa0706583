"""What is there for good need not be looked at after every run of a page.

Streamlit has Python go through all objects for unused ones when a run ends. With all libraries
loaded that takes longer than the average page, and no other page moves meanwhile.
"""

from __future__ import annotations

import gc
from itertools import count

_runs = count(1)


def settle() -> None:
    """Told at the end of each run: sets aside, now and then, whatever is in use by then.

    Libraries and what pages keep are loaded by the first runs, so it is done after the first,
    second, fourth, eighth … What is set aside and loses its use is still freed, unless it is part
    of a ring: of these a few stay.
    """
    if next(_runs).bit_count() == 1:
        gc.collect()
        gc.freeze()
