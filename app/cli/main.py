"""The console command."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli import demo, explain, imports, processes, rate, rerate, setup, status
from app.cli.common import messages
from warehouse.errors import InvalidInput, TollbookError

OK, FAILED, BAD_INPUT = 0, 1, 2
"""Exit codes: done; could not be done now; something that a person wrote is wrong."""

cli = typer.Typer(
    name="tollbook",
    help="Call accounting for Lync, Skype for Business, PBXs and Teams.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@cli.callback()
def _every_command(
    home: Annotated[
        Path | None, typer.Option("--home", help="Folder of settings, spool and warehouse.")
    ] = None,
) -> None:
    if home is not None:
        os.environ["TOLLBOOK_HOME"] = str(home)


for command in (
    demo.demo,
    setup.init,
    setup.check,
    processes.record,
    processes.mine,
    processes.app,
    processes.run,
    status.status,
    rate.rate,
):
    cli.command()(command)
cli.command("rerate")(rerate.rerate_command)
cli.command("explain")(explain.explain_command)
cli.command("import-tariffs")(imports.import_tariffs_command)
cli.command(hidden=True)(demo.simulate)


def run() -> None:
    """Runs the command line; every error that Tollbook knows becomes a message and a code."""
    try:
        cli()
    except InvalidInput as error:
        _say_problems(error)
        sys.exit(BAD_INPUT)
    except TollbookError as error:
        _say(str(error))
        sys.exit(FAILED)


def _say_problems(error: InvalidInput) -> None:
    if "--json" in sys.argv:
        fields = ("file", "line", "column", "value", "rule", "mend")
        rows = [{field: getattr(one, field) for field in fields} for one in error.problems]
        sys.stdout.write(json.dumps({"problems": rows}) + "\n")
        return
    for problem in error.problems:
        _say(str(problem))
    many = len(error.problems)
    messages.print(f"{many} problem{'s' if many > 1 else ''}.")


def _say(text: str) -> None:
    messages.print("[red]✗[/] ", end="")
    messages.print(text, highlight=False, markup=False, soft_wrap=True)
