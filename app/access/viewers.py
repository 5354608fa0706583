"""Who somebody is by the directory and the settings, and what they may see."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from app.access.roles import Role, Viewer
from app.access.rules import Grant, Rules
from warehouse.scope import Scope

_LEADERS: Final = ("head", "supervisor")
"""Roles in users.csv that lead the department of their row."""
_ROLES: Final = {
    "administrator": Role.ADMINISTRATOR,
    "auditor": Role.AUDITOR,
    **dict.fromkeys(_LEADERS, Role.SUPERVISOR),
}
_PERSON: Final = "person"


def viewer_of(signed_in: str, rules: Rules, people: pl.DataFrame) -> Viewer | None:
    """Who is there under an address, or None where nobody of that address may see anything.

    `people` are those of a day, as `directory.people` has them. A role in the settings wins over
    that in the directory; departments and sites of both are added up. Whoever others name as
    their manager is a supervisor, unless one of the two says otherwise.
    """
    address = signed_in.strip().lower()
    if not address:
        return None
    row = _row_of(address, people)
    own = address if row is None else str(row["user"])
    grant = rules.grant_of(address, own)
    departments, team = ((), ()) if row is None else _led(row, people)
    role = _role(row, grant, leads=bool(departments or team))
    if role is None:
        return None
    masked = rules.masked[role]
    # Equal scopes share their answers: nothing tells them apart where nothing is hidden.
    reader = (own,) if masked else ()
    if role in (Role.ADMINISTRATOR, Role.AUDITOR):
        scope = Scope(everything=True, mask_digits=masked)
    elif role is Role.SUPERVISOR:
        scope = Scope(
            departments=_sorted(departments, grant.departments if grant else ()),
            sites=_sorted(grant.sites if grant else ()),
            users=_sorted(team, (own,)),
            mask_digits=masked,
            own=reader,
        )
    else:
        scope = Scope(users=(own,), mask_digits=masked, own=reader)
    return Viewer(own, address if row is None else str(row["name"]), role, scope)


def _row_of(address: str, people: pl.DataFrame) -> dict[str, Any] | None:
    """The person of an address: their user, else one of their aliases, else their e-mail.

    An e-mail address that several people share is nobody's.
    """
    persons = people.filter(kind=_PERSON)
    for found in (
        persons.filter(user=address),
        persons.filter(pl.col("aliases").list.contains(address)),
        persons.filter(pl.col("email").str.to_lowercase() == address),
    ):
        if found.height == 1:
            return found.row(0, named=True)
        if found.height:
            return None
    return None


def _role(row: dict[str, Any] | None, grant: Grant | None, *, leads: bool) -> Role | None:
    if grant is not None:
        return grant.role
    if row is None:
        return None
    return _ROLES.get(row["role"] or "") or (Role.SUPERVISOR if leads else Role.EMPLOYEE)


def _led(row: dict[str, Any], people: pl.DataFrame) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The departments that somebody leads, and the people who name them as their manager.

    Departments are their own, if they lead it, and those of the leaders below them, however many
    steps down: of people, only the first step, for those further down belong to others.
    """
    departments = {row["department"]} if row["role"] in _LEADERS else set()
    team = _below([row], people)
    seen, reports = {row["user"]}, team
    while not reports.is_empty():
        leaders = reports.filter(pl.col("role").is_in(_LEADERS))
        departments.update(leaders["department"])
        seen.update(reports["user"])
        reports = _below(leaders.to_dicts(), people).filter(~pl.col("user").is_in(seen))
    return tuple(filter(None, departments)), tuple(team["user"])


def _below(managers: list[dict[str, Any]], people: pl.DataFrame) -> pl.DataFrame:
    """Who names any of these as their manager, by whichever of their addresses."""
    addresses = [name for one in managers for name in (one["user"], *one["aliases"])]
    return people.filter(pl.col("manager").is_in(addresses))


def _sorted(*names: tuple[str, ...]) -> tuple[str, ...]:
    """All of them, each once: equal scopes have equal answers in the cache."""
    return tuple(sorted({name for some in names for name in some if name}))
