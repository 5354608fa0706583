"""Budgets as people write them: options of the command line, rows of a CSV file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from pipeline.rating.currencies import CURRENCIES
from pipeline.tables import parse_table, read_table, read_text
from warehouse.budgets.budget import Budget, Fault, faults
from warehouse.errors import InvalidInput, Problem
from warehouse.home import Home

REQUIRED: Final = ("name", "kind", "subject", "period", "amount", "currency")
OPTIONAL: Final = ("carry_over", "warn_at", "tell", "valid_from", "valid_to")

_YES_NO: Final = {"true": True, "false": False, "yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Subjects:
    """Whom users.csv names, at any time; None where it cannot be read."""

    users: frozenset[str] | None
    departments: frozenset[str] | None


def known_subjects(place: Home) -> Subjects:
    """Whom a budget can be of."""
    try:
        rows = parse_table(place.users.name, read_text(place.users), optional=None).rows
    except InvalidInput:
        return Subjects(None, None)
    if not {"user", "department"} <= set(rows.columns):
        return Subjects(None, None)
    return Subjects(
        frozenset(rows["user"].drop_nulls().str.to_lowercase()),
        frozenset(rows["department"].drop_nulls()),
    )


def subject_faults(budget: Budget, known: Subjects) -> list[Fault]:
    """What is wrong with whom a budget is of, or with its currency, as far as files tell."""
    found = []
    names = known.users if budget.kind == "person" else known.departments
    if names is not None and budget.subject and budget.subject not in names:
        what = "user" if budget.kind == "person" else "department"
        mend = "Correct it, or add a row to users.csv first"
        found.append(Fault("subject", budget.subject, f"no such {what} in users.csv", mend))
    if len(budget.currency) == len("EUR") and budget.currency not in CURRENCIES:
        mend = "Use three capital letters of ISO 4217, as EUR"
        found.append(Fault("currency", budget.currency, "not a currency in use", mend))
    return found


def budget_of(
    cells: Mapping[str, str], known: Budget | None, today: date
) -> tuple[Budget | None, list[Fault]]:
    """The budget that cells say, beside what is `known` already; or what cannot be read of them.

    A budget without `valid_from` counts from `today` on.
    """
    values: dict[str, Any] = {
        name: cells[name]
        for name in ("name", "kind", "subject", "period", "currency")
        if name in cells
    }
    wrong: list[Fault] = []
    readers = {
        "amount": (_amount, "not an amount", "Write it as 250.00"),
        "carry_over": (_YES_NO.__getitem__, "neither true nor false", "Write true or false"),
        "warn_at": (_percents, "not percentages", "Write whole numbers as 80;100"),
        "tell": (_parts, "", ""),
        "valid_from": (date.fromisoformat, "not a date", "Write it as YYYY-MM-DD"),
        "valid_to": (date.fromisoformat, "not a date", "Write it as YYYY-MM-DD"),
    }
    for name, (read, rule, mend) in readers.items():
        if name in cells:
            try:
                values[name] = read(cells[name])
            except (ValueError, KeyError, InvalidOperation):
                wrong.append(Fault(name, cells[name], rule, mend))
    if wrong:
        return None, wrong
    if known is None:
        values = {"valid_from": today} | values
        found = Budget(**values)
    else:
        found = replace(known, **values)
    if found.kind == "person":
        found = replace(found, subject=found.subject.lower())
    return found, []


def budgets_in(path: Path, place: Home, today: date) -> list[Budget]:
    """The budgets of a CSV file; raises `InvalidInput` with everything that is wrong with it."""
    table = read_table(path, required=REQUIRED, optional=OPTIONAL, notes=True)
    subjects = known_subjects(place)
    found: list[Budget] = []
    problems: list[Problem] = []
    lines: dict[str, int] = {}
    for row in table.rows.iter_rows(named=True):
        line = row["line"]
        cells = {name: row[name] for name in (*REQUIRED, *OPTIONAL) if row[name] is not None}
        wrong = [Fault(name, "", "empty", "Fill it in") for name in REQUIRED if name not in cells]
        budget = None
        if not wrong:
            budget, wrong = budget_of(cells, None, today)
        if budget is not None:
            wrong = [*faults(budget), *subject_faults(budget, subjects)]
            first = lines.setdefault(budget.name, line)
            if first != line:
                mend = "Give each budget a name of its own"
                wrong.append(Fault("name", budget.name, f"stands in line {first} too", mend))
            found.append(budget)
        problems.extend(
            Problem(table.file, one.rule, one.mend, one.value or None, line, one.field)
            for one in wrong
        )
    if problems:
        raise InvalidInput(problems)
    return found


def _amount(text: str) -> Decimal:
    amount = Decimal(text)
    if not amount.is_finite():
        raise ValueError(text)
    return amount


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _percents(text: str) -> tuple[int, ...]:
    return tuple(sorted({int(part) for part in _parts(text)}))
