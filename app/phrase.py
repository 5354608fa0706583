"""Texts that are put together from values, and can still be said in any language."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from app.format import ENGLISH, Style, day, number


class Phrase(str):
    """An English text that remembers how it was put together.

    `text` names its values in braces; they are texts, phrases, numbers or dates, each written as
    the reader has it. One that is empty at the end leaves nothing behind.
    """

    text: str
    values: dict[str, Any]

    def __new__(cls, text: str, /, **values: Any) -> Self:
        found = super().__new__(cls, _filled(text, values, ENGLISH))
        found.text, found.values = text, values
        return found

    def said(self, style: Style) -> str:
        """The text in the reader's language."""
        return _filled(style.say(self.text), self.values, style)


class Name(Phrase):
    """A name that stands where a text might, and is the same in every language."""

    def said(self, style: Style) -> str:  # noqa: ARG002  (as of every phrase)
        return str(self)


def said(text: str, style: Style) -> str:
    """A text or phrase in the reader's language."""
    return text.said(style) if isinstance(text, Phrase) else style.say(text)


def _filled(text: str, values: dict[str, Any], style: Style) -> str:
    if not values:
        return text
    return text.format(**{name: _written(one, style) for name, one in values.items()}).rstrip()


def _written(value: Any, style: Style) -> str:
    if isinstance(value, Phrase):
        return value.said(style)
    if isinstance(value, int):
        return number(value, style)
    return day(value, style) if isinstance(value, date) else str(value)
