"""The documentation names everything that people can write."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.access.roles import Role
from app.cli import access_settings as access
from app.cli import main
from app.cli.budget_rows import OPTIONAL as OPTIONAL_OF_BUDGETS
from app.cli.budget_rows import REQUIRED as REQUIRED_OF_BUDGETS
from app.cli.settings import MailSettings, MirrorSettings, Settings
from app.reports import catalogue
from app.reports.report import Report
from pipeline.callfile.format import CALL_FILE_SCHEMA
from pipeline.directory import tables
from pipeline.keeper.rules import RetainRule
from pipeline.miner.payers import PayerSettings
from pipeline.money.exchange_rates import RATES, RATES_OPTIONAL
from pipeline.money.fixed_charges import FIXED, FIXED_OPTIONAL
from pipeline.people import settings as people
from pipeline.rating import ChargeRule, TariffSettings
from pipeline.rating.tariff_rows import OPTIONAL, REQUIRED
from pipeline.sources.lync.settings import LyncSettings
from pipeline.sources.tables import mapping
from pipeline.sources.tables.settings import CsvSettings, SqlSettings
from warehouse.words import Status

DOCS = Path(__file__).parents[1]
ACCESS = (DOCS / "docs" / "access.md").read_text(encoding="utf-8")
FILES = (DOCS / "docs" / "files.md").read_text(encoding="utf-8")
PEOPLE = (DOCS / "docs" / "people.md").read_text(encoding="utf-8")
REPORTS = (DOCS / "docs" / "reports.md").read_text(encoding="utf-8")
SOURCES = (DOCS / "docs" / "sources.md").read_text(encoding="utf-8")
README = (DOCS / "README.md").read_text(encoding="utf-8")

COLUMNS = {
    "tollbook.toml": (
        *Settings.model_fields,
        *LyncSettings.model_fields,
        *TariffSettings.model_fields,
        *ChargeRule.model_fields,
        *RetainRule.model_fields,
        *MailSettings.model_fields,
        *MirrorSettings.model_fields,
        *PayerSettings.model_fields,
    ),
    "tariffs.csv": (*REQUIRED, *OPTIONAL),
    "users.csv": (*tables.USERS, *tables.USERS_OPTIONAL),
    "sites.csv": (*tables.SITES, *tables.SITES_OPTIONAL),
    "gateways.csv": (*tables.GATEWAYS, *tables.GATEWAYS_OPTIONAL),
    "private_numbers.csv": (*tables.PRIVATE_NUMBERS, *tables.PRIVATE_NUMBERS_OPTIONAL),
    "exchange_rates.csv": (*RATES, *RATES_OPTIONAL),
    "fixed_charges.csv": (*FIXED, *FIXED_OPTIONAL),
    "Budgets": (*REQUIRED_OF_BUDGETS, *OPTIONAL_OF_BUDGETS),
    "Call files": tuple(CALL_FILE_SCHEMA),
}


@pytest.mark.parametrize(
    ("section", "name"), [(section, name) for section, names in COLUMNS.items() for name in names]
)
def test_every_key_and_column_is_documented(section: str, name: str) -> None:
    (text,) = [part for part in FILES.split("\n## ") if part.startswith(section)]
    assert any(mark in text for mark in (f"`{name}`", f"[{name}", f"[[{name}"))


@pytest.mark.parametrize("report", catalogue.REPORTS.values(), ids=lambda one: one.name)
def test_every_report_is_documented_with_its_options(report: Report) -> None:
    (line,) = [line for line in REPORTS.splitlines() if line.startswith(f"| `{report.name}` |")]
    assert report.purpose in line
    assert all(f"`{one.name}`: {one.meaning} ({one.usual:,})" in line for one in report.options)


OF_EVERY_SOURCE = {"name", "kind", "site", "start", "poll_seconds"}
OF_TABLES = {
    *CsvSettings.model_fields,
    *SqlSettings.model_fields,
    *mapping.Rule.model_fields,
    *mapping.RuledFacts.model_fields,
    *mapping.Words.model_fields,
} - OF_EVERY_SOURCE


@pytest.mark.parametrize("key", sorted(OF_TABLES))
def test_every_key_of_a_table_of_calls_is_documented(key: str) -> None:
    assert any(mark in SOURCES for mark in (f"`{key}", f".{key}`", f"[sources.{key}", f"`.{key}"))


OF_PEOPLE = {
    *people.PeopleSettings.model_fields,
    *people.LdapSettings.model_fields,
    *people.CsvSettings.model_fields,
    *people.Fields.model_fields,
}


@pytest.mark.parametrize("key", sorted(OF_PEOPLE))
def test_every_key_of_people_is_documented(key: str) -> None:
    marks = (f"`{key}`", f".{key}]", f"\n{key} = ", f"[people.{key}")
    assert any(mark in PEOPLE for mark in marks)


OF_ACCESS = {
    *access.OidcSettings.model_fields,
    *access.ProxySettings.model_fields,
    *access.PersonSettings.model_fields,
}


@pytest.mark.parametrize("key", sorted(OF_ACCESS))
def test_every_key_of_access_is_documented(key: str) -> None:
    assert any(mark in ACCESS for mark in (f"`{key}`", f"\n{key} = "))


@pytest.mark.parametrize("role", Role)
def test_every_role_is_documented(role: Role) -> None:
    assert f"| `{role}` |" in ACCESS


@pytest.mark.parametrize("status", [status for status in Status if status != Status.RATED])
def test_every_status_is_documented(status: Status) -> None:
    assert f"`{status}`" in FILES


@pytest.mark.parametrize(
    "command",
    [name for name, command in main.COMMANDS.items() if not command.hidden],
)
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"`{command}" in README
