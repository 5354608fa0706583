"""Who works at a site, in which department, and what is told of them in the directory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipeline.simulator.lines import Line
from pipeline.simulator.sites import Site

ALWAYS = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Department:
    name: str
    cost_centre: str
    share: float
    """Part of a site's staff."""
    activity: float
    """How much its people phone."""
    calls: dict[str, float]
    """Call types that its people ring, each with its weight."""


DEPARTMENTS = (
    Department(
        *("Management", "CC-100", 0.04, 1.2),
        {"local": 25, "national": 25, "mobile": 25, "international": 24, "freephone": 1},
    ),
    Department(
        *("Finance", "CC-110", 0.07, 0.7),
        {"local": 35, "national": 40, "mobile": 12, "international": 10, "freephone": 3},
    ),
    Department(
        *("Human Resources", "CC-120", 0.04, 0.8),
        {"local": 35, "national": 20, "mobile": 40, "international": 3, "freephone": 2},
    ),
    Department(
        *("IT", "CC-130", 0.07, 0.7),
        {"local": 20, "national": 30, "mobile": 20, "international": 15, "freephone": 15},
    ),
    Department(
        *("Sales", "CC-200", 0.2, 1.8),
        {"local": 18, "national": 35, "mobile": 30, "international": 16, "freephone": 1},
    ),
    Department(
        *("Marketing", "CC-210", 0.06, 0.8),
        {"local": 30, "national": 35, "mobile": 20, "international": 14, "freephone": 1},
    ),
    Department(
        *("Customer Care", "CC-220", 0.13, 1.3),
        {"local": 22, "national": 45, "mobile": 23, "international": 8, "freephone": 2},
    ),
    Department(
        *("Engineering", "CC-300", 0.18, 0.45),
        {"local": 25, "national": 35, "mobile": 15, "international": 23, "freephone": 2},
    ),
    Department(
        *("Quality", "CC-310", 0.05, 0.5),
        {"local": 30, "national": 40, "mobile": 15, "international": 14, "freephone": 1},
    ),
    Department(
        *("Purchasing", "CC-400", 0.06, 1.3),
        {"local": 20, "national": 35, "mobile": 15, "international": 29, "freephone": 1},
    ),
    Department(
        *("Logistics", "CC-410", 0.08, 1.2),
        {"local": 25, "national": 30, "mobile": 35, "international": 9, "freephone": 1},
    ),
    Department(
        *("Legal", "CC-500", 0.02, 0.6),
        {"local": 45, "national": 25, "mobile": 15, "international": 15, "freephone": 0.2},
    ),
)
BY_NAME = {department.name: department for department in DEPARTMENTS}


@dataclass(frozen=True, slots=True, eq=False)
class Account:
    """Anything with an address that can call or be called: a person, a group, a machine."""

    user_id: int
    address: str
    """SIP address without scheme."""
    name: str
    site: Site
    department: Department
    role: str
    line: Line
    """Its own number; people without one share the site's number with an extension."""
    manager: str = ""
    valid_from: date = ALWAYS
    valid_to: date | None = None
    """First day on which it is no more."""
    desk_phone: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Person(Account):
    """Someone who phones."""

    mobile: Line | None = None
    """Where calls are forwarded, if they are."""
    activity: float = 1.0
    heavy: bool = False
    """Rings dear countries, long and often."""
    shift: int = 0
    """0, 1, 2: early, late, night; only the service desks work in shifts."""
    contacts: tuple[Line, ...] = ()
    """Outside numbers that the person rings often, the most frequent first."""
    moved_on: date | None = None
    moved_from: Department | None = None
    former_manager: str = ""

    def is_here(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)
