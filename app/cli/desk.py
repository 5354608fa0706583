"""The alarms of a home, for commands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from app.alarms.desk import Desk
from app.cli.kept import Kept
from app.cli.settings import load_settings
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


KEPT: Final = Kept("alarm", "alarms", desk_of, Desk.rules)
