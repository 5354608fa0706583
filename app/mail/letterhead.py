"""What stands at the head of every mail, and where its links lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

LOGO_NAME: Final = "logo.png"
"""By which the HTML of a mail asks for it."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Of one company."""

    company: str
    pages: str = ""
    """The address of its pages, as readers reach them; empty where no mail is to lead there."""
    logo: bytes = b""
    """PNG; empty where there is none."""

    def link(self, page: str, query: dict[str, Any]) -> str:
        """The address of a page that shows what a mail is about; empty where none is known."""
        if not self.pages:
            return ""
        return f"{self.pages.rstrip('/')}/{page}?{urlencode(query, doseq=True)}"

    @property
    def logo_source(self) -> str:
        """What the HTML of a mail names its logo by."""
        return f"cid:{LOGO_NAME}" if self.logo else ""

    @property
    def pictures(self) -> tuple[tuple[str, bytes], ...]:
        """What goes with every mail."""
        return ((LOGO_NAME, self.logo),) if self.logo else ()
