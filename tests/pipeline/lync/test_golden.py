"""The very text that SQL Server gets: a change of it is meant, or a mistake.

`python -m tests.pipeline.lync.test_golden` writes the files anew.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from pipeline.sources.lync import queries
from pipeline.sources.lync.catalog import Catalog
from pipeline.sources.lync.queries import Kind
from tests.pipeline.lync import servers

FOLDER = Path(__file__).parent / "golden"

CHANGED = "LastModifiedTime"
TABLES = {Kind.SESSIONS: "SessionDetails", Kind.CONFERENCE_LEGS: "ConferenceSessionDetails"}
NOTED = {
    "2013": TABLES,
    "2015": TABLES,
    "views": {kind: f"{table}View" for kind, table in TABLES.items()},
}

TEXTS = {
    f"{kind}_{question.__name__.removesuffix('_query')}_{server}": (question, catalog, kind)
    for server, catalog in {
        "2013": servers.LYNC_2013,
        "2015": servers.SKYPE_2015,
        "views": servers.VIEWS_ONLY,
    }.items()
    for kind in Kind
    for question in (queries.window_query, queries.modified_query, queries.times_query)
    if question is not queries.modified_query or catalog.has(NOTED[server][kind], CHANGED)
} | {
    f"{kind}_{name}_dialogs": (partial(question, dialogs=True), servers.SKYPE_2015, kind)
    for kind in Kind
    for name, question in (("window", queries.window_query), ("times", queries.times_query))
}


def rendered(name: str) -> str:
    question, catalog, kind = TEXTS[name]
    return spelled(catalog, question(catalog, kind))


def spelled(catalog: Catalog, text: str) -> str:
    """The same time again and again is told once."""
    again = ",\n        CAST(? AS datetime)"
    return catalog.spelled(text).replace(again * (queries.TIMES_AT_ONCE - 1), f"{again} …")


@pytest.mark.parametrize("name", TEXTS)
def test_sql_server_gets_this_text(name: str) -> None:
    assert (FOLDER / f"{name}.sql").read_text(encoding="utf-8") == rendered(name)


def test_no_golden_file_is_left_over() -> None:
    assert {f"{name}.sql" for name in TEXTS} == {path.name for path in FOLDER.iterdir()}


@pytest.mark.parametrize("name", TEXTS)
def test_it_is_one_statement_that_reads_committed_rows(name: str) -> None:
    question, catalog, kind = TEXTS[name]
    text = catalog.spelled(question(catalog, kind))

    (statement,) = sqlglot.parse(text, read="tsql")

    assert isinstance(statement, exp.Select)
    assert not statement.find(exp.WithTableHint)
    assert [] == [word for word in ("NOLOCK", "UNCOMMITTED", "READPAST") if word in text.upper()]
    assert text.count("?") == len(list(statement.find_all(exp.Placeholder)))


if __name__ == "__main__":
    for each in TEXTS:
        (FOLDER / f"{each}.sql").write_text(rendered(each), encoding="utf-8")
