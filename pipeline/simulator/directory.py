"""The directory files of the company: users.csv, sites.csv, gateways.csv."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from pipeline.simulator.company import Company
from pipeline.simulator.people import ALWAYS, Account, Department, Person
from pipeline.simulator.sites import SITES
from warehouse.files import write_text
from warehouse.home import Home

USERS = (
    *("user", "name", "email", "numbers", "department", "cost_centre", "site", "manager", "role"),
    *("valid_from", "valid_to"),
)
SITE_COLUMNS = ("site", "country", "area_code", "time_zone", "currency", "language")
GATEWAYS = ("gateway", "site", "tariff", "channels", "valid_from", "valid_to")


def write_directory(company: Company, home: Path) -> None:
    """Writes the three files into the folder of a home."""
    files = Home(home)
    write_text(files.users, _csv(USERS, users(company)))
    write_text(files.sites, _csv(SITE_COLUMNS, sites()))
    write_text(files.gateways, _csv(GATEWAYS, gateways()))


def users(company: Company) -> Iterator[tuple[str, ...]]:
    """Rows of users.csv; whoever moved department has one row for each."""
    for account in company.accounts():
        yield from _periods(account)


def sites() -> Iterator[tuple[str, ...]]:
    """Rows of sites.csv."""
    for site in SITES:
        yield (
            *(site.name, site.country, site.area_code, site.zone.key),
            *(site.currency, site.language),
        )


def gateways() -> Iterator[tuple[str, ...]]:
    """Rows of gateways.csv; mediation servers stand for calls whose gateway is unknown."""
    for site in SITES:
        for trunk in site.trunks:
            yield (
                *(trunk.gateway.name, site.name, trunk.tariff, str(trunk.channels)),
                *(ALWAYS.isoformat(), ""),
            )
        yield site.main.mediation.name, site.name, site.main.tariff, "", ALWAYS.isoformat(), ""


def _periods(account: Account) -> Iterator[tuple[str, ...]]:
    def row(department: Department, manager: str, start: date, end: date | None) -> tuple[str, ...]:
        shared = ";" in account.line.number
        return (
            *(account.address, account.name, account.address),
            "" if shared else account.line.number,
            *(department.name, department.cost_centre, account.site.name),
            *(manager, account.role),
            *(start.isoformat(), "" if end is None else end.isoformat()),
        )

    start = account.valid_from
    if isinstance(account, Person) and account.moved_on and account.moved_from:
        yield row(account.moved_from, account.former_manager, start, account.moved_on)
        start = account.moved_on
    yield row(account.department, account.manager, start, account.valid_to)


def _csv(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
