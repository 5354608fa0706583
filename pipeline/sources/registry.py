"""Finds the driver of a kind of source, ours or another package's."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ValidationError, ValidationInfo
from pydantic_core import InitErrorDetails, PydanticCustomError

from pipeline.sources.settings import SourceSettings
from pipeline.sources.source import Source

GROUP = "tollbook.sources"
"""Entry points of this group add kinds: the name is the kind, the object its `SourceSettings`."""

# Not in pyproject.toml, whose entry points exist only once a package is installed.
_OURS = {
    "csv": "pipeline.sources.tables.settings:CsvSettings",
    "lync": "pipeline.sources.lync.settings:LyncSettings",
    "sql": "pipeline.sources.tables.settings:SqlSettings",
}


def kinds() -> Mapping[str, EntryPoint]:
    """Every kind there is, by name. Another package cannot replace one of ours."""
    ours = (EntryPoint(kind, place, GROUP) for kind, place in _OURS.items())
    return {one.name: one for one in (*entry_points(group=GROUP), *ours)}


def _by_kind(table: Any, info: ValidationInfo) -> Any:
    if not isinstance(table, Mapping):
        return table
    if "kind" not in table:
        raise _fault("missing", None)
    kind, known = table["kind"], kinds()
    if kind not in known:
        raise _fault(_told(f"there is no such kind, only {', '.join(sorted(known))}"), kind)
    place = known[kind].value
    try:
        driver = known[kind].load()
    except Exception as error:
        # What another package does when it is imported is anybody's guess.
        raise _fault(_told(f"its driver {place} cannot be loaded ({error})"), kind) from error
    if not (isinstance(driver, type) and issubclass(driver, SourceSettings)):
        raise _fault(_told(f"its driver {place} is no subclass of SourceSettings"), kind)
    return driver.model_validate(table, context=info.context)


def _told(text: str) -> PydanticCustomError:
    return PydanticCustomError("kind", "{text}", {"text": text})


def _fault(fault: Literal["missing"] | PydanticCustomError, value: object) -> ValidationError:
    detail = InitErrorDetails(type=fault, loc=("kind",), input=value)
    return ValidationError.from_exception_data("source", [detail])


AnySource = Annotated[SourceSettings, BeforeValidator(_by_kind)]
"""The settings of a source of any kind, by the driver's own class."""


def open_source(settings: SourceSettings, home: Path) -> Source:
    """The source that `settings` describe; relative paths in them start at the home."""
    return settings.open(home)
