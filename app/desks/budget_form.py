"""What somebody fills in about a budget, and the budget that it makes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from app.desks.budget_cells import Subjects, budget_of, subject_faults
from app.desks.schedule_form import Draft
from warehouse.budgets.budget import Budget, faults
from warehouse.errors import InvalidInput, Problem

KINDS: Final = {
    "person": "One person",
    "member": "Each member of a department",
    "department": "A department's sum",
}
READERS: Final = ("person", "manager")
"""Who can be told without saying their address."""
PERIODS: Final = {"day": "Day", "week": "Week", "month": "Month"}
LABELS: Final = {
    "name": "Name",
    "kind": "Of",
    "subject": "Whose",
    "period": "In each",
    "amount": "Amount",
    "currency": "Currency",
    "warn_at": "Warning marks",
    "tell": "Tell",
    "valid_from": "First day",
    "valid_to": "No more from",
}


def draft_of(budget: Budget | None, currency: str, today: date) -> Draft:
    """The fields as they are at first: of a budget, or of a new one in a currency."""
    is_person = budget is not None and budget.kind == "person"
    return {
        "name": budget.name if budget else "",
        "kind": budget.kind if budget else "department",
        "person": budget.subject if budget and is_person else None,
        "department": budget.subject if budget and not is_person else None,
        "period": budget.period if budget else "month",
        "amount": f"{budget.amount.normalize():f}" if budget else "",
        "currency": budget.currency if budget else currency,
        "carry_over": budget.carry_over if budget else False,
        "warn_at": [str(one) for one in (budget.warn_at if budget else (80, 100))],
        "tell": list(budget.tell) if budget else ["manager"],
        # Sums begin with a whole period.
        "valid_from": budget.valid_from if budget else today.replace(day=1),
        "valid_to": budget.valid_to if budget else None,
    }


def budget_from(draft: Mapping[str, Any], known: Subjects, today: date) -> Budget:
    """The budget of filled-in fields; raises `InvalidInput` with everything that is wrong."""
    whose = "person" if draft["kind"] == "person" else "department"
    cells = {
        "name": draft["name"].strip(),
        "kind": draft["kind"],
        "subject": (draft[whose] or "").strip(),
        "period": draft["period"],
        "amount": draft["amount"].strip(),
        "currency": draft["currency"].strip().upper(),
        "carry_over": "true" if draft["carry_over"] else "false",
        "warn_at": ";".join(draft["warn_at"]),
        "tell": ";".join(draft["tell"]),
        "valid_from": str(draft["valid_from"]),
    }
    if draft["valid_to"] is not None:
        cells["valid_to"] = str(draft["valid_to"])
    found, wrong = budget_of(cells, None, today)
    if found is not None:
        wrong = [*wrong, *faults(found), *subject_faults(found, known)]
    else:
        # What else is wrong is told of a budget that has what could not be read.
        filled, _ = budget_of(_readable(cells, {one.field for one in wrong}), None, today)
        if filled is not None:
            wrong = [*wrong, *faults(filled), *subject_faults(filled, known)]
    if wrong or found is None:
        raise InvalidInput(
            Problem(LABELS.get(one.field, one.field), f"{LABELS.get(one.field, one.field)}: "
                    f"{one.rule}", one.mend, one.value or None)
            for one in wrong
        )  # fmt: skip
    return found


def _readable(cells: Mapping[str, str], wrong: set[str]) -> dict[str, str]:
    return {name: "1" if name == "amount" and name in wrong else cell
            for name, cell in cells.items()
            if name == "amount" or name not in wrong}  # fmt: skip
