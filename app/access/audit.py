"""What people did on the pages: noted when they do it, and told to those who may know."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from app.access.roles import Right, Viewer
from app.state.outbox import stamp
from warehouse.scope import Filters
from warehouse.state.state import State

HIDDEN: Final = "…"
_SEARCHED: Final = "text"


class Action(StrEnum):
    """What somebody did."""

    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    REFUSED = "refused"
    """Wanted in, or something, and may not."""
    DOWNLOAD = "download"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Deed:
    """One entry."""

    at: datetime
    address: str
    """Empty for whoever sits at this machine."""
    role: str
    """Empty for those who have none."""
    action: Action
    subject: str
    details: Mapping[str, Any]

    @property
    def brief(self) -> str:
        """The details as they are noted: names with their values, of which lists may hold none."""
        return ", ".join(f"{name} {_brief(value)}" for name, value in self.details.items())


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries are asked for; empty tuples and None let everything through."""

    since: datetime | None = None
    until: datetime | None = None
    """Exclusive."""
    addresses: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    subject: str = ""
    """Part of it."""
    limit: int = 100


def note(state: State, deed: Deed, occasion: str | None = None) -> bool:
    """Keeps an entry; says whether it was new: one `occasion` is noted once, for ever."""
    with state.transaction() as connection:
        done = connection.execute(
            "insert into audit (at, address, role, action, subject, details, occasion) "
            "values (?, ?, ?, ?, ?, ?, ?) on conflict (occasion) do nothing",
            (
                stamp(deed.at),
                deed.address,
                deed.role,
                deed.action.value,
                deed.subject,
                json.dumps(deed.details, ensure_ascii=False, default=str),
                occasion,
            ),
        )
        return done.rowcount > 0


def deeds(state: State, viewer: Viewer, asked: Asked) -> list[Deed]:
    """What was done, the newest first, as far as a viewer may know.

    Whoever sees masked numbers does not see what others searched for, which may be numbers.
    """
    conditions, values = ["true"], list[object]()
    if not viewer.may(Right.READ_AUDIT):
        conditions.append("address = ?")
        values.append(viewer.address)
    for column, several in (("address", asked.addresses), ("action", asked.actions)):
        if several:
            conditions.append(f"{column} in (select value from json_each(?))")
            values.append(json.dumps(several))
    for test, instant in (("at >= ?", asked.since), ("at < ?", asked.until)):
        if instant is not None:
            conditions.append(test)
            values.append(stamp(instant))
    if asked.subject:
        conditions.append("instr(lower(subject), lower(?)) > 0")
        values.append(asked.subject)
    rows = state.rows(
        f"select * from audit where {' and '.join(conditions)} order by at desc, id desc limit ?",
        *values,
        asked.limit,
    )
    return [
        Deed(
            at=datetime.fromisoformat(row["at"]),
            address=row["address"],
            role=row["role"],
            action=Action(row["action"]),
            subject=row["subject"],
            details=_seen(json.loads(row["details"]), viewer, row["address"]),
        )
        for row in rows
    ]


def doers(state: State, viewer: Viewer) -> list[str]:
    """The addresses of all who did something, as far as a viewer may know."""
    found = [
        str(row["address"])
        for row in state.rows("select distinct address from audit order by address")
    ]
    if viewer.may(Right.READ_AUDIT):
        return found
    return [address for address in found if address == viewer.address]


def chosen(filters: Filters) -> dict[str, Any]:
    """The filters that are set, for the details of an entry."""
    found = {field.name: getattr(filters, field.name) for field in fields(filters)}
    return {name: value for name, value in found.items() if value not in (None, "", ())}


def _seen(details: dict[str, Any], viewer: Viewer, address: str) -> dict[str, Any]:
    if viewer.scope.mask_digits and address != viewer.address and _SEARCHED in details:
        return {**details, _SEARCHED: HIDDEN}
    return details


def _brief(value: object) -> str:
    if isinstance(value, list):
        return "/".join(str(one) or "(none)" for one in value)
    return str(value)
