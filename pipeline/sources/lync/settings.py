"""`kind = "lync"`: Lync Server and Skype for Business Server."""

from __future__ import annotations

from pathlib import Path

from pipeline.sources.settings import DatabaseSettings
from pipeline.sources.source import Source


class LyncSettings(DatabaseSettings):
    """One call detail database."""

    def open(self, home: Path) -> Source:
        """The source."""
        # Whoever only reads settings needs neither SQL nor ODBC.
        from pipeline.sources.lync.driver import LyncSource  # noqa: PLC0415

        return LyncSource(self.connection_from(home), self.pace())
