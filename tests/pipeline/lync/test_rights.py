"""The rights that reading takes, as the documentation gives them and as a login lacks them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.sources.lync.catalog import Catalog
from pipeline.sources.lync.dialects import sql
from pipeline.sources.lync.discover import SCHEMAS
from pipeline.sources.lync.rights import missing_rights, needed
from pipeline.sources.source import Tone

GRANTED = set(
    re.findall(
        r"GRANT SELECT ON dbo\.(\w+) TO \[tollbook\];",
        (Path(__file__).parents[3] / "docs" / "lync.md").read_text(encoding="utf-8"),
    )
)
NOTHING = Catalog(frozenset(), frozenset())
TABLES = needed(NOTHING)


def catalog(tables: dict[str, set[str]], shut: tuple[str, ...] = ()) -> Catalog:
    return Catalog(
        frozenset((table, column) for table, columns in tables.items() for column in columns),
        frozenset(table for table in tables if table not in shut),
    )


@pytest.mark.parametrize("form", ["", "_views"])
def test_the_grant_script_gives_what_calls_are_read_from(form: str) -> None:
    for query in ("sessions", "conference_legs"):
        assert set() == set(re.findall(r"dbo\.(\w+)", sql(query + form))) - GRANTED


@pytest.mark.parametrize("probe", SCHEMAS)
def test_the_grant_script_gives_what_is_asked_besides(probe: str) -> None:
    assert set() == set(re.findall(r"dbo\.(\w+)", sql(f"probes/{probe}"))) - GRANTED


def test_whoever_may_read_all_of_it_lacks_nothing() -> None:
    assert [] == list(missing_rights(catalog(TABLES)))


@pytest.mark.parametrize("table", TABLES)
def test_each_table_that_is_shut_or_absent_is_a_fault_of_its_own(table: str) -> None:
    others = {name: columns for name, columns in TABLES.items() if name != table}
    for known in (catalog(TABLES, shut=(table,)), catalog(others)):
        (fault,) = missing_rights(known)
        assert Tone.FAULT is fault.tone
        assert f"dbo.{table}" in fault.text
        assert f"GRANT SELECT ON dbo.{table} TO" in fault.mend


def test_columns_that_are_missing_are_named() -> None:
    tables = TABLES | {"Users": {"UserId"}}
    (fault,) = missing_rights(catalog(tables))
    assert "dbo.Users has no UriTypeId, UserUri" in fault.text
