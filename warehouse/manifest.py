"""What is published: the small file that names the snapshots that belong together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from warehouse.errors import Damaged
from warehouse.files import write_text

SNAPSHOTS: Final = "snapshots"
"""Folder of the published files within the warehouse folder."""
_NAME: Final = "manifest.json"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceFreshness(_Frozen):
    """How far one source has got. Times are aware, in UTC."""

    source: str
    newest_started_at: datetime
    loaded_at: datetime


class TariffVersion(_Frozen):
    """A tariff as it was at some time. The time is aware, in UTC."""

    tariff: str
    version: str
    """Hash of its prices and settings, as legs have it."""
    list_version: str
    """Hash of the whole price list that it came with."""
    loaded_at: datetime
    """When it was first used."""
    loaded_by: str


class Totals(_Frozen):
    """What the two files hold together, to check them by."""

    legs: int
    calls: int
    cost: dict[str, str]
    """Exact decimal by currency; the currency of money without one is empty."""


class Manifest(_Frozen):
    """One published state of the warehouse.

    A day is read from `hot` if it is in `hot_days` or not before `cutoff`, else from `base`.
    """

    version: int
    schema_version: int
    change: UUID
    """The state of the master that was published."""
    base: str
    base_mark: UUID
    hot: str
    directory: str = ""
    """People and places; what older programs published has none."""
    cutoff: date
    hot_days: tuple[date, ...]
    published_at: datetime
    sources: tuple[SourceFreshness, ...]
    tariffs: tuple[TariffVersion, ...] = ()
    """Every one ever used, the oldest of each tariff first."""
    totals: Totals
    kept: tuple[tuple[str, ...], ...]
    """Files of the versions before this one, newest first: readers may be opening them."""

    @property
    def files(self) -> tuple[str, ...]:
        return self.base, self.hot, self.directory


@dataclass(frozen=True, slots=True)
class ManifestMark:
    """Changes whenever the manifest is replaced."""

    inode: int
    modified_ns: int
    size: int


def manifest_mark(folder: Path) -> ManifestMark | None:
    """The mark of the manifest in a folder of snapshots; None where there is no manifest."""
    try:
        found = (folder / _NAME).stat()
    except FileNotFoundError:
        return None
    return ManifestMark(found.st_ino, found.st_mtime_ns, found.st_size)


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a folder of snapshots; None where there is none yet.

    Raises `Damaged` if the file is not a manifest.
    """
    try:
        text = (folder / _NAME).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        raise Damaged(f"{folder / _NAME} is not a manifest: {error}") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replaces the manifest: from here on readers see this version."""
    write_text(folder / _NAME, manifest.model_dump_json(indent=2) + "\n")
