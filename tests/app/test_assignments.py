"""Fields of the form become one command, and what it refuses stands beside its field."""

from __future__ import annotations

import pytest

from app.administration.assignments import Unknown, command, faults, refused
from app.administration.unmatched import What
from warehouse.errors import Problem

EVE = Unknown(What.USER, "eve@x.org")
LIFT = Unknown(What.EXTENSION, "105")
TRUNK = Unknown(What.GATEWAY, "gw-9")


@pytest.mark.parametrize(
    ("unknown", "fields", "words"),
    [
        (EVE, {"to": "anna@x.org"}, ["assign", "user", "--to=anna@x.org"]),
        (
            LIFT,
            {"to": "lift", "name": "Lift", "department": "House", "cost_centre": "9", "site": ""},
            [
                *("assign", "number", "--to=lift", "--name=Lift"),
                "--department=House",
                "--cost-centre=9",
            ],
        ),
        (
            TRUNK,
            {"site": "Rome", "from": "2024-10-01"},
            ["assign", "gateway", "--site=Rome", "--from=2024-10-01"],
        ),
    ],
)
def test_what_is_said_becomes_a_command(
    unknown: Unknown, fields: dict[str, str], words: list[str]
) -> None:
    assert (words, [unknown.name]) == command(unknown, fields, dry_run=False)
    assert ([*words, "--dry-run"], [unknown.name]) == command(unknown, fields, dry_run=True)


@pytest.mark.parametrize(
    ("unknown", "fields", "wanting"),
    [
        (EVE, {"to": ""}, {"to"}),
        (EVE, {"name": "", "department": "", "site": "Rome"}, {"name", "department"}),
        (LIFT, {"to": "", "name": "Lift", "department": "House"}, {"to"}),
        (LIFT, {"to": "Anna@x.org", "name": "Lift", "department": "House"}, {"to"}),
        (EVE, {"to": "anna@x.org"}, set()),
        (TRUNK, {"site": "", "tariff": "", "channels": ""}, {"site"}),
        (TRUNK, {"site": "", "tariff": "aurelia", "channels": ""}, set()),
    ],
)
def test_what_has_to_be_said_and_is_not_is_told_by_field(
    unknown: Unknown, fields: dict[str, str], wanting: set[str]
) -> None:
    assert wanting == set(refused(unknown, fields, {"anna@x.org"}))


def test_a_fault_stands_beside_the_field_whose_value_it_names() -> None:
    own = Problem("users.csv", "no such site", "Choose one", "Atlantis", 7, "site")
    other = Problem("users.csv", "no such site", "Choose one", "Lemuria", 3, "site")
    found = faults([own, other], {"site": "Atlantis"})
    assert {"site": ["no such site. Choose one"], "": [str(other)]} == found


@pytest.mark.parametrize(
    ("unknown", "can_be"),
    [
        (EVE, True),
        (Unknown(What.NUMBER, ""), False),
        (Unknown(What.DESTINATION, "4420"), False),
    ],
)
def test_only_what_has_a_name_and_can_have_an_owner_is_assigned(
    unknown: Unknown, can_be: bool
) -> None:
    assert can_be is unknown.can_be_assigned
