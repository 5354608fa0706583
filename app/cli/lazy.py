"""A group of commands that are imported when they are asked for.

One command needs a fraction of what all of them import, and somebody waits for it at a terminal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command


class Commands(Mapping[str, TyperCommand | TyperGroup]):
    """Commands by name; each is imported when it is taken.

    `places` says where each is, as `module:attribute` of a function or of a `typer.Typer` below
    `package`; those in `hidden` are not listed in the help.
    """

    def __init__(self, package: str, places: Mapping[str, str], hidden: frozenset[str]) -> None:
        self._package = package
        self._places = places
        self._hidden = hidden

    def __getitem__(self, name: str) -> TyperCommand | TyperGroup:
        module, attribute = self._places[name].split(":")
        found = getattr(import_module(f"{self._package}.{module}"), attribute)
        shell = typer.Typer(add_completion=False)
        if isinstance(found, typer.Typer):
            shell.add_typer(found, name=name)
            return cast("TyperGroup", cast("TyperGroup", get_command(shell)).commands[name])
        shell.command(name, hidden=name in self._hidden)(found)
        return cast("TyperCommand", get_command(shell))

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def group_of(commands: Commands) -> type[TyperGroup]:
    """The class of a group that takes its commands from `commands`."""

    class Group(TyperGroup):
        def __init__(self, **facts: Any) -> None:
            super().__init__(**facts | {"commands": commands})

        def list_commands(self, ctx: object) -> list[str]:  # noqa: ARG002
            return list(commands)

    return Group
