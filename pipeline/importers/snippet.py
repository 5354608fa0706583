"""`[tariff.<name>]` tables that belong to an imported price list."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def tariff_tables(names: Iterable[str], **values: str | int | list[str] | None) -> str:
    """TOML tables with the same values for each tariff; a value of None is left out."""
    body = "".join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}\n"
        for key, value in values.items()
        if value is not None
    )
    return "\n".join(f"[tariff.{_key(name)}]\n{body}" for name in names)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)
