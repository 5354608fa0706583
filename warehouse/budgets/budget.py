"""A budget, and what has to hold of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal, get_args

from warehouse.budgets.periods import Period

Kind = Literal["person", "member", "department"]
"""One person's; the same for each member of a department; or a department's sum."""

PERSON: Final = "person"
MANAGER: Final = "manager"
UNIT: Final = 10**6
"""Parts of the currency in which money is kept."""
MOST: Final = Decimal(10**9)

_EMAIL: Final = re.compile(r"[^\s@;,<>()]+@[^\s@;,<>()]+\.[^\s@;,<>().]+")


@dataclass(frozen=True, slots=True)
class Budget:
    """How much may be spent in each period, and who is told when part of it is gone.

    Spent is what calls are charged; fixed charges and taxes do not count. A `person`'s budget
    counts all that the person pays; a `member`'s and a department's what is paid in the department.
    """

    name: str
    kind: Kind
    subject: str
    """The address of the person, in small letters, or the department."""
    period: Period
    amount: Decimal
    """At most six decimals."""
    currency: str
    valid_from: date
    """First day that counts."""
    valid_to: date | None = None
    """First day that no longer does; None is open."""
    carry_over: bool = False
    """Whether what is left of a period may be spent in the next one too."""
    warn_at: tuple[int, ...] = (80, 100)
    """Percentages of what may be spent, carried over or not."""
    tell: tuple[str, ...] = ()
    """E-mail addresses; `person` for whoever spends, `manager` for theirs. Of a department's sum,
    `manager` is whoever has the role of its head."""

    @property
    def until(self) -> date:
        return self.valid_to or date.max

    @property
    def units(self) -> int:
        """The amount in millionths."""
        return int(self.amount * UNIT)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field of a budget."""

    field: str
    value: str
    rule: str
    mend: str


def faults(budget: Budget) -> Iterator[Fault]:
    """Everything that is wrong with a budget by itself."""
    for field in ("name", "subject"):
        if not getattr(budget, field).strip():
            yield Fault(field, "", "empty", "Fill it in")
    for field, words in (("kind", get_args(Kind)), ("period", get_args(Period))):
        if getattr(budget, field) not in words:
            mend = f"Use one of {', '.join(words)}"
            yield Fault(field, getattr(budget, field), f"not a word for {field}", mend)
    if not 0 < budget.amount < MOST or budget.amount != budget.amount.quantize(Decimal("1e-6")):
        mend = "Write it as 250.00: above 0, below 1,000,000,000, at most six decimals"
        yield Fault("amount", str(budget.amount), "not an amount", mend)
    if not re.fullmatch(r"[A-Z]{3}", budget.currency):
        mend = "Use three capital letters of ISO 4217, as EUR"
        yield Fault("currency", budget.currency, "not a currency", mend)
    if budget.valid_to is not None and budget.valid_to <= budget.valid_from:
        mend = "valid_to is the first day that no longer counts: make it later than valid_from"
        rule = f"ends on or before its start {budget.valid_from}"
        yield Fault("valid_to", str(budget.valid_to), rule, mend)
    yield from _warning_faults(budget)


def _warning_faults(budget: Budget) -> Iterator[Fault]:
    for percent in budget.warn_at:
        if not 0 < percent <= 1000:
            mend = "Use whole numbers from 1 to 1000"
            yield Fault("warn_at", str(percent), "not a percentage", mend)
    for one in budget.tell:
        if one == PERSON and budget.kind == "department":
            mend = "Use manager, or write an address"
            yield Fault("tell", one, "nobody in particular spends a department's sum", mend)
        elif one not in (PERSON, MANAGER) and not _EMAIL.fullmatch(one):
            mend = "Use person, manager, or an address as anna@example.com"
            yield Fault("tell", one, "nobody who can be told", mend)
