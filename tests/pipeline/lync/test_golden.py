"""The very text that SQL Server gets: a change of it is meant, or a mistake.

`python -m tests.pipeline.lync.test_golden` writes the files anew.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from pipeline.sources.lync import queries
from pipeline.sources.lync.catalog import Catalog
from pipeline.sources.lync.queries import Kind, Name
from tests.pipeline.lync import servers

FOLDER = Path(__file__).parent / "golden"

CHANGED = "LastModifiedTime"
TABLES = {Kind.SESSIONS: "SessionDetails", Kind.CONFERENCE_LEGS: "ConferenceSessionDetails"}
NOTED = {
    "2013": TABLES,
    "2015": TABLES,
    "views": {kind: f"{table}View" for kind, table in TABLES.items()},
}

QUESTIONS: dict[str, tuple[Catalog, Callable[[], str]]] = {
    f"{kind}_{question.__name__.removesuffix('_query')}_{server}": (
        catalog,
        partial(question, catalog, kind),
    )
    for server, catalog in {
        "2013": servers.LYNC_2013,
        "2015": servers.SKYPE_2015,
        "views": servers.VIEWS_ONLY,
    }.items()
    for kind in Kind
    for question in (queries.window_query, queries.modified_query, queries.times_query)
    if question is not queries.modified_query or catalog.has(NOTED[server][kind], CHANGED)
}
DIALOGS: dict[str, tuple[Catalog, Callable[[], str]]] = {
    f"{kind}_{name}_dialogs": (
        servers.SKYPE_2015,
        partial(question, servers.SKYPE_2015, kind, dialogs=True),
    )
    for kind in Kind
    for name, question in (("window", queries.window_query), ("times", queries.times_query))
}
NAMES: dict[str, tuple[Catalog, Callable[[], str]]] = {
    f"{name}_{question.__name__.removesuffix('_query')}": (
        servers.SKYPE_2015,
        partial(question, name),
    )
    for name in Name
    for question in (queries.numbers_query, queries.between_query)
}
TEXTS = QUESTIONS | DIALOGS | NAMES


def rendered(name: str) -> str:
    catalog, question = TEXTS[name]
    return spelled(catalog, question())


def spelled(catalog: Catalog, text: str) -> str:
    """The same parameter again and again is told once."""
    told = catalog.spelled(text)
    for again, often in (
        (",\n        CAST(? AS datetime)", queries.TIMES_AT_ONCE),
        (",\n    CAST(? AS int)", queries.NUMBERS_AT_ONCE),
    ):
        told = told.replace(again * (often - 1), f"{again} …")
    return told


@pytest.mark.parametrize("name", TEXTS)
def test_sql_server_gets_this_text(name: str) -> None:
    assert (FOLDER / f"{name}.sql").read_text(encoding="utf-8") == rendered(name)


def test_no_golden_file_is_left_over() -> None:
    assert {f"{name}.sql" for name in TEXTS} == {path.name for path in FOLDER.iterdir()}


@pytest.mark.parametrize("name", TEXTS)
def test_it_is_one_statement_that_reads_committed_rows(name: str) -> None:
    catalog, question = TEXTS[name]
    text = catalog.spelled(question())

    (statement,) = sqlglot.parse(text, read="tsql")

    assert isinstance(statement, exp.Select)
    assert not statement.find(exp.WithTableHint)
    assert [] == [word for word in ("NOLOCK", "UNCOMMITTED", "READPAST") if word in text.upper()]
    assert text.count("?") == len(list(statement.find_all(exp.Placeholder)))


if __name__ == "__main__":
    for each in TEXTS:
        (FOLDER / f"{each}.sql").write_text(rendered(each), encoding="utf-8")
