"""What people say of an alarm, in words of theirs, as what is watched for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import ValidationError

from app.alarms.watched import WATCHED, Counter, Operation, SingleCall, Unusual
from warehouse.errors import InvalidInput, Problem


def watched_of(
    facts: Mapping[str, Any], place_of: Callable[[str], str]
) -> SingleCall | Counter | Operation | Unusual:
    """What is watched for; raises `InvalidInput` with everything that is wrong.

    `place_of` says what a field is called where it was filled in; the empty one is the whole.
    """
    try:
        return WATCHED.validate_python(dict(facts))
    except ValidationError as error:
        problems = []
        for fault in error.errors(include_url=False):
            rule = fault["msg"].removeprefix("Value error, ")
            value = fault["input"] if isinstance(fault["input"], str | int) else None
            # The first part of the place is the kind.
            field = "-".join(str(part) for part in fault["loc"][1:2])
            problems.append(
                Problem(
                    place_of(field),
                    rule[0].lower() + rule[1:],
                    "Correct it",
                    value=None if value is None else str(value),
                )
            )
        raise InvalidInput(problems) from None


def amount_of(place: str, text: str | None) -> Decimal | None:
    """An amount as people write it; None where nothing is; raises `InvalidInput`."""
    if text is None or not text.strip():
        return None
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise InvalidInput([Problem(place, "not an amount", "Write 1.50", value=text)])
    return amount
