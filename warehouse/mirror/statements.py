"""The mirror's T-SQL, as it stands in files and as each server gets it.

Everything is written once, for SQL Server, which gets it word for word. PostgreSQL gets a
translation that keeps what a plain one loses: `?` as the mark of a parameter, texts without a
collation of SQL Server, indexes that are not clustered, and NULL where SQL Server sorts it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

import sqlglot
from sqlglot import exp

_FOLDER: Final = Path(__file__).parent
_SCHEMA_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_COMMENT: Final = re.compile(r"\s*--.*")
_COLUMN: Final = re.compile(r"    (?!constraint )(\w+) .*?(?: -- (.*))?")
_STAGED: Final = "#staging_"


class Sql(StrEnum):
    """The SQL that a server understands, by sqlglot's names."""

    TSQL = "tsql"
    POSTGRES = "postgres"


_TYPES: Final = {exp.DType.BIT: "BOOLEAN", exp.DType.UTINYINT: "SMALLINT"}


class Migration(NamedTuple):
    """A numbered change of the mirror's schema.

    One that adds columns has `delete from {schema}.mirror_days` too: then every day is written
    again, with what belongs into them.
    """

    number: int
    name: str
    text: str

    @property
    def sha256(self) -> str:
        """Tells whether it was applied in this form."""
        return sha256(self.text.encode()).hexdigest()

    @property
    def statements(self) -> tuple[str, ...]:
        """Its statements, in order, for `spelled`."""
        parts = (part.strip() for part in re.split(r";\n", self.text))
        return tuple(part.rstrip(";") for part in parts if part)


@cache
def migrations() -> tuple[Migration, ...]:
    """Every change of the schema, in order."""
    return tuple(
        Migration(int(path.stem.split("_")[0]), path.stem, path.read_text(encoding="utf-8"))
        for path in sorted((_FOLDER / "schema").glob("[0-9]*_*.sql"))
    )


@cache
def text_of(name: str) -> str:
    """The T-SQL of `sql/<name>.sql`: one statement."""
    return (_FOLDER / "sql" / f"{name}.sql").read_text(encoding="utf-8").strip()


def staged(table: str) -> str:
    """The table of this session that takes the rows of `table` before they take their place."""
    return f"{_STAGED}{table}"


def is_schema_name(text: str) -> bool:
    """Whether a schema may be called so: a plain word, which needs no quotes anywhere."""
    return _SCHEMA_NAME.fullmatch(text) is not None


@cache
def spelled(tsql: str, schema: str, to: Sql) -> str:
    """One statement for a server, its `{schema}` filled in."""
    if not is_schema_name(schema):
        raise ValueError(f"{schema!r} cannot be the name of a schema")
    text = tsql.replace("{schema}", f"[{schema}]")
    if to is Sql.TSQL:
        return "\n".join(_COMMENT.sub("", line) for line in text.splitlines())
    return _adapted(sqlglot.parse_one(text, read=Sql.TSQL)).sql(Sql.POSTGRES, comments=False)


def comments(tsql: str) -> Iterator[tuple[str, str]]:
    """The names and meanings of the columns that a statement makes: what stands behind each."""
    for line in tsql.splitlines():
        if found := _COLUMN.fullmatch(line):
            yield found[1], found[2]


def _adapted(statement: exp.Expr) -> exp.Expr:
    def adapt(node: exp.Expr) -> Any:
        match node:
            case exp.Placeholder():
                return exp.Var(this="?")
            case exp.DataType() if node.this in _TYPES:
                return exp.DataType.build(_TYPES[node.this], dialect=Sql.POSTGRES)
            case exp.ColumnConstraint(kind=exp.CollateColumnConstraint()):
                return None
            case exp.National():
                return exp.Literal.string(node.name)
            case exp.Create() if node.args["kind"] == "CLUSTERED INDEX":
                node.set("kind", "INDEX")
            case exp.Ordered():
                # NULL is the least to SQL Server. Indexes are left as the server has them best.
                is_key = node.find_ancestor(exp.Index, exp.PrimaryKey) is not None
                descends = bool(node.args.get("desc"))
                node.set("nulls_first", descends if is_key else not descends)
        return node

    adapted: exp.Expr = statement.transform(adapt)
    return adapted
