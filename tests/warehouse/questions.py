"""Every question that can be asked of the warehouse, found by looking at its functions."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import polars as pl

import warehouse.queries
from warehouse.queries import calls
from warehouse.queries.calls import Count
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot
from warehouse.state.state import State

GIVES_NO_ROWS = {
    "warehouse.queries.weeks.weeks": "the weeks to read one after the other",
}
"""Functions of a snapshot that need no scope, and why."""


@dataclass(frozen=True)
class Question:
    function: Callable[..., Any]
    options: tuple[tuple[str, Any], ...] = ()

    @property
    def name(self) -> str:
        module = self.function.__module__.removeprefix("warehouse.queries.")
        chosen = ",".join(f"{name}={value}" for name, value in self.options)
        return f"{module}.{self.function.__name__}({chosen})"


def functions() -> list[Callable[..., Any]]:
    """Every public function of the queries that is given a snapshot."""
    return [
        function
        for found in pkgutil.walk_packages(warehouse.queries.__path__, "warehouse.queries.")
        for name, function in vars(importlib.import_module(found.name)).items()
        if inspect.isfunction(function)
        and not name.startswith("_")
        and function.__module__ == found.name
        and "snapshot" in inspect.signature(function).parameters
        and f"{found.name}.{name}" not in GIVES_NO_ROWS
    ]


def questions() -> list[Question]:
    """Each function with every value of each option that has a choice of words, keys together."""
    return [question for function in functions() for question in _of(function)]


def _of(function: Callable[..., Any]) -> Iterator[Question]:
    yield Question(function)
    for name, kind in get_type_hints(function).items():
        if name in inspect.signature(function).parameters:
            for value in _values(kind):
                yield Question(function, ((name, value),))


def _values(kind: Any) -> list[Any]:
    origin = get_origin(kind)
    if kind is bool:
        return [True, False]
    if origin is Literal:
        return list(get_args(kind))
    if origin in (UnionType, Union):
        return [value for part in get_args(kind) for value in _values(part)]
    if origin is Sequence:
        words = _values(get_args(kind)[0])
        return [tuple(words)] if words else []
    return []


def answer(
    question: Question,
    snapshot: Snapshot,
    scope: Scope,
    filters: Filters,
    folder: Path,
    keys: Sequence[str],
    people: pl.DataFrame,
    state: State | None = None,
) -> list[pl.DataFrame]:
    """Every frame that the question brings; `keys` are legs and calls to look for singly."""
    days = [filters.first + timedelta(days=n) for n in range(_days_of(filters))]
    given: dict[str, Any] = {
        "snapshot": snapshot,
        "scope": scope,
        "filters": filters,
        "first": filters.first,
        "last": filters.last,
        "on": filters.last,
        "limit": 10_000,
        "path": folder / "out.csv",
        "source": "rome",
        "since": datetime(2024, 1, 1),
        "until": datetime(2025, 1, 1),
        "dialogs": list(keys),
        "leg_ids": list(keys),
        "what": "calls",
        "people": people,
        "state": state,
        "channels": {"gw-1": 2},
        "subject": "user",
        "user": "Department1/Site0/0@aurora.example",
    } | dict(question.options)
    if question.function is calls.by_keys:
        given["keys"] = [("rome", key, day) for key in keys for day in days]
    parameters = inspect.signature(question.function).parameters
    asked = {name: given[name] for name in parameters if name in given}
    lacking = [
        name
        for name, parameter in parameters.items()
        if parameter.default is inspect.Parameter.empty and name not in {*asked, "call_id", "day"}
    ]
    assert not lacking, f"{question.name}: say in this file what to ask with for {lacking}"
    if question.function is calls.of_day:
        return [pl.concat(question.function(**asked, day=day) for day in days)]
    if "call_id" in parameters:
        return [frame for key in keys for frame in _frames(question.function(**asked, call_id=key))]
    result = question.function(**asked)
    if "path" in parameters:
        return [pl.read_csv(given["path"], infer_schema=False)]
    return _frames(result)


def _days_of(filters: Filters) -> int:
    return (filters.last - filters.first).days + 1


def _frames(result: Any) -> list[pl.DataFrame]:
    if isinstance(result, Count):
        return [result.totals, pl.DataFrame({"rows": [result.rows]})]
    frames = list(result) if isinstance(result, tuple) else [result]
    assert all(isinstance(frame, pl.DataFrame) for frame in frames)
    return frames


def rows(frames: Sequence[pl.DataFrame]) -> list[list[str]]:
    """The rows of frames, in no order."""
    return [sorted(map(repr, frame.rows())) for frame in frames]


def cells(frames: Sequence[pl.DataFrame]) -> set[Any]:
    values = [value for frame in frames for row in frame.rows() for value in row]
    return {cell for value in values for cell in (value if isinstance(value, list) else [value])}
