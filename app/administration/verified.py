"""What the last comparisons of a home found: noted by `tollbook verify`, told on the pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from warehouse.files import write_text
from warehouse.home import Home

WAREHOUSE = "warehouse"
MIRROR = "mirror"


class Verified(BaseModel):
    """One comparison."""

    model_config = ConfigDict(frozen=True)

    what: str
    """`WAREHOUSE`, `MIRROR`, or the name of a source."""
    at: datetime
    """Aware, in UTC."""
    sound: bool
    """Whether nothing differs."""
    complete: bool = True
    """Whether all could be looked at."""
    told: tuple[str, ...]


def note(
    home: Home, what: str, at: datetime, told: Sequence[str], *, sound: bool, complete: bool = True
) -> None:
    """Puts what a comparison found in the place of the one before."""
    found = Verified(
        what=what, at=at.astimezone(UTC), sound=sound, complete=complete, told=tuple(told)
    )
    write_text(_folder(home) / f"{what}.json", found.model_dump_json() + "\n")


def notes(home: Home) -> list[Verified]:
    """The last comparison of each kind, the newest first; what cannot be read is left out."""
    found = []
    for path in _folder(home).glob("*.json"):
        try:
            found.append(Verified.model_validate_json(path.read_bytes()))
        except (OSError, ValidationError):
            continue
    return sorted(found, key=lambda one: one.at, reverse=True)


def _folder(home: Home) -> Path:
    return home.status / "verified"
