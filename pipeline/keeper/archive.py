"""A backup as one file, or as a folder, and the list of what is in it."""

from __future__ import annotations

import shutil
import tarfile
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Final, Literal, cast

import pyarrow as pa  # type: ignore[import-untyped]
from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.keeper.ledger import hash_of
from warehouse.errors import Damaged, InvalidInput, Problem
from warehouse.files import replacing, write_text

_NAME: Final = "manifest.json"


class File(BaseModel):
    """One file of a backup."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    """Relative to the home, with slashes."""
    size: int
    """In bytes."""
    sha256: str


class Contents(BaseModel):
    """The manifest of a backup."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    made_at: datetime
    """When it was begun; UTC."""
    schema_version: int
    call_files: bool
    """Whether the call files that were worked off are in it."""
    files: tuple[File, ...]

    def write(self, folder: Path) -> None:
        """Puts the manifest beside the files."""
        write_text(folder / _NAME, self.model_dump_json(indent=1) + "\n")


def pack(folder: Path, contents: Contents, target: Path) -> None:
    """Writes a backup as one compressed file, the manifest first."""
    with (
        replacing(target) as temporary,
        pa.CompressedOutputStream(str(temporary), "zstd") as packed,
        tarfile.open(fileobj=cast("IO[bytes]", packed), mode="w|") as archive,
    ):
        for name in (_NAME, *(file.path for file in contents.files)):
            archive.add(folder / name, name)


def unpack(backup: Path, to: Path) -> Contents:
    """Lays the files of a backup out in a folder, each compared with the manifest.

    Raises `InvalidInput` for what is no backup, `Damaged` where a file is missing, changed or
    too many.
    """
    problem = InvalidInput(
        [Problem(str(backup), "not a backup", "Name a file or folder that `tollbook backup` wrote")]
    )
    try:
        if backup.is_dir():
            shutil.copytree(backup, to, dirs_exist_ok=True)
        elif backup.exists():
            _extract(backup, to)
        else:
            raise problem
        text = (to / _NAME).read_bytes()
        contents = Contents.model_validate_json(text)
    except (OSError, tarfile.TarError, ValidationError, pa.ArrowException) as error:
        raise problem from error
    (to / _NAME).unlink()
    _compare(backup, to, contents)
    return contents


def _extract(backup: Path, to: Path) -> None:
    with (
        pa.CompressedInputStream(str(backup), "zstd") as packed,
        tarfile.open(fileobj=cast("IO[bytes]", packed), mode="r|") as archive,
    ):
        for member in archive:
            data = archive.extractfile(member)
            if data is None or not _stays_inside(member.name):
                raise Damaged(f"{backup}: {member.name!r} is no file of a home")
            path = to / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            with data, path.open("wb") as out:
                shutil.copyfileobj(data, out)


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name


def _compare(backup: Path, folder: Path, contents: Contents) -> None:
    expected = {file.path: file for file in contents.files}
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    faults = [f"{name} is missing" for name in sorted(expected.keys() - found)]
    faults += [f"{name} does not belong there" for name in sorted(found - expected.keys())]
    for name in sorted(found & expected.keys()):
        path = folder / name
        if path.stat().st_size != expected[name].size or hash_of(path) != expected[name].sha256:
            faults.append(f"{name} has changed")
    if faults:
        raise Damaged(f"{backup} is not as it was written: {'; '.join(faults)}")
