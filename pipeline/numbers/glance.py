"""What is seen of many texts at a glance: how long they are, and how they begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl

_WORDS = 4
"""Of 32 bits in the view that Arrow has of each text: its length, then its first four bytes."""


@dataclass(frozen=True, slots=True)
class Glance:
    """One value for each text; null looks like the empty text."""

    lengths: npt.NDArray[np.uint32]
    """Bytes."""
    first: npt.NDArray[np.uint8]
    """The first byte, 0 where there is none."""

    @classmethod
    def at(cls, texts: pl.Series) -> Self:
        if not len(texts):
            nothing = np.empty(0, dtype=np.uint8)
            return cls(nothing.astype(np.uint32), nothing)
        seen = texts.rechunk().to_arrow(compat_level=pl.CompatLevel.newest())
        views = np.frombuffer(seen.buffers()[1], dtype=np.uint32).reshape(-1, _WORDS)
        lengths, starts = views[seen.offset : seen.offset + len(seen), :2].T
        if texts.null_count():
            is_known = texts.is_not_null().to_numpy()
            lengths, starts = lengths * is_known, starts * is_known
        return cls(lengths, starts.astype(np.uint8))
