"""The spool: call files on their way from a recorder to the miner."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import Problem
from warehouse.files import replacing, sync_folder, write_text

_SERIAL = re.compile(r"[^_]*_(\d+)\.v\d+(?:\.\d+)?\.csv")


@dataclass(frozen=True, slots=True)
class Spool:
    """`incoming` → `done` or `rejected`; a file lies in one of them, whole."""

    folder: Path

    @property
    def incoming(self) -> Path:
        return self.folder / "incoming"

    @property
    def done(self) -> Path:
        return self.folder / "done"

    @property
    def rejected(self) -> Path:
        return self.folder / "rejected"

    def make(self) -> None:
        """Makes the folders that are missing."""
        for folder in (self.incoming, self.done, self.rejected):
            folder.mkdir(parents=True, exist_ok=True)

    def pending(self) -> list[Path]:
        """Call files that wait, oldest name first; files still being written are not among them."""
        return sorted(
            path
            for path in self.incoming.glob("*.csv")
            if not path.name.startswith(".") and path.is_file()
        )

    def knows(self, name: str) -> bool:
        """Whether a call file of this name waits or has been worked off."""
        # Files move from incoming to the others, so looking in that order misses none.
        return any((folder / name).exists() for folder in (self.incoming, self.done, self.rejected))

    def serials_of(self, source: str) -> list[int]:
        """The serial numbers of all call files of a source that wait or have been worked off."""
        found = (
            _SERIAL.fullmatch(path.name.removeprefix(f"{source}_"))
            for folder in (self.incoming, self.done, self.rejected)
            for path in folder.glob(f"{source}_*.csv")
        )
        return [int(match.group(1)) for match in found if match is not None]

    def finish(self, paths: Iterable[Path]) -> None:
        """Files call files that are stored for good."""
        for path in paths:
            self._move(path, self.done)
        sync_folder(self.done)

    def refuse(self, path: Path, problems: tuple[Problem, ...]) -> None:
        """Puts a whole call file aside, with a text beside it that says why."""
        write_text(
            self.rejected / f"{path.name}.reasons.txt", "".join(f"{one}\n" for one in problems)
        )
        self._move(path, self.rejected)
        sync_folder(self.rejected)

    def keep_rejected_rows(self, name: str, rows: bytes) -> None:
        """Keeps the bad rows of a call file under the file's own name."""
        with replacing(self.rejected / name) as temporary:
            temporary.write_bytes(rows)

    def _move(self, path: Path, folder: Path) -> None:
        target = folder / path.name
        number = 1
        while target.exists() and target.read_bytes() != path.read_bytes():
            number += 1
            target = folder / f"{path.stem}.{number}{path.suffix}"
        path.replace(target)
