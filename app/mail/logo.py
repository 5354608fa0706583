"""The picture at the head of mails."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from warehouse.errors import InvalidInput, Problem

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_LARGEST: Final = 200_000
"""Bytes: it goes with every mail."""


def read_logo(path: Path) -> bytes:
    """The picture, a small PNG; raises `InvalidInput` where that is none for mails."""
    try:
        logo = path.read_bytes()
    except OSError as error:
        rule, way_out = f"cannot be read ({error.strerror})", "Correct [mail] logo, or leave it out"
        raise InvalidInput([Problem(str(path), rule, way_out)]) from None
    if not logo.startswith(_PNG) or len(logo) > _LARGEST:
        rule = "no PNG picture" if not logo.startswith(_PNG) else f"larger than {_LARGEST:,} bytes"
        raise InvalidInput([Problem(str(path), rule, "Save it as a small PNG for [mail] logo")])
    return logo
