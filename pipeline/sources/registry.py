"""Makes the driver that a source's settings ask for."""

from __future__ import annotations

from pathlib import Path

from pipeline.sources.lync.connect import FILE
from pipeline.sources.lync.driver import LyncSource
from pipeline.sources.settings import SourceSettings
from pipeline.sources.source import Source


def open_source(settings: SourceSettings, home: Path) -> Source:
    """The driver for `settings`; relative `file:` paths start at the home."""
    connection = settings.connection_text()
    if connection.startswith(FILE):
        connection = f"{FILE}{home / connection.removeprefix(FILE)}"
    return LyncSource(connection)
