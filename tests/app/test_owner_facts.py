from __future__ import annotations

from typing import Any

import polars as pl

from app.figures.owner_facts import of_department, of_person
from app.format import ENGLISH

ANNA: dict[str, Any] = {
    "user": "anna@aurora.example", "kind": "person", "name": "Anna Bianchi", "email": None,
    "numbers": ["+390699990001", "41"], "department": "Sales", "cost_centre": "CC-1",
    "site": "Rome", "manager": "max@aurora.example", "role": None,
}  # fmt: skip


def test_a_person_is_told_with_the_name_of_the_manager() -> None:
    told = dict(of_person(ANNA, {"max@aurora.example": "Max Rossi"}, ENGLISH))
    assert {
        "Department": "Sales",
        "Cost centre": "CC-1",
        "Site": "Rome",
        "Manager": "Max Rossi",
        "Numbers": "+390699990001, 41",
    } == told
    assert "max@aurora.example" == dict(of_person(ANNA, {}, ENGLISH))["Manager"]


def test_a_line_that_is_no_person_says_what_it_is() -> None:
    assert "Fax" == dict(of_person(ANNA | {"kind": "fax"}, {}, ENGLISH))["Kind"]


def test_who_is_in_no_directory_is_told_so() -> None:
    assert [("Directory", "Not in the directory today.")] == of_person(None, {}, ENGLISH)


def test_a_department_is_told_by_its_people_heads_and_places() -> None:
    rows = [
        ANNA,
        ANNA | {"name": "Max Rossi", "role": "head", "site": "Milan"},
        ANNA | {"name": "Fax", "kind": "fax", "site": None},
    ]
    people = pl.DataFrame(rows, infer_schema_length=None)
    assert {
        "People": "2",
        "Other lines": "1",
        "Head": "Max Rossi",
        "Sites": "Milan, Rome",
        "Cost centres": "CC-1",
    } == dict(of_department(people, ENGLISH))


def test_many_places_are_not_all_named() -> None:
    rows = [ANNA | {"site": f"Site {place}"} for place in range(5)]
    told = dict(of_department(pl.DataFrame(rows), ENGLISH))
    assert "Site 0, Site 1, Site 2 and 2 more" == told["Sites"]


def test_a_department_without_people_says_so() -> None:
    nobody = pl.DataFrame([ANNA]).clear()
    assert [("Directory", "Nobody is in it today.")] == of_department(nobody, ENGLISH)
