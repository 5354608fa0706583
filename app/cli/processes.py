"""All processes of a machine, supervised; and the pages alone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated

import typer

from app.access.rules import Way
from app.cli.common import (
    HomeOption,
    Stop,
    end_with_supervisor,
    home_of,
    say,
    sole_process,
)
from app.cli.logs import start_logs
from app.cli.settings import Settings, load_settings
from app.cli.supervisor import Child, Supervisor
from app.cli.web import HIGHEST_PORT, answers, free_port, serve, url_of
from pipeline.miner.books import Shelf
from warehouse.home import Home

_NO_SIGN_IN = (
    "No sign-in is set up: the pages are for this machine alone, and everybody on it is "
    "administrator (docs/access.md)"
)

PortOption = Annotated[
    int | None, typer.Option("--port", min=1, max=HIGHEST_PORT, help="Port of the pages.")
]


def app(home: HomeOption = None, port: PortOption = None) -> None:
    """Serve the pages."""
    place = home_of(home)
    settings = load_settings(place.settings)
    start_logs(place, "app")
    end_with_supervisor()
    if settings.app.rules.way is Way.OPEN:
        say(_NO_SIGN_IN)
    mail = settings.mail
    ways: dict[str, object] = {
        "sender": mail.sender if mail else None,
        "pages": mail.pages if mail else "",
        "logo": str(mail.logo) if mail and mail.logo else None,
        "webhooks": [webhook.name for webhook in settings.webhooks],
    }
    serve(place, settings.app, port or settings.app.port, settings.company, ways)


def run(home: HomeOption = None, port: PortOption = None) -> None:
    """Run everything on this machine: recorder, miner, mirror and pages."""
    place = home_of(home)
    settings = load_settings(place.settings)
    with sole_run(place):
        supervise(place, settings, port)


def sole_run(place: Home) -> AbstractContextManager[None]:
    """Holds the home for one `run` or `demo`; raises `Unavailable` while another one has it."""
    return sole_process(
        place.status / "run.lock",
        f"Tollbook runs on {place.path} already: end that one first (see `tollbook status`)",
    )


def supervise(place: Home, settings: Settings, port: int | None) -> None:
    """Checks what would stop the processes at once, then supervises them until told to end.

    To be called while holding the home, see `sole_run`.
    """
    Shelf(place, settings.tariff, settings.beside)
    start_logs(place, "run")
    address = settings.app.address
    chosen = free_port(address, port or settings.app.port, search=port is None)
    children = [Child("mine", ("mine",)), Child("app", ("app", "--port", str(chosen)))]
    if settings.sources:
        children.append(Child("record", ("record",)))
    if settings.mail is not None or settings.webhooks:
        children.append(Child("schedule", ("schedule",)))
    if settings.mirror is not None:
        children.append(Child("mirror", ("mirror",)))
    if settings.simulator is not None:
        children.append(Child("simulate", ("simulate",)))
    Supervisor(place, children, _announcing(settings, chosen)).run(Stop())


def _announcing(settings: Settings, port: int) -> Callable[[], None]:
    """Prints the URL once, as soon as somebody answers there."""
    said, address = False, settings.app.address

    def announce() -> None:
        nonlocal said
        if not said and answers(address, port):
            said = True
            say(f"Tollbook is at {url_of(address, port)}  (Ctrl-C ends it)")
            if settings.app.rules.way is Way.OPEN:
                say(_NO_SIGN_IN)

    return announce
