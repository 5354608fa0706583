"""What a reader of another language hears, and what their language has no text for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from gettext import NullTranslations
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app import language
from tests.app.texts import APP

ITALIAN = APP / "locale" / "it.po"


def translations(path: Path) -> dict[str, str]:
    """The texts of a catalogue; what is fuzzy has none."""
    with path.open("rb") as file:
        return {
            one.id: "" if one.fuzzy else one.string
            for one in read_po(file, locale=path.stem)
            if one.id
        }


class Listening(NullTranslations):
    """Says what the catalogue says, and notes what it is asked for in vain."""

    def __init__(self, known: dict[str, str]) -> None:
        super().__init__()
        self.known = known
        self.missed: set[str] = set()

    def gettext(self, message: str) -> str:
        if not self.known.get(message):
            self.missed.add(message)
        return self.known.get(message) or message


@contextmanager
def italian_reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listening]:
    """Makes every page that is opened and every report that is written one for an Italian."""
    found = Listening(translations(ITALIAN))
    monkeypatch.setattr("streamlit.runtime.context.ContextProxy.locale", "it-IT")
    monkeypatch.setattr(language, "_phrases", lambda _: found)
    language.style_of.cache_clear()
    yield found
    language.style_of.cache_clear()
