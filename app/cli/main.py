"""The console command."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from app.cli.common import BAD_INPUT, FAILED, messages, say
from app.cli.lazy import Commands, group_of
from app.cli.logs import log_to_terminal
from app.cli.reasons import refused
from app.environment import HOME_VARIABLE
from warehouse.errors import InvalidInput, TollbookError

COMMANDS = Commands(
    "app.cli",
    {
        "demo": "demo:demo",
        "init": "setup:init",
        "check": "check:check",
        "record": "recording:record",
        "mine": "mining:mine",
        "schedule": "schedule:schedule",
        "mirror": "mirror:mirror",
        "app": "processes:app",
        "run": "processes:run",
        "status": "status:status",
        "rate": "rate:rate",
        "verify": "verify:verify",
        "rerate": "rerate:rerate_command",
        "unmatched": "unmatched:unmatched_command",
        "reassign": "assign:reassign_command",
        "assign": "assign:assign",
        "export": "export:export_command",
        "report": "report:report_command",
        "retry": "retry:retry_command",
        "retain": "retain:retain_command",
        "backup": "copies:backup_command",
        "restore": "copies:restore_command",
        "audit": "audit:audit_command",
        "budgets": "budgets:budgets",
        "explain": "explain:explain_command",
        "tariffs": "tariffs:tariffs_command",
        "replace-tariffs": "replace_tariffs:replace_tariffs_command",
        "import-tariffs": "imports:import_tariffs_command",
        "import-people": "import_people:import_people_command",
        "schedules": "schedules:schedules",
        "alarms": "alarms:alarms",
        "simulate": "demo:simulate",
    },
    hidden=frozenset({"simulate"}),
)

cli = typer.Typer(
    name="tollbook",
    cls=group_of(COMMANDS),
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
    log_to_terminal()
    if home is not None:
        os.environ[HOME_VARIABLE] = str(home)


def run() -> None:
    """Runs the command line; every error that Tollbook knows becomes a message and a code."""
    try:
        cli()
    except InvalidInput as error:
        _say_problems(error)
        sys.exit(BAD_INPUT)
    except TollbookError as error:
        _complain(str(error))
        sys.exit(FAILED)
    except OSError as error:
        _complain(refused(error))
        sys.exit(FAILED)
    except duckdb.Error as error:
        _complain(
            f"The warehouse cannot be read or written: {error}. Look whether its disk is full and "
            "its files belong to this user, then try again"
        )
        sys.exit(FAILED)


def _say_problems(error: InvalidInput) -> None:
    if "--json" in sys.argv:
        rows = [asdict(problem) for problem in error.problems]
        sys.stdout.write(json.dumps({"problems": rows}) + "\n")
        return
    for problem in error.problems:
        _complain(str(problem))
    many = len(error.problems)
    messages.print(f"{many} problem{'s' if many > 1 else ''}.")


def _complain(text: str) -> None:
    messages.print("[red]✗[/] ", end="")
    say(text)
