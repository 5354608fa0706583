"""`init` writes a home to start from."""

from __future__ import annotations

from pathlib import Path

from app.cli.common import HomeOption, home_of, show
from pipeline.callfile.spool import Spool
from warehouse.files import write_text

TEMPLATES = Path(__file__).parent / "templates"
"""The files that a new home begins with: valid as they are, and explained."""


def init(home: HomeOption = None) -> None:
    """Write a commented home: settings, price list, people and places to fill in."""
    place = home_of(home)
    files = (place.settings, place.tariffs, place.users, place.sites, place.gateways)
    written = [path for path in files if not path.exists()]
    for path in written:
        write_text(path, (TEMPLATES / path.name).read_text(encoding="utf-8"))
    Spool(place.spool).make()
    for path in files:
        show(f"{'wrote' if path in written else 'kept '} {path}")
    show("Fill them in, then run `tollbook check`.")
