"""`backup` and `restore`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli.common import (
    HomeOption,
    JsonOption,
    NowOption,
    clock_of,
    home_of,
    messages,
    say,
    who,
)
from pipeline.keeper.backup import SECRETS, backup
from pipeline.keeper.restore import restore


def backup_command(
    to: Annotated[Path, typer.Option("--to", help="Folder that the backup is written into.")],
    as_folder: Annotated[
        bool, typer.Option("--folder", help="Write a folder rather than one packed file.")
    ] = False,
    lean: Annotated[
        bool, typer.Option("--lean", help="Leave out call files that are stored already.")
    ] = False,
    home: HomeOption = None,
    now: NowOption = None,
    json_output: JsonOption = False,
) -> None:
    """Copy everything that matters, while everything goes on running."""
    place = home_of(home)
    with messages.status("Copying …") as status:
        made = backup(
            place,
            to.resolve(),
            clock_of(now),
            who(),
            call_files=not lean,
            packed=not as_folder,
            step=lambda what: status.update(f"Copying: {what} …"),
        )
    if json_output:
        sys.stdout.write(json.dumps({"backup": str(made)}) + "\n")
        return
    say(f"Everything but {SECRETS} is in {made}")


def restore_command(
    backup_file: Annotated[Path, typer.Argument(metavar="BACKUP", help="What backup wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Put aside what is in the home already.")
    ] = False,
    home: HomeOption = None,
    now: NowOption = None,
    json_output: JsonOption = False,
) -> None:
    """Make a home out of a backup, after comparing every file with its hash."""
    place = home_of(home)
    with messages.status("Unpacking and comparing …"):
        manifest = restore(place, backup_file.resolve(), clock_of(now)(), replace=replace)
    totals = manifest.totals
    if json_output:
        told = {"home": str(place.path), "legs": totals.legs, "calls": totals.calls}
        sys.stdout.write(json.dumps(told | {"cost": totals.cost}) + "\n")
        return
    say(f"{place.path} has {totals.calls:,} calls ({totals.legs:,} legs) again")
    if not (place.path / SECRETS).exists():
        say(f"{SECRETS} is not part of a backup: put it back where connections need it")
