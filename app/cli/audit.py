"""`audit`: what people did on the pages."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, timedelta
from typing import Annotated

import typer

from app.access.audit import Action, Asked, Deed, deeds
from app.access.roles import Role, Viewer
from app.cli.common import HomeOption, JsonOption, home_of, show
from app.cli.filtering import FirstOption, LastOption
from warehouse.scope import Scope
from warehouse.state.state import State

_HERE = Viewer("", "", Role.ADMINISTRATOR, Scope(everything=True))
"""Who may read the files of a home may read its audit."""


def audit_command(
    first: FirstOption = None,
    last: LastOption = None,
    who: Annotated[list[str] | None, typer.Option(help="Address of who did it; several.")] = None,
    what: Annotated[list[Action] | None, typer.Option(help="What was done; several.")] = None,
    subject: Annotated[str, typer.Option(help="Part of what it was done to.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 100,
    home: HomeOption = None,
    json_output: JsonOption = False,
) -> None:
    """Show what people did on the pages, by days in UTC: signed in, took files, changed things."""
    place = home_of(home)
    asked = Asked(
        since=None if first is None else first.replace(tzinfo=UTC),
        until=None if last is None else last.replace(tzinfo=UTC) + timedelta(days=1),
        addresses=tuple(one.lower() for one in who or ()),
        actions=tuple(what or ()),
        subject=subject,
        limit=limit,
    )
    with State.open(place.state) as state:
        found = deeds(state, _HERE, asked)
    if json_output:
        rows = [asdict(deed) | {"at": _stamp(deed)} for deed in found]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False) + "\n")
        return
    for deed in found:
        role = f" ({deed.role})" if deed.role else ""
        about = f"  {deed.subject}: {deed.brief}" if deed.details else f"  {deed.subject}"
        show(f"{_stamp(deed)}  {deed.address or 'this machine'}{role}  {deed.action}{about}")


def _stamp(deed: Deed) -> str:
    return f"{deed.at:%Y-%m-%dT%H:%M:%SZ}"
