"""Budgets as people write them: options of the command line, rows of a file, fields of a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from pipeline.rating.currencies import CURRENCIES
from warehouse.budgets.budget import Budget, Fault

_YES_NO: Final = {"true": True, "false": False, "yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Subjects:
    """Whom users.csv names, at any time; None where it cannot be read."""

    users: frozenset[str] | None
    departments: frozenset[str] | None


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


def _amount(text: str) -> Decimal:
    amount = Decimal(text)
    if not amount.is_finite():
        raise ValueError(text)
    return amount


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _percents(text: str) -> tuple[int, ...]:
    return tuple(sorted({int(part) for part in _parts(text)}))
