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

from app.cli import (
    alarms,
    assign,
    audit,
    budgets,
    check,
    copies,
    demo,
    explain,
    export,
    import_people,
    imports,
    mining,
    mirror,
    processes,
    rate,
    recording,
    replace_tariffs,
    report,
    rerate,
    retain,
    retry,
    schedule,
    schedules,
    setup,
    status,
    tariffs,
    unmatched,
    verify,
)
from app.cli.common import BAD_INPUT, FAILED, messages, say
from app.cli.reasons import refused
from app.environment import HOME_VARIABLE
from warehouse.errors import InvalidInput, TollbookError

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
        os.environ[HOME_VARIABLE] = str(home)


for command in (
    demo.demo,
    setup.init,
    check.check,
    recording.record,
    mining.mine,
    schedule.schedule,
    mirror.mirror,
    processes.app,
    processes.run,
    status.status,
    rate.rate,
    verify.verify,
):
    cli.command()(command)
cli.command("rerate")(rerate.rerate_command)
cli.command("unmatched")(unmatched.unmatched_command)
cli.command("reassign")(assign.reassign_command)
cli.add_typer(assign.assign, name="assign")
cli.command("export")(export.export_command)
cli.command("report")(report.report_command)
cli.command("retry")(retry.retry_command)
cli.command("retain")(retain.retain_command)
cli.command("backup")(copies.backup_command)
cli.command("restore")(copies.restore_command)
cli.command("audit")(audit.audit_command)
cli.add_typer(budgets.budgets, name="budgets")
cli.command("explain")(explain.explain_command)
cli.command("tariffs")(tariffs.tariffs_command)
cli.command("replace-tariffs")(replace_tariffs.replace_tariffs_command)
cli.command("import-tariffs")(imports.import_tariffs_command)
cli.command("import-people")(import_people.import_people_command)
cli.add_typer(schedules.schedules, name="schedules")
cli.add_typer(alarms.alarms, name="alarms")
cli.command(hidden=True)(demo.simulate)


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
