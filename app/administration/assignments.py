"""How what is unknown is given to whom it belongs: fields of a form, and the command for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from app.administration.unmatched import What
from warehouse.errors import Problem

OWNER: Final = "to"
FIRST_DAY: Final = "from"
NEW_OWNER: Final = ("name", "department", "site", "cost_centre", "kind")
TRUNK: Final = ("site", "tariff", "channels")

_SUBJECTS: Final = {
    What.USER: "user",
    What.NUMBER: "number",
    What.EXTENSION: "number",
    What.GATEWAY: "gateway",
}
_FIELD_OF_COLUMN: Final = {"user": OWNER, "valid_from": FIRST_DAY, "valid_to": FIRST_DAY}
"""Where a field has another name than the column of the table that it is written into."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """One line of the list."""

    what: What
    name: str

    @property
    def can_be_assigned(self) -> bool:
        """Prices are wanting of destinations, and a call may name neither user nor number."""
        return self.what in _SUBJECTS and bool(self.name)


_WANTED: Final = {
    "owner": "Choose whose it is",
    "line": "Say an address, or any name that no other line has",
    "taken": "The directory has this one already: choose it there, or say another",
    "name": "Say its name",
    "department": "Say who pays for it",
    "trunk": "Say its site, its tariff or its channels",
}


def refused(unknown: Unknown, fields: Mapping[str, str], known: Collection[str]) -> dict[str, str]:
    """What is wrong with fields, before the command is asked; `known` are the addresses in use."""
    if unknown.what is What.GATEWAY:
        said = any(fields.get(field) for field in TRUNK)
        return {} if said else {"site": _WANTED["trunk"]}
    is_new = any(field in fields for field in NEW_OWNER)
    wanted = {OWNER: _WANTED["owner"]}
    if is_new:
        wanted = {field: _WANTED[field] for field in ("name", "department")}
        if unknown.what is not What.USER:
            wanted[OWNER] = _WANTED["line"]
    found = {field: told for field, told in wanted.items() if not fields.get(field)}
    # The command would give the one who has it the name and the department of the new one.
    if is_new and fields.get(OWNER, "").strip().lower() in known:
        found[OWNER] = _WANTED["taken"]
    return found


def command(
    unknown: Unknown, fields: Mapping[str, str], *, dry_run: bool
) -> tuple[list[str], list[str]]:
    """The words of `tollbook assign` and its operands; empty fields are left out."""
    words = ["assign", _SUBJECTS[unknown.what]]
    words += [f"--{field.replace('_', '-')}={cell}" for field, cell in fields.items() if cell]
    return [*words, *(["--dry-run"] if dry_run else [])], [unknown.name]


def faults(problems: Iterable[Problem], fields: Mapping[str, str]) -> dict[str, list[str]]:
    """What was refused, under the field that it is about; under the empty one all the rest."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        column = str(problem.column)
        field = _FIELD_OF_COLUMN.get(column, column)
        # The table may have other faults in the same column: those are of other values.
        is_own = problem.value is not None and fields.get(field) == problem.value
        told = f"{problem.rule}. {problem.mend}" if is_own else str(problem)
        found.setdefault(field if is_own else "", []).append(told)
    return found
