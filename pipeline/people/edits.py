"""Single changes of users.csv and gateways.csv, from a day on or for all time. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from pipeline.people.document import Document, Part
from pipeline.people.rows import addresses_of, entries_of, numbers_of
from warehouse.errors import InvalidInput, Problem

Cells = dict[str, str]
Edit = Callable[[Cells], None]
"""Changes the cells of a row."""

_DAYS = ("valid_from", "valid_to")


def edited(document: Document, parts: Sequence[Part], since: date | None, edit: Edit) -> int:
    """Changes rows of one owner or gateway from a day on, or all of them; gives how many.

    A row that holds before that day too ends there, and another one follows it. Rows that end
    by then stay as they are.
    """
    following: dict[int, list[Cells]] = {}
    touched = 0
    for part in parts:
        cells = dict(part.cells or {})
        begin, end = _days(cells)
        if since is not None and end <= since:
            continue
        touched += 1
        new = dict(cells)
        edit(new)
        if new == cells:
            continue
        if since is None or begin >= since:
            document.need(name for name in new if name not in cells)
            document.rewrite(part, new)
            continue
        document.need([*_DAYS, *(name for name in new if name not in cells)])
        document.rewrite(part, cells | {"valid_to": since.isoformat()})
        following[id(part)] = [new | {"valid_from": since.isoformat()}]
    document.insert(following, [])
    return touched


def added(document: Document, cells: Mapping[str, str], since: date | None) -> None:
    """Adds a row at the end, valid from a day on or from ever."""
    dated = {} if since is None else {"valid_from": since.isoformat()}
    document.need([*cells, *dated])
    document.insert({}, [{**cells, **dated}])


def owned_by(document: Document, address: str) -> list[Part]:
    """The rows of users.csv of whoever has that address, as `user` or among the aliases."""
    return [
        part
        for part in document.rows()
        if part.cells is not None and address.lower() in addresses_of(part.cells)
    ]


def named(document: Document, gateway: str) -> list[Part]:
    """The rows of gateways.csv of that very name or pattern."""
    return [
        part
        for part in document.rows()
        if part.cells is not None and part.cells["gateway"].lower() == gateway.lower()
    ]


def with_number(number: str) -> Edit:
    """Adds a number to those of a row that lacks it."""

    def edit(cells: Cells) -> None:
        if number not in numbers_of(cells.get("numbers")):
            cells["numbers"] = ";".join([*entries_of(cells.get("numbers")), number])

    return edit


def with_alias(address: str) -> Edit:
    """Adds a further address to those of a row that lacks it."""

    def edit(cells: Cells) -> None:
        if address.lower() not in addresses_of(cells):
            cells["aliases"] = ";".join([*entries_of(cells.get("aliases")), address])

    return edit


def with_cells(wanted: Mapping[str, str]) -> Edit:
    """Fills cells in, or replaces them."""
    return lambda cells: cells.update(wanted)


def both(one: Edit, other: Edit) -> Edit:
    """One change and then the other."""

    def edit(cells: Cells) -> None:
        one(cells)
        other(cells)

    return edit


def nothing_to_change(file: str, column: str, name: str, since: date | None) -> InvalidInput:
    """That no row of an owner holds on or after a day, or none at all."""
    if since is None:
        rule = "stands in no row"
        mend = "Correct it, or say what a new row needs: see --help"
    else:
        rule = f"stands in no row that holds on or after {since}"
        mend = "Say an earlier day with --from, or correct it"
    return InvalidInput([Problem(file, rule, mend, value=name, column=column)])


def _days(cells: Mapping[str, str]) -> tuple[date, date]:
    return (
        date.fromisoformat(cells.get("valid_from") or date.min.isoformat()),
        date.fromisoformat(cells.get("valid_to") or date.max.isoformat()),
    )
