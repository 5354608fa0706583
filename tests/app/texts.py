"""Every English text that people may read, collected from the code.

`python -m tests.app.texts` puts what is new into the catalogues of the other languages, takes out
what is gone, and lists what is still to be translated.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

import warehouse.words
from app.access.audit import Action
from app.access.roles import Role
from app.alarms.watched import Per, Window
from app.frame.facets import NONE_LABEL
from app.frame.pages import MENU
from app.periods import Preset
from app.reports.catalogue import REPORTS
from app.reports.catalogue.columns import KEYS
from app.reports.layout import NOTHING_FOUND
from app.reports.report import OUTSIDE_HOURS, SINGLE, Group
from app.schedules.cadence import Every
from app.state.outbox import Stage
from pipeline.directory.words import Kind
from pipeline.money.fixed_charges import What
from warehouse.scope import LISTS as NARROWED

_NAME = re.compile(r"[a-z]+(_[a-z]+)+")
"""A name of the program and no text."""

KEYED = frozenset({"rankings", "_WIDTHS"})
"""Names of tables the keys of which are texts."""
HEADER = """# Texts of the pages, reports and mails.
msgid ""
msgstr ""
"Project-Id-Version: Tollbook\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""

APP = Path(__file__).parents[2] / "app"
TABLES = {
    "Phrase": (0,),
    "Entry": (1, 3),
    "Facet": (2, 3),
    "Sorting": (0,),
    "Column": (1,),
    "Report": (1, 3),
    "Option": (1,),
    "Fact": (0,),
    "Reason": (0, 1),
    "Breakdown": (2, 3),
    "Axis": (2,),
    "Measure": (1,),
    "Table": (0, 3),
    "Chart": (0,),
    "call_table": (1,),
    "_by_period": (1, 2, 3),
    "_costs_by": (1, 2),
    "_numbers": (1,),
    "_top": (1,),
    "sheet": (2, 3),
}
"""Constants that hold texts, and at which places."""
LISTS = frozenset(
    {
        "_WEEKDAYS",
        "_COMPARISONS",
        "_LABELS",
        "_LIMITS",
        "_ROUNDINGS",
        "MEANINGS",
        "ON_TARGET",
        "SHAPES",
        "SHOWN",
        "_GRAINS",
        "_PARTS",
        *(
            "alarm_fields._COMPARED",
            "words._COMPARED",
            "_AGAINST",
            "_WHEN",
            "_ALL_OR_ANY",
            "_AUDIENCES",
            "_WHO_GETS",
            "_MISSED",
        ),
        *("FORMATS", "WHOSE", "EACH", "READERS", "_FINISHED", "WEEKDAYS", "TROUBLES", "UNITS"),
        *("alarm_form.KINDS", "alarm_form.LABELS", "budget_form.KINDS", "budget_form.LABELS"),
        *("budget_form.PERIODS", "words.MEASURES"),
        *(
            "PARTS",
            "_FACTS",
            "_ONE",
            "_WORDS",
            "_NAMES",
            "_OUTCOMES",
            "_SPANS",
            "_GROUPS",
            "_KINDS",
            "_WANTED",
            "_VERDICTS",
            "_FATES",
            "_ROUNDED",
        ),
    }
)
"""Names of constants all values of which are texts; some by their module too."""


def texts() -> set[str]:
    """The texts of pages, reports and mails, and the stored words that are shown."""
    found = {text for path in APP.rglob("*.py") if "cli" not in path.parts for text in _of(path)}
    return {text for text in found | set(_words()) if text and not _NAME.fullmatch(text)}


def all_texts() -> set[str]:
    """What a catalogue has to have."""
    return texts() | set(MADE)


def update(path: Path) -> list[str]:
    """Brings the catalogue of a language up to what the code says; gives what it does not have."""
    with path.open("rb") as file:
        old = read_po(file, locale=path.stem)
    new = Catalog(locale=path.stem)
    for text in all_texts():
        message = old.get(text)
        new.add(text, message.string if message else "")
    with path.open("wb") as file:
        file.write(HEADER.format(language=path.stem).encode())
        write_po(file, new, width=100, sort_output=True, omit_header=True)
    return sorted(message.id for message in new if message.id and not message.string)


def _of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield from _said(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {getattr(one, "id", "") for one in targets}
            names |= {f"{path.stem}.{name}" for name in names}
            if node.value and names & LISTS:
                yield from _strings(node.value)
            if isinstance(node.value, ast.Dict) and names & KEYED:
                yield from (text for key in node.value.keys if key for text in _literal(key))


def _said(call: ast.Call) -> Iterator[str]:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name == "say":
        yield from (text for one in call.args[:1] for text in _literal(one))
    elif name in ("counted", "_ago"):
        yield from (f"{noun}{end}" for noun in _literal(call.args[1]) for end in ("", "s"))
    elif name == "changed":
        yield from _literal(call.args[0])
    elif name in ("_shown", "actions"):
        for one in call.args:
            if isinstance(one, ast.Dict):
                yield from (text for key in one.keys if key for text in _literal(key))
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
    for value in node.values if isinstance(node, ast.Dict) else [node]:
        yield from (
            one.value
            for one in ast.walk(value)
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
        )


def _words() -> Iterator[str]:
    for kind in (
        *vars(warehouse.words).values(),
        Kind,
        What,
        Window,
        Per,
        Every,
        Stage,
        Role,
        Action,
    ):
        if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum:
            yield from (word.value.replace("_", " ").capitalize() for word in kind)


def _limits() -> Iterator[str]:
    """What a report says that it was limited to."""
    options = (option.name for report in REPORTS.values() for option in report.options)
    for name in (*NARROWED, *SINGLE, OUTSIDE_HOURS, *options):
        yield name.replace("_", " ").capitalize()


MADE = (
    *(f"By {key.title.lower()}" for key in KEYS.values()),
    *_limits(),
    *(preset.label for preset in Preset),
    *Group,
    *MENU,
    "Alarm",
    "Money",
    NONE_LABEL,
    NOTHING_FOUND,
)
"""Texts that no literal says; the tests meet them all."""

if __name__ == "__main__":
    for catalogue in sorted((APP / "locale").glob("*.po")):
        missing = update(catalogue)
        sys.stdout.write(f"{catalogue.name}: {len(missing)} to be translated\n")
        sys.stdout.writelines(f"  {text}\n" for text in missing)
