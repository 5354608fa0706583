"""The alarms of a home, for commands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.alarms.desk import Desk
from app.alarms.rule import Rule
from app.cli.settings import load_settings
from warehouse.errors import InvalidInput, Problem
from warehouse.home import Home
from warehouse.state.state import State


@contextmanager
def desk_of(place: Home) -> Iterator[Desk]:
    """Opens the alarms of a home."""
    settings = load_settings(place.settings)
    state = State.open(place.state)
    try:
        yield Desk(state, {webhook.name for webhook in settings.webhooks})
    finally:
        state.close()


def named(desk: Desk, name: str) -> tuple[int, Rule]:
    """The alarm of a name, with its number; raises `InvalidInput` where there is none."""
    for number, rule in desk.rules().items():
        if rule.name == name:
            return number, rule
    raise InvalidInput(
        [Problem("NAME", "no such alarm", "`tollbook alarms list` shows them", name)]
    )
