"""SQL texts that come with the package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "sql"


@cache
def statement(name: str) -> str:
    """The text of `warehouse/sql/<name>.sql`: one statement."""
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
