"""Every English text that people may read, collected from the code.

`python -m tests.app.texts` puts what is new into the catalogues of the other languages, to be
translated there, and takes out what is gone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

import warehouse.words
from app.reports.catalogue.columns import KEYS

_NAME = re.compile(r"[a-z]+(_[a-z]+)+")
"""A name of the program and no text."""

APP = Path(__file__).parents[2] / "app"
TABLES = {
    "Entry": (1, 3),
    "Facet": (2, 3),
    "Sorting": (0,),
    "Column": (1,),
    "Report": (1, 3),
    "Option": (1,),
    "Fact": (0,),
    "Table": (0,),
    "Chart": (0,),
}
"""Constants that hold texts, and at which places."""
LISTS = frozenset(
    {
        *("_WEEKDAYS", "_COMPARISONS", "_LABELS", "_LIMITS", "_ROUNDINGS", "_WIDTHS"),
        *(
            "PARTS",
            "_ONE",
            "_WORDS",
            "_NAMES",
            "_OUTCOMES",
            "_SPANS",
            "_GROUPS",
            "_KINDS",
            "_WANTED",
        ),
    }
)
"""Names of constants all strings of which are texts."""


def texts() -> set[str]:
    """The texts of pages, reports and mails, and the stored words that are shown."""
    found = {text for path in APP.rglob("*.py") if "cli" not in path.parts for text in _of(path)}
    return {text for text in found | set(_words()) if text and not _NAME.fullmatch(text)}


def update(path: Path) -> None:
    """Brings the catalogue of a language up to what the code says."""
    with path.open("rb") as file:
        old = read_po(file, locale=path.stem)
    new = Catalog(
        locale=path.stem, project="Tollbook", header_comment="# Texts of the pages and reports.",
        creation_date=old.creation_date, revision_date=old.revision_date,
    )  # fmt: skip
    for text in sorted(texts() | set(MADE)):
        message = old.get(text)
        new.add(text, message.string if message else "")
    with path.open("wb") as file:
        write_po(file, new, width=100, sort_output=True)


def _of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield from _said(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if node.value and any(getattr(one, "id", "") in LISTS for one in targets):
                yield from _strings(node.value)


def _said(call: ast.Call) -> Iterator[str]:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name == "say":
        yield from (text for one in call.args[:1] for text in _literal(one))
    elif name == "counted":
        yield from (f"{noun}{end}" for noun in _literal(call.args[1]) for end in ("", "s"))
    elif name == "_shown" and isinstance(call.args[0], ast.Dict):
        yield from (text for key in call.args[0].keys if key for text in _literal(key))
    else:
        places = [call.args[at] for at in TABLES.get(name, ()) if at < len(call.args)]
        yield from (text for one in places for text in _literal(one))


def _literal(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may be: one, or either of two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literal(node.body)
        yield from _literal(node.orelse)


def _strings(node: ast.expr) -> Iterator[str]:
    values = [*node.keys, *node.values] if isinstance(node, ast.Dict) else [node]
    for value in filter(None, values):
        yield from (
            one.value
            for one in ast.walk(value)
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
        )


def _words() -> Iterator[str]:
    for kind in vars(warehouse.words).values():
        if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum:
            yield from (word.value.replace("_", " ").capitalize() for word in kind)


MADE = tuple(f"By {key.title.lower()}" for key in KEYS.values())
"""Texts that are put together; the tests of reports meet them all."""

if __name__ == "__main__":
    for catalogue in (APP / "locale").glob("*.po"):
        update(catalogue)
