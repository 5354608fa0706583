"""What numbers can be."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt

E164 = r"^\+[1-9][0-9]{6,14}$"
SHORT_WITH_PLUS = r"^\+[0-9]{1,6}$"
"""No subscriber has so few digits: Lync writes emergency calls as +911."""
Codes = npt.NDArray[np.uint32]


class Kind(StrEnum):
    """What a number is."""

    E164 = "e164"
    PRIVATE = "private"
    """Digits that mean something only where they were dialled: extensions, short numbers."""
    WITHHELD = "withheld"
    BAD = "bad"


KINDS = tuple(kind.value for kind in Kind)
CODES = {kind: code for code, kind in enumerate(Kind)}
