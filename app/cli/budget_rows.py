"""Budgets as rows of a CSV file, and whom they can be of."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from app.desks.budget_cells import Subjects, budget_of, subject_faults
from pipeline.tables import parse_table, read_table, read_text
from warehouse.budgets.budget import Budget, Fault, faults
from warehouse.errors import InvalidInput, Problem
from warehouse.home import Home

REQUIRED: Final = ("name", "kind", "subject", "period", "amount", "currency")
OPTIONAL: Final = ("carry_over", "warn_at", "tell", "valid_from", "valid_to")


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
