"""The very text that each server gets: a change of it is meant, or a mistake.

`python -m tests.warehouse.mirror.test_golden` writes the files anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from warehouse.mirror.dialect import Dialect
from warehouse.mirror.postgres import Postgres
from warehouse.mirror.sql_server import SqlServer
from warehouse.mirror.statements import comments, is_schema_name, migrations, spelled, staged
from warehouse.mirror.tables import BY_DAY, table

FOLDER = Path(__file__).parent / "golden"
DIALECTS: dict[str, Dialect] = {"tsql": SqlServer("tollbook"), "postgres": Postgres("tollbook")}


class Recorder:
    """Takes what a cursor is told."""

    def __init__(self, version: tuple[int, int] = (15, 3)) -> None:
        self.told: list[str] = []
        self.version = version
        self.description: object = ()

    def execute(self, sql: str, *_: object) -> Recorder:
        self.told.append(sql)
        return self

    def executemany(self, sql: str, _: object) -> None:
        self.told.append(sql)

    def setinputsizes(self, _: object) -> None:
        pass

    def fetchval(self) -> int:
        return 0

    def fetchone(self) -> tuple[int, int]:
        return self.version

    def fetchall(self) -> list[Any]:
        return []


def migration(number: int) -> Callable[[Dialect], list[str]]:
    (found,) = (one for one in migrations() if one.number == number)
    return lambda dialect: [dialect.spell(statement) for statement in found.statements]


def statements(dialect: Dialect) -> list[str]:
    """Everything else, each once, in the order of a first round."""
    calls, days = table("calls"), table("mirror_days")
    told: Any = Recorder()
    told.execute(dialect.statement("find_table"))
    told.execute(dialect.statement("find_schema"))
    told.execute(dialect.create_schema)
    told.execute(dialect.statement("create_migrations"))
    dialect.describe(told, "calls", "day", "Whose day it is")
    told.execute(dialect.statement("list_migrations"))
    told.execute(dialect.statement("insert_migration"))
    dialect.add_columnstore(told, calls)
    told.execute(dialect.statement("list_days"))
    told.execute(dialect.statement("list_tables"))
    dialect.lock(told)
    told.execute(dialect.statement("delete_all", table="people"))
    told.execute(dialect.statement("delete_table_mark"))
    told.execute(dialect.statement("insert_table_mark"))
    told.execute(dialect.staging(days))
    told.execute(dialect.emptying(days))
    dialect.insert(told, staged("calls"), calls, calls.schema.to_frame())
    dialect.insert(told, "{schema}.mirror_days", days, days.schema.to_frame())
    if isinstance(dialect, SqlServer):
        newer = SqlServer(dialect.schema, reads_json=True)
        newer.insert(told, staged("calls"), calls, calls.schema.to_frame())
        newer.insert(told, "{schema}.mirror_days", days, days.schema.to_frame())
    told.execute(dialect.statement("delete_days", table="calls"))
    into = {"table": "calls", "columns": calls.listed, "staged": staged("calls")}
    told.execute(dialect.statement("insert_staged", **into))
    return list(told.told)


TEXTS: dict[str, Callable[[Dialect], list[str]]] = {
    **{one.name: migration(one.number) for one in migrations()},
    "statements": statements,
}
GOLDEN = [(sql, name) for sql in DIALECTS for name in TEXTS]


def rendered(sql: str, name: str) -> str:
    return "".join(f"{text};\n\n" for text in TEXTS[name](DIALECTS[sql]))


@pytest.mark.parametrize(("sql", "name"), GOLDEN)
def test_the_server_gets_this_text(sql: str, name: str) -> None:
    assert (FOLDER / sql / f"{name}.sql").read_text(encoding="utf-8") == rendered(sql, name)


def test_no_golden_file_is_left_over() -> None:
    assert {f"{sql}/{name}.sql" for sql, name in GOLDEN} == {
        str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.sql")
    }


@pytest.mark.parametrize(("sql", "name"), GOLDEN)
def test_every_statement_is_one_that_its_dialect_knows(sql: str, name: str) -> None:
    for text in TEXTS[name](DIALECTS[sql]):
        if re.match("exec |declare |select @got", text):
            continue  # calls of procedures are opaque to the parser
        (statement,) = sqlglot.parse(text, read=sql)
        assert statement is not None
        assert not isinstance(statement, exp.Command), text


@pytest.mark.parametrize("text", TEXTS["statements"](DIALECTS["tsql"]))
def test_nothing_is_used_that_older_servers_lack_or_that_reads_uncommitted_rows(text: str) -> None:
    assert not re.search(
        r"\bmerge\b|create or alter|nolock|readpast|uncommitted", text, re.IGNORECASE
    )


@pytest.mark.parametrize(
    "text", [s for one in migrations() for s in one.statements if s.startswith("create table")]
)
def test_every_column_has_its_meaning(text: str) -> None:
    meanings = dict(comments(text))

    assert meanings
    assert all(meanings.values()), meanings


@pytest.mark.parametrize(
    ("version", "added"), [((12, 3), False), ((13, 2), True), ((12, 5), True), ((12, 8), True)]
)
def test_an_index_by_columns_is_made_only_where_the_server_has_such(
    version: tuple[int, int], added: bool
) -> None:
    told: Any = Recorder(version)

    assert added == DIALECTS["tsql"].add_columnstore(told, table("calls"))

    assert added == any("columnstore index" in text for text in told.told)


@pytest.mark.parametrize("name", BY_DAY)
def test_the_key_of_an_index_is_not_longer_than_sql_server_allows(name: str) -> None:
    of = table(name)
    assert sum(column.bytes for column in of.columns if column.is_key) + 3 <= 900


@pytest.mark.parametrize("name", ["toll book", "x;drop", "1st", "", "[a]", "ü", "a" * 64])
def test_a_schema_is_called_by_a_plain_word(name: str) -> None:
    assert not is_schema_name(name)
    with pytest.raises(ValueError, match="schema"):
        spelled("select 1 from {schema}.x", name, DIALECTS["tsql"].sql)


if __name__ == "__main__":
    for each, which in GOLDEN:
        (FOLDER / each / f"{which}.sql").write_text(rendered(each, which), encoding="utf-8")
