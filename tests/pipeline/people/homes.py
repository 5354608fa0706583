"""Homes whose users.csv follows someone else's list of people."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pipeline.people.entries import Entry
from pipeline.people.service import Plan, carry_out, plan
from pipeline.people.settings import Attributes, Fields, PeopleSettings
from warehouse.home import Home

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = date(2026, 3, 1)
SITES = """\
site,country,area_code,time_zone
Rome,IT,06,Europe/Rome
Milan,IT,02,Europe/Rome
"""
FIELDS = Attributes(
    user=("sip", "proxyAddresses"),
    numbers=("phone",),
    department=("dept",),
    cost_centre=("cc",),
    site=("office",),
    name=("name",),
    kind=("kind",),
    left=("userAccountControl", "state"),
)


def home_with(folder: Path, users: str, sites: str = SITES) -> Home:
    """A home with these people and sites."""
    home = Home(folder)
    home.users.write_text(users, encoding="utf-8", newline="")
    home.sites.write_text(sites, encoding="utf-8")
    return home


def entry(sip: str | None, name: str = "Anna Rossi", **values: str | list[str]) -> Entry:
    """What a directory service has of someone of Sales at Rome, unless said otherwise."""
    told: dict[str, Any] = {"sip": sip, "name": name, "dept": "Sales", "office": "Rome"} | values
    lists = {
        key.lower(): value if isinstance(value, list) else [value]
        for key, value in told.items()
        if value
    }
    return Entry(f"CN={name}", None, lists)


def planned(
    home: Home,
    *entries: Entry,
    day: date = DAY,
    fields: Fields = FIELDS,
    max_leavers: float | None = 100,
    **settings: Any,
) -> Plan:
    """What an import of these would do; anyone may leave unless it is asked about."""
    return plan(home, entries, fields, PeopleSettings(**settings), lambda _: day, max_leavers)


def imported(home: Home, *entries: Entry, **more: Any) -> Plan:
    """Does it."""
    found = planned(home, *entries, **more)
    carry_out(found, home, NOW)
    return found


def users_of(home: Home) -> dict[str, list[dict[str, str]]]:
    """The rows of users.csv by user, in order."""
    found = defaultdict(list)
    with home.users.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            found[row["user"]].append(row)
    return dict(found)
