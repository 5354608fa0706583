"""Cells laid out in rows and columns. Frames in, frames out; sums are exact."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from app.charts.axes import Axis
from app.figures.cost_figures import per_minute
from app.format import Style
from app.reports.document import CURRENCY, Column, Kind, Table
from warehouse.legs import MONEY

TOTAL: Final = "total"
MOST_CELLS: Final = 10_000
"""On the screen: a browser is slow with more, and nobody reads them. A file has all."""
_MOST_COLUMNS: Final = 60
_MOST_IN_FILE: Final = 400
"""Columns of a file; with more, each cell has a line of its own."""
_SUMS: Final = ("calls", "answered", "talk_s", "cost", "charge")


@dataclass(frozen=True, slots=True)
class Measure:
    """What a cell tells, by its name in links; worked out from sums, so that totals are right."""

    name: str
    label: str
    kind: Kind
    of: Callable[[pl.DataFrame], pl.Series]
    has_money: bool = False
    is_summed: bool = True
    """Whether cells add up to the total."""


def _column(name: str) -> Callable[[pl.DataFrame], pl.Series]:
    return lambda rows: rows[name]


def _ratio(part: str, whole: str) -> Callable[[pl.DataFrame], pl.Series]:
    def divided(rows: pl.DataFrame) -> pl.Series:
        count = pl.col(whole).cast(pl.Float64)
        share = pl.when(count > 0).then(pl.col(part).cast(pl.Float64) / count)
        return rows.select(share.alias(TOTAL))[TOTAL]

    return divided


MEASURES: Final[Mapping[str, Measure]] = {
    one.name: one
    for one in (
        Measure("cost", "Cost", Kind.MONEY, _column("cost"), has_money=True),
        Measure("charge", "Charge", Kind.MONEY, _column("charge"), has_money=True),
        Measure("calls", "Calls", Kind.COUNT, _column("calls")),
        Measure("minutes", "Minutes", Kind.DURATION, _column("talk_s")),
        Measure(
            "cost_per_minute",
            "Cost per minute",
            Kind.FINE_MONEY,
            lambda rows: pl.Series(per_minute(rows), dtype=MONEY),
            has_money=True,
            is_summed=False,
        ),
        Measure(
            "answered", "Answered, %", Kind.SHARE, _ratio("answered", "calls"), is_summed=False
        ),
        Measure(
            "duration",
            "Average duration",
            Kind.DURATION,
            _ratio("talk_s", "answered"),
            is_summed=False,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Pivot:
    """A table of one measure: a row per combination of `rows`, a column per value of `column`."""

    rows: tuple[Axis, ...]
    column: Axis | None
    measure: Measure
    frame: pl.DataFrame
    """The columns of the axes, `r0`, `r1` … as they are read, `c0`, `c1` … and `total`."""
    heads: tuple[str, ...]
    """What the columns are called."""

    @property
    def shown(self) -> tuple[int, int]:
        """How many rows and columns fit on the screen."""
        columns = min(len(self.heads), _MOST_COLUMNS)
        return min(self.frame.height, MOST_CELLS // (columns + 1)), columns

    def on_screen(self, title: str, style: Style) -> Table:
        """So much of it as a reader can look at: the first rows and columns."""
        rows, columns = self.shown
        return self._table(title, self.frame.head(rows), columns, style)

    def in_file(self, title: str, style: Style) -> Table:
        """All of it; with very many columns, each cell in a line of its own."""
        if len(self.heads) <= _MOST_IN_FILE or self.column is None:
            return self._table(title, self.frame, len(self.heads), style)
        names = {f"c{place}": head for place, head in enumerate(self.heads)}
        labels = [f"r{place}" for place in range(len(self.rows))]
        lines = (
            self.frame.select(*labels, *names)
            .unpivot(index=labels, variable_name="column", value_name=self.measure.name)
            .drop_nulls(self.measure.name)
            .with_columns(pl.col("column").replace_strict(names, return_dtype=pl.String))
        )
        value = Column(self.measure.name, self.measure.label, self.measure.kind)
        columns = (*self._labels(), Column("column", self.column.label), value)
        return Table(title, columns, self._with_currency(lines))

    def _labels(self) -> tuple[Column, ...]:
        return tuple(Column(f"r{place}", axis.label) for place, axis in enumerate(self.rows))

    def _table(self, title: str, rows: pl.DataFrame, columns: int, style: Style) -> Table:
        kind, is_summed = self.measure.kind, self.measure.is_summed
        total = style.say("Total") if self.heads else self.measure.label
        return Table(
            title,
            (
                *self._labels(),
                *(
                    Column(f"c{place}", head, kind, summed=is_summed)
                    for place, head in enumerate(self.heads[:columns])
                ),
                Column(TOTAL, total, kind, summed=is_summed),
            ),
            rows,
        )

    def _with_currency(self, rows: pl.DataFrame) -> pl.DataFrame:
        if CURRENCY not in self.frame.columns or self.frame.is_empty():
            return rows
        return rows.with_columns(pl.lit(self.frame[CURRENCY][0], pl.String).alias(CURRENCY))


def pivoted(
    cells: pl.DataFrame,
    rows: Sequence[Axis],
    column: Axis | None,
    measure: Measure,
    currency: str | None,
    style: Style,
) -> Pivot:
    """`cells` is what `warehouse.queries.cells` gives for the keys of all axes, in one currency."""
    people = _people(cells)
    keys = [axis.column for axis in rows]
    frame = _measured(cells, keys, measure).rename({_VALUE: TOTAL})
    first = rows[0]
    frame = frame.sort(
        [first.column, TOTAL] if first.in_order else [TOTAL, *keys],
        descending=[False, True] if first.in_order else [True, *(False for _ in keys)],
        nulls_last=True,
    )
    heads: list[str] = []
    if column is not None:
        whole = _measured(cells, [column.column], measure)
        ordered = whole.sort(
            column.column if column.in_order else _VALUE,
            descending=not column.in_order,
            nulls_last=True,
        )
        values = ordered[column.column]
        heads = [
            column.shown({column.column: value, "person": people.get(value)}, style)
            for value in values
        ]
        places = pl.DataFrame({column.column: values}).with_row_index("place")
        wide = (
            _measured(cells, [*keys, column.column], measure)
            .join(places, on=column.column, nulls_equal=True)
            .pivot(on="place", index=keys, values=_VALUE)
        )
        wide = wide.rename(
            {name: f"c{name}" for name in wide.columns if name not in keys and name.isdigit()}
        )
        frame = frame.join(wide, on=keys, how="left", nulls_equal=True, maintain_order="left")
    labels = [
        pl.Series(
            f"r{place}",
            [
                axis.shown({axis.column: value, "person": people.get(value)}, style)
                for value in frame[axis.column]
            ],
            pl.String,
        )
        for place, axis in enumerate(rows)
    ]
    money = [pl.lit(currency, pl.String).alias(CURRENCY)] if measure.has_money else []
    laid_out = frame.with_columns(*labels, *money)
    return Pivot(tuple(rows), column, measure, laid_out, tuple(heads))


_VALUE: Final = "value"


def _measured(cells: pl.DataFrame, keys: Sequence[str], measure: Measure) -> pl.DataFrame:
    """The measure of the sums by keys."""
    sums = [name for name in _SUMS if name in cells.columns]
    grouped = (
        cells.group_by(keys, maintain_order=True)
        .agg(pl.col(sums).sum())
        .cast({name: cells.schema[name] for name in sums})
    )
    return grouped.select(*keys, measure.of(grouped).alias(_VALUE))


def _people(cells: pl.DataFrame) -> dict[Any, str]:
    if "person" not in cells.columns:
        return {}
    known = cells.select("user", "person").drop_nulls().unique()
    return dict(known.iter_rows())
