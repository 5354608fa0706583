"""What the directory says of a person or department, as people read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from app.format import Style, number, words

_HEAD = "head"
_SOME = 3
"""Of a department with many sites or cost centres so many are named."""


def of_person(
    row: Mapping[str, Any] | None, names: Mapping[str, str], style: Style
) -> list[tuple[str, str]]:
    """Facts with their titles; `row` is of the directory, None for who is not in it."""
    if row is None:
        return [(style.say("Directory"), style.say("Not in the directory today."))]
    manager = row["manager"]
    facts = [
        (style.say("Department"), row["department"]),
        (style.say("Cost centre"), row["cost_centre"]),
        (style.say("Site"), row["site"]),
        (style.say("Manager"), names.get(manager, manager) if manager else None),
        (style.say("Numbers"), ", ".join(row["numbers"])),
        (style.say("Mail"), row["email"]),
        (style.say("Kind"), words(row["kind"], style) if row["kind"] != "person" else None),
    ]
    return [(title, str(value)) for title, value in facts if value]


def of_department(people: pl.DataFrame, style: Style) -> list[tuple[str, str]]:
    """Facts with their titles; `people` are those of the directory who are in it."""
    if people.is_empty():
        return [(style.say("Directory"), style.say("Nobody is in it today."))]
    persons = people.filter(pl.col("kind") == "person").height
    facts = [
        (style.say("People"), number(persons, style)),
        (style.say("Other lines"), number(people.height - persons, style)),
        (
            style.say("Head"),
            ", ".join(people.filter(pl.col("role") == _HEAD)["name"].sort().to_list()),
        ),
        (style.say("Sites"), _named(people["site"], style)),
        (style.say("Cost centres"), _named(people["cost_centre"], style)),
    ]
    return [(title, value) for title, value in facts if value and value != "0"]


def _named(values: pl.Series, style: Style) -> str:
    known = values.drop_nulls().unique().sort().to_list()
    if len(known) <= _SOME:
        return ", ".join(known)
    return style.say(
        "{some} and {count} more",
        some=", ".join(known[:_SOME]),
        count=number(len(known) - _SOME, style),
    )
