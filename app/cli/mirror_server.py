"""The mirror of a home's settings; what needs ODBC is loaded only where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.cli.settings import MirrorSettings, Settings
from warehouse.errors import InvalidInput, Problem, TollbookError, Unavailable
from warehouse.home import Home

if TYPE_CHECKING:
    from warehouse.mirror.server import Server


def mirror_settings(place: Home, settings: Settings) -> MirrorSettings:
    """The `[mirror]` table; raises `InvalidInput` where there is none."""
    if settings.mirror is None:
        raise InvalidInput(
            [
                Problem(
                    place.settings.name,
                    "there is no [mirror] table",
                    "Add one with a `connection`, as docs/mirror.md shows",
                )
            ]
        )
    return settings.mirror


@contextmanager
def mirror_server(settings: MirrorSettings) -> Iterator[Server]:
    """The server that the settings name; it connects when it is first asked."""
    try:
        # Only a mirror needs ODBC: without its driver manager, everything else works.
        from warehouse.mirror.server import Server  # noqa: PLC0415
    except (ImportError, OSError) as error:
        raise Unavailable(
            f"The ODBC driver manager cannot be loaded ({error}). "
            "Install it (Debian: apt-get install unixodbc), and the driver of your server."
        ) from error
    server = Server(
        settings.connection.get_secret_value(), settings.schema_name, settings.silence_seconds
    )
    try:
        yield server
    finally:
        server.close()


def mirror_fault(settings: MirrorSettings) -> str | None:
    """Why the server of the mirror cannot be had, or None."""
    try:
        with mirror_server(settings) as server:
            _ = server.dialect
    except TollbookError as error:
        return str(error)
    return None
