"""A small table of calls: its settings, and its rows as lines of a file."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.sources.source import Batch
from pipeline.sources.tables.csv_source import CsvSource
from pipeline.sources.tables.settings import CsvSettings

NOW = datetime.fromisoformat("2025-03-10 12:00:00")
COLUMNS = ("begun", "length", "talk", "result", "caller", "called")
HEADER = ",".join(COLUMNS) + "\n"
MAPPING: dict[str, Any] = {
    "time_zone": "Europe/Rome",
    "columns": {
        "started_at": "begun",
        "duration_s": "length",
        "talk_s": "talk",
        "outcome": "result",
        "from_number": "caller",
        "to_number": "called",
    },
    "words": {"outcome": {"OK": "answered", "NO": "no_answer"}},
}


def settings(**told: Any) -> CsvSettings:
    base = {"name": "office", "kind": "csv", "site": "Rome", "files": "calls*.csv"}
    return CsvSettings.model_validate(base | MAPPING | told)


def line(called: int, begun: str = "2025-03-03 09:00:00") -> str:
    """A row, answered after 5 s, of a minute's talk."""
    return f"{begun},65,60,OK,201,{called}\n"


class Folder:
    """A folder that a source watches; files keep the age that a test gives them."""

    def __init__(self, path: Path, **told: Any) -> None:
        self.path = path
        self.settings = settings(**told)
        self.cursor: str | None = None
        self._minute = 0

    def write(self, name: str, text: str | bytes, *, append: bool = False) -> Path:
        """Each time a minute later than the time before; all long before `NOW`."""
        path = self.path / name
        data = text.encode() if isinstance(text, str) else text
        with path.open("ab" if append else "wb") as file:
            file.write(data)
        self.touch(path)
        return path

    def touch(self, path: Path, at: datetime | None = None) -> None:
        self._minute += 1
        seconds = 1741000000 + 60 * self._minute
        if at is not None:
            seconds = int((at - datetime.fromisoformat("1970-01-01")).total_seconds())
        os.utime(path, (seconds, seconds))

    def source(self, page_bytes: int = 8 << 20) -> CsvSource:
        return CsvSource(self.settings, self.path, page_bytes)

    def poll(self, now: datetime = NOW) -> Batch:
        """One poll that goes on where the one before ended, by a process of its own."""
        batch = self.source().poll(self.cursor, now)
        self.cursor = batch.cursor
        return batch

    def called(self, now: datetime = NOW) -> list[str]:
        """The numbers called in the legs of the next poll."""
        return self.poll(now).legs["to_number"].to_list()
