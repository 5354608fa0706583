"""What `check` says of settings that are allowed and yet hardly meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from app.cli.access_settings import PersonSettings
from app.cli.positions import positions
from pipeline.directory.directory import Directory
from pipeline.rating import ChargeRule
from pipeline.tables import read_text
from warehouse.errors import Problem


def charge_warnings(
    settings: Path, rules: Sequence[ChargeRule], directory: Directory
) -> Iterator[Problem]:
    """Charges for departments and sites that the directory does not know: nobody pays them."""
    places = positions(read_text(settings)) if rules else {}
    known = {
        "department": set(directory.users["department"]),
        "site": set(directory.sites["site"]),
    }
    for at, rule in enumerate(rules):
        named = {"department": rule.department, "site": rule.site}
        for what, name in named.items():
            if name is None or name in known[what]:
                continue
            line, column = places.get(("charges", at, what), (None, None))
            yield Problem(
                settings.name,
                f"charges.{at}.{what}: nobody is charged this, for no row of the directory has it",
                "Correct the name, or remove the table",
                value=name,
                line=line,
                column=column,
            )


def access_warnings(
    settings: Path, people: Sequence[PersonSettings], directory: Directory
) -> Iterator[Problem]:
    """Departments and sites that somebody was given, and that the directory does not know."""
    places = positions(read_text(settings)) if people else {}
    known = {
        "departments": set(directory.users["department"]),
        "sites": set(directory.sites["site"]),
    }
    for at, person in enumerate(people):
        for what, names in (("departments", person.departments), ("sites", person.sites)):
            line, column = places.get(("app", "people", at, what), (None, None))
            for name in names:
                if name not in known[what]:
                    yield Problem(
                        settings.name,
                        f"app.people.{at}.{what}: no row of the directory has it, so that "
                        f"{person.address} sees nothing by it",
                        "Correct the name, or take it out",
                        value=name,
                        line=line,
                        column=column,
                    )
