"""Who asks, and for what: the only way to a where-clause."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from warehouse.words import Purpose

_COMPACT = str.maketrans("", "", " -/().")
_ALL_DIGITS: Final = 64


@dataclass(frozen=True, slots=True)
class Scope:
    """What somebody may see: everything, or what any of the lists allows. Empty allows nothing.

    A row belongs to whoever owns the call, or pays a part of it.
    """

    everything: bool = False
    departments: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    mask_digits: int = 0
    """How many last digits of outside numbers are hidden; where any are, all of private calls."""
    own: tuple[str, ...] = ()
    """Addresses of the reader, whose own private calls are masked as other calls are."""

    def __post_init__(self) -> None:
        if self.mask_digits < 0:
            raise ValueError(f"{self.mask_digits} digits cannot be masked")


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When people are at work, by the clock of the place where a call began."""

    begin: time = time(8)
    end: time = time(18)
    """Exclusive; where it is not after the beginning, hours run over midnight."""
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5)
    """1 is Monday, 7 is Sunday; of hours over midnight the day on which they begin."""
    zone: str = ""
    """An IANA zone that the hours are meant in, for calls of all places."""

    def __post_init__(self) -> None:
        if not set(self.weekdays) <= set(range(1, 8)):
            raise ValueError(f"{self.weekdays} are not all days from 1 (Monday) to 7 (Sunday)")
        if self.zone:
            ZoneInfo(self.zone)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which calls are asked for. An empty tuple or text, or None, lets everything through.

    In every tuple the empty string stands for calls that have none.
    """

    first: date
    last: date
    """Inclusive; both are local days of the calls."""
    sites: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    """Users, by address."""
    directions: tuple[str, ...] = ()
    call_types: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    text: str = ""
    """Part of a number, address, name or destination, whatever the case."""
    min_cost: Decimal | None = None
    """Costs are those of the call, or of the part that its payer bears of it."""
    max_cost: Decimal | None = None
    min_talk_s: Decimal | None = None
    """Seconds talked in the whole call."""
    max_talk_s: Decimal | None = None
    cost_centres: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    """What owners are: a person, a fax …"""
    account_codes: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    """Business or private."""
    tariffs: tuple[str, ...] = ()
    """Carriers, by the name of their tariff."""
    answered_by: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    """What rating made of the calls."""
    emergency: bool | None = None
    outside_hours: OfficeHours | None = None
    """Only calls that began outside these."""


@dataclass(frozen=True, slots=True)
class Where:
    """A condition in SQL with the values of its named parameters."""

    sql: str
    parameters: dict[str, Any] = field(default_factory=dict)


LISTS: Final = {
    "sites": "site",
    "departments": "department",
    "people": '"user"',
    "directions": "direction",
    "call_types": "call_type",
    "outcomes": "outcome",
    "gateways": "gateway",
    "destinations": "destination",
    "cost_centres": "cost_centre",
    "kinds": "kind",
    "account_codes": "account_code",
    "purposes": "purpose",
    "tariffs": "tariff",
    "answered_by": "answered_by",
    "statuses": "status",
}
"""The column in which each list of `Filters` is looked for."""

BOUNDS: Final = {
    "min_cost": "cost >=",
    "max_cost": "cost <=",
    "min_talk_s": "call_talk_s >=",
    "max_talk_s": "call_talk_s <=",
    "emergency": "emergency =",
}
"""What is asked of a column by each single value of `Filters`."""


def where(scope: Scope, filters: Filters) -> Where:
    """The rows of `entries`, or of a rollup that has the columns, which a scope and filters let by.

    Text is searched in numbers as the scope sees them: otherwise a search would tell hidden
    digits one by one.
    """
    conditions = ["day between $first and $last"]
    parameters: dict[str, Any] = {"first": filters.first, "last": filters.last}
    allowed = within(scope)
    conditions.append(allowed.sql)
    parameters |= allowed.parameters
    for name, column in LISTS.items():
        if wanted := getattr(filters, name):
            parameters[name] = list(wanted)
            absent = f" or {column} is null" if "" in wanted else ""
            conditions.append(f"({column} in (select unnest(${name})){absent})")
    for name, test in BOUNDS.items():
        if (bound := getattr(filters, name)) is not None:
            parameters[name] = bound
            conditions.append(f"{test} ${name}")
    if filters.outside_hours is not None:
        hours = _within_hours(filters.outside_hours)
        conditions.append(f"not {hours.sql}")
        parameters |= hours.parameters
    if filters.text.strip():
        searched = _searched(scope, filters.text)
        conditions.append(searched.sql)
        parameters |= searched.parameters
    return Where(" and ".join(conditions), parameters)


def within(scope: Scope, owner: str = '"user"') -> Where:
    """The rows that a scope allows; `owner` is the column that names the owner's address.

    A row without department, site or owner is in no list.
    """
    if scope.everything:
        return Where("true")
    allowed = {
        "scope_departments": ("department", scope.departments),
        "scope_sites": ("site", scope.sites),
        "scope_users": (owner, scope.users),
    }
    given = {
        name: (column, [value for value in values if value])
        for name, (column, values) in allowed.items()
    }
    sql = " or ".join(
        f"coalesce({column} in (select unnest(${name})), false)"
        for name, (column, values) in given.items()
        if values
    )
    parameters = {name: values for name, (_, values) in given.items() if values}
    return Where(f"({sql})" if sql else "false", parameters)


NUMBERS = ("from_number", "to_number", "dialled")


def shown_number(column: str, scope: Scope, owner: str = '"user"') -> str:
    """SQL for a number as the scope sees it, with the parameters of `shown_parameters`.

    The caller is outside unless the call began within the company, the called side unless it
    ended there. Addresses stay; of anything else the last digits are replaced by `x`, of private
    calls all, parameters such as an extension left out. `owner` is the column that names the
    address of the owner, for whom no more of a private call is hidden than of any.
    """
    if not scope.mask_digits:
        return column
    private = f"purpose = '{Purpose.PRIVATE}'"
    if scope.own:
        private += f" and not coalesce(list_contains($own, {owner}), false)"
    inside = "'outbound', 'internal'" if column == "from_number" else "'inbound', 'internal'"
    return (
        f"case when {column} is null or direction in ({inside}) then {column} "
        f"else masked({column}, if({private}, {_ALL_DIGITS}, {int(scope.mask_digits)})) end"
    )


def shown_parameters(scope: Scope) -> dict[str, Any]:
    """The named parameters of `shown_number`."""
    return {"own": list(scope.own)} if scope.mask_digits and scope.own else {}


def _within_hours(hours: OfficeHours) -> Where:
    if hours.zone:
        clock = "timezone($hours_zone, timezone('UTC', started_at::timestamp))"
    else:
        clock = "started_local::timestamp"
    at = f"({clock})::time"
    later = f"isodow({clock}) in (select unnest($weekdays))"
    parameters: dict[str, Any] = {
        "weekdays": list(hours.weekdays),
        "begin": hours.begin,
        "end": hours.end,
    } | ({"hours_zone": hours.zone} if hours.zone else {})
    if hours.begin < hours.end:
        return Where(f"({later} and {at} >= $begin and {at} < $end)", parameters)
    earlier = f"isodow({clock} - interval 1 day) in (select unnest($weekdays))"
    return Where(f"({later} and {at} >= $begin or {earlier} and {at} < $end)", parameters)


def _searched(scope: Scope, text: str) -> Where:
    plain = ("from_user", "to_user", '"user"', "person", "destination")
    parameters: dict[str, Any] = {"text": text.strip().lower()}
    found = [f"contains(lower({column}), $text)" for column in plain]
    if number := text.translate(_COMPACT).lower():
        parameters |= {"number": number} | shown_parameters(scope)
        found += [f"contains(lower({shown_number(column, scope)}), $number)" for column in NUMBERS]
    sql = " or ".join(f"coalesce({test}, false)" for test in found)
    return Where(f"({sql})", parameters)
