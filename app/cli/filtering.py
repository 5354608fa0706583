"""Which calls: the options that commands about calls share, and what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from pipeline.directory.words import KINDS
from warehouse.errors import InvalidInput, Problem
from warehouse.scope import Filters
from warehouse.words import CallType, Direction, Outcome, Purpose

_DAY = ["%Y-%m-%d"]
_Several = list[str] | None

FirstOption = Annotated[datetime | None, typer.Option("--from", formats=_DAY, help="First day.")]
LastOption = Annotated[datetime | None, typer.Option("--to", formats=_DAY, help="Last day.")]
SiteOption = Annotated[_Several, typer.Option("--site", help="Site of the owner.")]
DepartmentOption = Annotated[
    _Several, typer.Option("--department", help="Department of the owner.")
]
UserOption = Annotated[_Several, typer.Option("--user", help="Owner, by address.")]
KindOption = Annotated[
    _Several, typer.Option("--kind", help=f"What the owner is: {', '.join(KINDS)}.")
]
AccountCodeOption = Annotated[
    _Several, typer.Option("--account-code", help="Code of a client or project.")
]
PurposeOption = Annotated[_Several, typer.Option("--purpose", help=", ".join(Purpose))]
DirectionOption = Annotated[_Several, typer.Option("--direction", help=", ".join(Direction))]
CallTypeOption = Annotated[_Several, typer.Option("--call-type", help=", ".join(CallType))]
OutcomeOption = Annotated[_Several, typer.Option("--outcome", help=", ".join(Outcome))]
GatewayOption = Annotated[_Several, typer.Option("--gateway", help="Trunk or gateway.")]
DestinationOption = Annotated[
    _Several, typer.Option("--destination", help="Destination, as the tariff says.")
]
TextOption = Annotated[
    str, typer.Option("--text", help="Part of a number, address, name or destination.")
]
MinCostOption = Annotated[str | None, typer.Option("--min-cost", help="Only what costs as much.")]
MaskOption = Annotated[
    int, typer.Option("--mask", min=0, help="Hide so many digits of outside numbers.")
]


def filters_of(
    first: date,
    last: date,
    *,
    site: _Several = None,
    department: _Several = None,
    user: _Several = None,
    owner_kind: _Several = None,
    account_code: _Several = None,
    purpose: _Several = None,
    direction: _Several = None,
    call_type: _Several = None,
    outcome: _Several = None,
    gateway: _Several = None,
    destination: _Several = None,
    text: str = "",
    min_cost: str | None = None,
) -> Filters:
    """What the options ask for; raises `InvalidInput` with everything that is no such word."""
    problems = [
        *_unknown("--kind", owner_kind, [*KINDS]),
        *_unknown("--purpose", purpose, [*Purpose]),
        *_unknown("--direction", direction, [*Direction]),
        *_unknown("--call-type", call_type, [*CallType]),
        *_unknown("--outcome", outcome, [*Outcome]),
    ]
    least = _amount(min_cost)
    if least is not None and not least.is_finite():
        problems.append(Problem("--min-cost", "not an amount", "Write 1.50", value=min_cost))
    if problems:
        raise InvalidInput(problems)
    return Filters(
        first,
        last,
        sites=tuple(site or ()),
        departments=tuple(department or ()),
        people=tuple(user or ()),
        kinds=tuple(owner_kind or ()),
        account_codes=tuple(account_code or ()),
        purposes=tuple(purpose or ()),
        directions=tuple(direction or ()),
        call_types=tuple(call_type or ()),
        outcomes=tuple(outcome or ()),
        gateways=tuple(gateway or ()),
        destinations=tuple(destination or ()),
        text=text,
        min_cost=least,
    )


def _unknown(option: str, given: _Several, words: Sequence[str]) -> list[Problem]:
    mend = f"Use one of {', '.join(words)}"
    return [
        Problem(option, "no such word", mend, value=word)
        for word in given or ()
        if word and word not in words
    ]


def _amount(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("nan")
