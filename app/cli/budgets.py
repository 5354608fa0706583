"""`budgets`: what people and departments may spend, and how far it is spent."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from app.cli.budget_rows import budgets_in, known_subjects
from app.cli.common import HomeOption, JsonOption, NowOption, clock_of, console, home_of, show, who
from app.desks.budget_cells import budget_of, subject_faults
from warehouse.budgets.budget import Budget, faults
from warehouse.budgets.crossings import crossings
from warehouse.budgets.store import (
    NoSuchBudgetError,
    SameNameError,
    add,
    change,
    named,
    put,
    remove,
)
from warehouse.budgets.store import budgets as stored_budgets
from warehouse.errors import InvalidInput, Problem
from warehouse.home import Home
from warehouse.queries.budgets import budget_status
from warehouse.scope import Scope
from warehouse.snapshot import Snapshots
from warehouse.state.state import State

budgets = typer.Typer(
    help="Budgets of people and departments: list, add, change, remove, import, status.",
    no_args_is_help=True,
)

NameArgument = Annotated[str, typer.Argument(help="Name of the budget.")]
AmountOption = Annotated[str | None, typer.Option(help="Money a period, as 250.00.")]
CurrencyOption = Annotated[str | None, typer.Option(help="ISO 4217, as EUR.")]
PeriodOption = Annotated[str | None, typer.Option(help="day, week or month.")]
PersonOption = Annotated[str | None, typer.Option(help="Address of the one person it is of.")]
MemberOption = Annotated[
    str | None, typer.Option("--each-of", help="Department each member of which has it.")
]
DepartmentOption = Annotated[str | None, typer.Option(help="Department whose sum it is of.")]
CarryOption = Annotated[
    bool | None,
    typer.Option("--carry-over/--no-carry-over", help="What is left may be spent later."),
]
WarnOption = Annotated[
    list[str] | None, typer.Option("--warn-at", help="Percentage; may be said several times.")
]
TellOption = Annotated[
    list[str] | None,
    typer.Option(help="E-mail address, person or manager; may be said several times."),
]
FromOption = Annotated[str | None, typer.Option("--from", help="First day that counts; today.")]
UntilOption = Annotated[str | None, typer.Option("--until", help="First day that does not.")]


_WHOSE = {"person": "", "member": "each of ", "department": "sum of "}


@budgets.command("list")
def list_command(home: HomeOption = None, json_output: JsonOption = False) -> None:
    """List all budgets."""
    with _state(home_of(home)) as state:
        found = stored_budgets(state)
    if json_output:
        rows = [
            {**asdict(one.budget), "changed_at": one.changed_at, "changed_by": one.changed_by}
            for one in found
        ]
        sys.stdout.write(json.dumps(rows, default=str) + "\n")
        return
    table = Table("budget", "of", "may spend", "warned at", "told", "counts", box=None)
    for one in found:
        table.add_row(*map(escape, _told(one.budget)))
    console.print(table)


@budgets.command("add")
def add_command(
    name: NameArgument,
    amount: AmountOption = None,
    currency: CurrencyOption = None,
    period: PeriodOption = None,
    person: PersonOption = None,
    each_of: MemberOption = None,
    department: DepartmentOption = None,
    carry_over: CarryOption = None,
    warn_at: WarnOption = None,
    tell: TellOption = None,
    first: FromOption = None,
    until: UntilOption = None,
    home: HomeOption = None,
    now: NowOption = None,
) -> None:
    """Add a budget of a person, of each member of a department, or of a department's sum."""
    place, clock = home_of(home), clock_of(now)
    cells = _cells(
        amount,
        currency,
        period,
        person,
        each_of,
        department,
        carry_over,
        warn_at,
        tell,
        first,
        until,
    )
    problems = [
        Problem(f"--{option.replace('_', '-')}", "missing", "Say it")
        for option in ("amount", "currency", "period")
        if option not in cells
    ]
    if "subject" not in cells:
        mend = "Say one of --person, --each-of and --department"
        problems.append(Problem("--person", "nobody is named that the budget is of", mend))
    if problems:
        raise InvalidInput(problems)
    at = clock()
    found = _checked(place, cells | {"name": name}, None, at.date())
    with _state(place) as state:
        try:
            add(state, found, at, who())
        except SameNameError:
            mend = "Choose another name, or change that one with `tollbook budgets change`"
            raise InvalidInput([Problem("name", "there is such a budget", mend, name)]) from None
    show(f"Added {name}: it is summed up with the next calls, or by `tollbook mine --once`.")


@budgets.command("change")
def change_command(
    name: NameArgument,
    amount: AmountOption = None,
    currency: CurrencyOption = None,
    period: PeriodOption = None,
    person: PersonOption = None,
    each_of: MemberOption = None,
    department: DepartmentOption = None,
    carry_over: CarryOption = None,
    warn_at: WarnOption = None,
    tell: TellOption = None,
    first: FromOption = None,
    until: UntilOption = None,
    rename: Annotated[str | None, typer.Option(help="Another name.")] = None,
    home: HomeOption = None,
    now: NowOption = None,
) -> None:
    """Change what is said of a budget, and leave the rest as it is."""
    place, clock = home_of(home), clock_of(now)
    cells = _cells(
        amount,
        currency,
        period,
        person,
        each_of,
        department,
        carry_over,
        warn_at,
        tell,
        first,
        until,
    )
    at = clock()
    with _state(place) as state:
        try:
            known = named(state, name).budget
            found = _checked(place, cells, known, at.date())
            change(state, name, replace(found, name=rename or name), at, who())
        except NoSuchBudgetError:
            raise _unknown(state, name) from None
        except SameNameError:
            fault = Problem("--rename", "there is such a budget", "Choose another name", rename)
            raise InvalidInput([fault]) from None
    show(f"Changed {rename or name}.")


@budgets.command("remove")
def remove_command(name: NameArgument, home: HomeOption = None) -> None:
    """Remove a budget, with its sums and what was noted of it."""
    with _state(home_of(home)) as state:
        try:
            remove(state, name)
        except NoSuchBudgetError:
            raise _unknown(state, name) from None
    show(f"Removed {name}.")


@budgets.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="CSV file, see docs/files.md.")],
    home: HomeOption = None,
    now: NowOption = None,
) -> None:
    """Add the budgets of a CSV file, and change those of the same names: all of them, or none."""
    place, clock = home_of(home), clock_of(now)
    at = clock()
    found = budgets_in(file, place, at.date())
    with _state(place) as state:
        added, changed = put(state, found, at, who())
    show(f"{added} added, {changed} changed, {len(found) - added - changed} as they were.")


@budgets.command("status")
def status_command(
    on: Annotated[str | None, typer.Option(help="Day of the period; today in UTC.")] = None,
    home: HomeOption = None,
    now: NowOption = None,
    json_output: JsonOption = False,
) -> None:
    """Show what is spent, what is left, and what the period comes to if it goes on so."""
    place, clock = home_of(home), clock_of(now)
    day = clock().astimezone(UTC).date() if on is None else _day("--on", on)
    snapshot = Snapshots(place.warehouse).current()
    with _state(place) as state:
        rows = budget_status(snapshot, state, Scope(everything=True), day).to_dicts()
        noted = [asdict(one) for one in crossings(state, untold=True)]
    if json_output:
        sys.stdout.write(json.dumps({"budgets": rows, "untold": noted}, default=str) + "\n")
        return
    table = Table("budget", "of", "days", "currency", box=None)
    for name in ("may spend", "spent", "left", "forecast", "not counted", "reached"):
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(
            escape(row["budget"]),
            escape(row["name"] or row["user"] or row["department"]),
            f"{row['first']} – {row['last']}",
            row["currency"],
            f"{row['amount'] + row['carried']:.2f}",
            *(f"{row[name]:.2f}" for name in ("spent", "left", "forecast")),
            str(row["uncounted"] or "–"),
            "–" if row["reached"] is None else f"{row['reached']} %",
        )
    console.print(table)
    if noted:
        show(f"{len(noted)} percentages were reached that nobody has been told of yet.")


def _told(budget: Budget) -> Iterator[str]:
    yield budget.name
    yield f"{_WHOSE[budget.kind]}{budget.subject}"
    left = " and what was left" if budget.carry_over else ""
    yield f"{budget.amount:.2f} {budget.currency} a {budget.period}{left}"
    yield ", ".join(f"{percent} %" for percent in budget.warn_at) or "–"
    yield ", ".join(budget.tell) or "–"
    until = f" until {budget.valid_to}" if budget.valid_to else ""
    yield f"from {budget.valid_from}{until}"


def _state(place: Home) -> State:
    return State.open(place.state)


def _cells(
    amount: str | None,
    currency: str | None,
    period: str | None,
    person: str | None,
    each_of: str | None,
    department: str | None,
    carry_over: bool | None,
    warn_at: Sequence[str] | None,
    tell: Sequence[str] | None,
    first: str | None,
    until: str | None,
) -> dict[str, str]:
    """What was said, as a row of a file of budgets would have it."""
    whose = {"person": person, "member": each_of, "department": department}
    said = {kind: name for kind, name in whose.items() if name is not None}
    if len(said) > 1:
        mend = "Say one of --person, --each-of and --department"
        raise InvalidInput([Problem("--person", "a budget is of one of them", mend)])
    cells = {
        "amount": amount,
        "currency": currency,
        "period": period,
        "carry_over": None if carry_over is None else str(carry_over).lower(),
        "warn_at": None if warn_at is None else ";".join(warn_at),
        "tell": None if tell is None else ";".join(tell),
        "valid_from": first,
        "valid_to": until,
    }
    for kind, name in said.items():
        cells |= {"kind": kind, "subject": name}
    return {name: cell for name, cell in cells.items() if cell is not None}


_OPTIONS = {
    "subject": "--person, --each-of or --department",
    "valid_from": "--from",
    "valid_to": "--until",
}


def _checked(place: Home, cells: dict[str, str], known: Budget | None, today: date) -> Budget:
    found, wrong = budget_of(cells, known, today)
    wrong = [*wrong, *(() if found is None else faults(found))]
    if found is not None:
        wrong += subject_faults(found, known_subjects(place))
    if wrong or found is None:
        raise InvalidInput(
            Problem(
                _OPTIONS.get(one.field, f"--{one.field.replace('_', '-')}"),
                one.rule,
                one.mend,
                one.value,
            )
            for one in wrong
        )
    return found


def _unknown(state: State, name: str) -> InvalidInput:
    names = ", ".join(one.budget.name for one in stored_budgets(state)) or "none"
    return InvalidInput([Problem("name", "no such budget", f"Known: {names}", name)])


def _day(option: str, text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        mend = "Write it as YYYY-MM-DD"
        raise InvalidInput([Problem(option, "not a date", mend, value=text)]) from None
