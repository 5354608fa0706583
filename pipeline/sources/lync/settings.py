"""`kind = "lync"`: Lync Server and Skype for Business Server."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Self

from pydantic import PrivateAttr

from pipeline.sources.settings import DatabaseSettings, SourceSettings
from pipeline.sources.source import Source


class LyncSettings(DatabaseSettings):
    """One call detail database."""

    _may_share: bool = PrivateAttr(default=False)
    """Whether there is another, which may have recorded some of the same sessions."""

    def beside(self, others: Iterable[SourceSettings]) -> Self:
        """The same, that tells sessions which other databases recorded too."""
        found = self.model_copy()
        # A copy of our own, that nobody else has yet.
        found._may_share = any(isinstance(one, LyncSettings) for one in others)  # noqa: SLF001
        return found

    def open(self, home: Path) -> Source:
        """The source."""
        # Whoever only reads settings needs neither SQL nor ODBC.
        from pipeline.sources.lync.driver import LyncSource  # noqa: PLC0415

        return LyncSource(self.connection_from(home), self.pace(), dialogs=self._may_share)
