"""The texts of people's languages. English stands in the code; each other language is one file."""

from __future__ import annotations

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from app.format import ENGLISH, Style

_FOLDER: Final = Path(__file__).parent / "locale"


@cache
def languages() -> tuple[str, ...]:
    """The languages that the program speaks, by their codes; English is the first."""
    return (ENGLISH.language, *sorted(path.stem for path in _FOLDER.glob("*.po")))


@cache
def style_of(locale: str | None) -> Style:
    """How a reader with a browser's locale, such as `it-IT`, reads texts, numbers and money.

    Numbers are written as the locale has it; texts and dates are in English where its language is
    not spoken here.
    """
    try:
        found = Locale.parse(locale or "", sep="-")
    except (ValueError, UnknownLocaleError):
        return ENGLISH
    symbols = found.number_symbols.get("latn", {})
    language = found.language if found.language in languages() else ENGLISH.language
    return Style(
        symbols.get("group", ENGLISH.group),
        symbols.get("decimal", ENGLISH.point),
        symbol_after=not found.currency_formats["standard"].pattern.startswith("¤"),
        language=language,
        phrases=_phrases(language),
    )


@cache
def _phrases(language: str) -> NullTranslations:
    if language == ENGLISH.language:
        return ENGLISH.phrases
    with (_FOLDER / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
