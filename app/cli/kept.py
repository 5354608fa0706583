"""What people keep under a name, be it schedules or alarms: found, paused, resumed and removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Generic, Protocol, TypeVar

import typer

from app.cli.common import HomeOption, NowOption, clock_of, home_of, say
from warehouse.errors import InvalidInput, Problem
from warehouse.home import Home


class Shelf(Protocol):
    """Where they are kept, by number."""

    def remove(self, number: int) -> None: ...

    def pause(self, number: int, at: datetime, *, paused: bool) -> None: ...


class Named(Protocol):
    """Something of a name."""

    @property
    def name(self) -> str: ...


NameArgument = Annotated[str, typer.Argument(help="Its name.")]

Place = TypeVar("Place", bound=Shelf)
Thing = TypeVar("Thing", bound=Named)


@dataclass(frozen=True, slots=True)
class Kept(Generic[Place, Thing]):
    """One kind of them."""

    word: str
    """For one."""
    command: str
    """By which they are listed."""
    opened: Callable[[Home], AbstractContextManager[Place]]
    known: Callable[[Place], Mapping[int, Thing]]

    def named(self, place: Place, name: str) -> tuple[int, Thing]:
        """The one of a name, with its number; raises `InvalidInput` where there is none."""
        for number, found in self.known(place).items():
            if found.name == name:
                return number, found
        mend = f"`tollbook {self.command} list` shows them"
        raise InvalidInput([Problem("NAME", f"no such {self.word}", mend, value=name)])

    def add_commands(self, commands: typer.Typer, *, remove: str, pause: str, resume: str) -> None:
        """Adds `remove`, `pause` and `resume`, each with what its help says."""

        @commands.command("remove", help=remove)
        def remove_command(name: NameArgument, home: HomeOption = None) -> None:
            with self.opened(home_of(home)) as place:
                place.remove(self.named(place, name)[0])
            say(f"{name} is removed")

        @commands.command("pause", help=pause)
        def pause_command(
            name: NameArgument, home: HomeOption = None, now: NowOption = None
        ) -> None:
            self._pause(name, home_of(home), clock_of(now)(), paused=True)
            say(f"{name} is paused")

        @commands.command("resume", help=resume)
        def resume_command(
            name: NameArgument, home: HomeOption = None, now: NowOption = None
        ) -> None:
            self._pause(name, home_of(home), clock_of(now)(), paused=False)
            say(f"{name} goes on")

    def _pause(self, name: str, home: Home, at: datetime, *, paused: bool) -> None:
        with self.opened(home) as place:
            place.pause(self.named(place, name)[0], at, paused=paused)
