"""The queries of a `sql` source, in the dialect of its server. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from pipeline.sources.tables.settings import SqlSettings
from warehouse.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Queries:
    """Composes queries; names are quoted, values are parameters (`?`)."""

    settings: SqlSettings
    dialect: str

    @property
    def columns(self) -> tuple[str, ...]:
        """Of `page`; the time by which rows are found comes first."""
        time = self.settings.columns.started_at[0].column
        return tuple(dict.fromkeys([time, *self.settings.foreign_columns()]))

    def page(self, rows: int) -> str:
        """The first rows whose time is in [?, ?), in the order of time."""
        query = exp.select(*map(_column, self.columns)).from_(self._table())
        query = query.where(self._since(), exp.LT(this=self._time(), expression=_parameter()))
        return self._text(query.order_by(self._ordered()).limit(rows))

    def nth(self, number: int) -> str:
        """The time of the row that comes `number` rows after the first one of ? or later."""
        query = exp.select(self._time()).from_(self._table()).where(self._since())
        return self._text(query.order_by(self._ordered()).limit(1).offset(number))

    def span(self) -> str:
        """The oldest and the newest time there is."""
        ends = (exp.Min(this=self._time()), exp.Max(this=self._time()))
        return self._text(exp.select(*ends).from_(self._table()))

    def _text(self, query: exp.Select) -> str:
        return query.sql(self.dialect, comments=False)

    def _time(self) -> exp.Column:
        return _column(self.columns[0])

    def _since(self) -> exp.Expr:
        return exp.GTE(this=self._time(), expression=_parameter())

    def _ordered(self) -> exp.Ordered:
        # Times that are compared are never null; without this an index could not give the order.
        nulls_first = self.dialect not in {"postgres", "oracle"}
        return exp.Ordered(this=self._time(), desc=False, nulls_first=nulls_first)

    def _table(self) -> exp.Expr:
        try:
            if self.settings.table:
                table = exp.to_table(self.settings.table, dialect=self.dialect)
                for name in table.find_all(exp.Identifier):
                    name.set("quoted", True)
                return table
            found = sqlglot.parse(self.settings.query, read=self.dialect)
        except sqlglot.errors.SqlglotError as error:
            raise Unavailable(
                f"`table` or `query` cannot be understood: {error}. Correct it"
            ) from error
        if len(found) != 1 or not isinstance(found[0], exp.Query):
            raise Unavailable("`query` is not one SELECT: correct it")
        return found[0].subquery("calls")


def _column(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))


def _parameter() -> exp.Expr:
    return exp.Var(this="?")
