"""The driver's SQL: one text for every server."""

from __future__ import annotations

import re

import pytest
import sqlglot
from sqlglot import exp

from pipeline.sources.lync.dialects import Dialect, sql, translated
from pipeline.sources.lync.raw import CONFERENCE_LEGS, KEY, SESSIONS

QUERIES = {"sessions": SESSIONS, "conference_legs": CONFERENCE_LEGS, "nth": KEY, "modified": KEY}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_is_one_statement_of_t_sql(name: str) -> None:
    (statement,) = sqlglot.parse(sql(name), read="tsql")

    assert isinstance(statement, exp.Query)


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_never_reads_uncommitted_rows(name: str) -> None:
    assert "NOLOCK" not in sql(name).upper()
    assert "UNCOMMITTED" not in sql(name).upper()


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_gives_the_columns_of_its_frame_in_order(name: str) -> None:
    statement = sqlglot.parse_one(sql(name), read="tsql")
    snake = [re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", one).lower() for one in statement.named_selects]

    assert QUERIES[name].names() == snake


@pytest.mark.parametrize("name", QUERIES)
def test_sql_server_gets_the_text_unchanged(name: str) -> None:
    assert sql(name) is translated(sql(name), Dialect.TSQL)


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_names_only_tables_and_columns_of_the_schema(name: str) -> None:
    schema = {
        table.this.name: {column.name for column in table.find_all(exp.ColumnDef)}
        for create in sqlglot.parse(sql("schema"), read="tsql")
        if create is not None and isinstance(table := create.this, exp.Schema)
    }
    statement = sqlglot.parse_one(sql(name), read="tsql")
    tables = {table.alias_or_name: table.name for table in statement.find_all(exp.Table)}
    named = {
        (tables[column.table], column.name)
        for column in statement.find_all(exp.Column)
        if column.table in tables
    }

    assert named
    assert set() == {(table, column) for table, column in named if column not in schema[table]}


@pytest.mark.parametrize("dialect", [Dialect.SQLITE, Dialect.POSTGRES])
@pytest.mark.parametrize("name", ["sessions", "conference_legs"])
def test_a_translation_keeps_the_order_of_the_parameters(name: str, dialect: Dialect) -> None:
    text = translated(sql(name), dialect)

    assert 5 == text.count("?")
    assert text.index("FETCH" if dialect is Dialect.POSTGRES else "LIMIT") < text.rindex("?")
    assert "%s" not in text


def test_a_translation_for_sqlite_compares_whole_texts_of_times() -> None:
    assert "SELECT ? AS t" == translated("SELECT CAST(? AS datetime) AS t", Dialect.SQLITE)


def test_a_translation_for_postgres_keeps_milliseconds() -> None:
    assert "SELECT CAST(? AS TIMESTAMP(3)) AS t" == translated(
        "SELECT CAST(? AS datetime) AS t", Dialect.POSTGRES
    )
